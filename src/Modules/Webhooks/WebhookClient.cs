using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;

namespace Ciclo.Modules.Webhooks;

/// <summary>Why there was no answer; kept with the message in place of one.</summary>
public static class NoAnswer
{
    public const string Private = "private_address";
    public const string Timeout = "timeout";
    public const string Tls = "tls";
    public const string Name = "no_such_name";
    public const string Connection = "no_connection";
}

/// <summary>
/// Makes one attempt: POST with the headers of Standard Webhooks 1.0, no redirects, no proxy, no cookies, within <see cref="Patience"/>. Whether the
/// address is private is decided on what its name resolves to, as the connection is made: a name that changes its mind later does not get through.
/// </summary>
internal sealed class WebhookClient : IDisposable
{
    /// <summary>How long a receiver may take, connection and all.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>How much of an answer is read and kept.</summary>
    private const int MostAnswer = 500;

    private readonly HttpClient client;
    private readonly TimeProvider clock;

    public WebhookClient(bool allowsPrivate, TimeProvider clock)
    {
        this.clock = clock;
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            MaxResponseHeadersLength = 16,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            ConnectCallback = (context, cancellation) => ConnectAsync(context.DnsEndPoint, allowsPrivate, cancellation),
        };
        client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    public async Task<Attempt> SendAsync(Endpoint endpoint, Message message, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var timestamp = now.ToUnixTimeSeconds();
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint.Url) { Content = new StringContent(message.Body, Encoding.UTF8, "application/json") };
        request.Headers.TryAddWithoutValidation("webhook-id", message.Id);
        request.Headers.TryAddWithoutValidation("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.TryAddWithoutValidation("webhook-signature", endpoint.Sign(message.Id, timestamp, message.Body, now.ToUnixTimeMilliseconds()));
        request.Headers.TryAddWithoutValidation("User-Agent", "Ciclo");
        using var late = new CancellationTokenSource(Patience, clock);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation, late.Token);
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, end.Token);
            return new Attempt((int)response.StatusCode, await BeginningAsync(response, end.Token));
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new Attempt(0, NoAnswer.Timeout);
        }
        catch (Exception failed) when (failed is HttpRequestException or IOException)
        {
            return new Attempt(0, WhyOf(failed));
        }
    }

    public void Dispose() => client.Dispose();

    private static async ValueTask<Stream> ConnectAsync(DnsEndPoint to, bool allowsPrivate, CancellationToken cancellation)
    {
        var addresses = await Dns.GetHostAddressesAsync(to.Host, cancellation);
        var allowed = allowsPrivate ? addresses : [.. addresses.Where(PublicAddress.Is)];
        if (allowed.Length == 0)
        {
            throw new PrivateAddressException();
        }
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, to.Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The answer's first characters, on one line.</summary>
    private static async Task<string> BeginningAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancellation);
        var bytes = new byte[MostAnswer];
        var read = await body.ReadAtLeastAsync(bytes, MostAnswer, throwOnEndOfStream: false, cancellation);
        var text = Encoding.UTF8.GetString(bytes, 0, read);
        return string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)).Trim();
    }

    private static string WhyOf(Exception failed)
    {
        for (var cause = failed; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case PrivateAddressException:
                    return NoAnswer.Private;
                case AuthenticationException:
                    return NoAnswer.Tls;
                case SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData }:
                    return NoAnswer.Name;
            }
        }
        return NoAnswer.Connection;
    }

    private sealed class PrivateAddressException : IOException;
}
