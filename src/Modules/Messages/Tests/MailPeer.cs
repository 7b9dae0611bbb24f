using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Ciclo.Modules.Messages.Tests;

/// <summary>A message as a mail service took it.</summary>
public sealed record Mailed(string From, string To, string Text)
{
    public string Header(string name) => Ciclo.Core.Mail.MailPart.Read(Encoding.UTF8.GetBytes(Text)).Header(name) ?? "";
}

/// <summary>
/// A mail service on a free port that answers as it is told, by `STEP` of `connect`, `mail`, `rcpt`, `data` and `end`: an answer, or `hang`, or `close`. What it took whole is in
/// <see cref="All"/>, also where it then gave no answer.
/// </summary>
public sealed class MailPeer : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource end = new();
    private readonly SemaphoreSlim came = new(0);
    private readonly Task accepting;
    private int connections;

    private MailPeer()
    {
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public ConcurrentQueue<Mailed> All { get; } = [];

    /// <summary>How often somebody connected.</summary>
    public int Connections => connections;

    /// <summary>Answers a step of whoever is written to, or null for the usual one.</summary>
    public Func<string, string, string?> Says { get; set; } = (_, _) => null;

    public static MailPeer Start() => new();

    public async Task<Mailed> NextAsync()
    {
        Assert.True(await came.WaitAsync(TimeSpan.FromMinutes(1)), "No mail came.");
        return All.Last();
    }

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        listener.Stop();
        await accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        end.Dispose();
        came.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!end.IsCancellationRequested)
        {
            var client = await listener.AcceptTcpClientAsync(end.Token);
            Interlocked.Increment(ref connections);
            _ = ServeAsync(client);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var socket = client;
        try
        {
            await TalkAsync(client.GetStream());
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The other side left.
        }
    }

    private async Task TalkAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8, false, 1_024, leaveOpen: true);
        var (from, to) = ("", "");
        if (!await SayAsync(stream, "connect", "", "220 peer"))
        {
            return;
        }
        while (await reader.ReadLineAsync(end.Token) is { } line)
        {
            var word = line.Split(' ', ':')[0].ToUpperInvariant();
            switch (word)
            {
                case "EHLO":
                    await WriteAsync(stream, "250-peer\r\n250-PIPELINING\r\n250 8BITMIME");
                    break;
                case "MAIL":
                    from = Address(line);
                    if (!await SayAsync(stream, "mail", to, "250 ok"))
                    {
                        return;
                    }
                    break;
                case "RCPT":
                    to = Address(line);
                    if (!await SayAsync(stream, "rcpt", to, "250 ok"))
                    {
                        return;
                    }
                    break;
                case "DATA":
                    var isRefused = Says("rcpt", to) is { } said && said[0] is '4' or '5' || Says("mail", to) is { } mailed && mailed[0] is '4' or '5';
                    if (!await SayAsync(stream, "data", to, isRefused ? "554 no recipients" : "354 go on"))
                    {
                        return;
                    }
                    if (isRefused || Says("data", to) is not null)
                    {
                        break;
                    }
                    All.Enqueue(new Mailed(from, to, await TextAsync(reader)));
                    came.Release();
                    if (!await SayAsync(stream, "end", to, string.Create(CultureInfo.InvariantCulture, $"250 2.0.0 Ok: queued as Q{All.Count}")))
                    {
                        return;
                    }
                    break;
                case "QUIT":
                    await WriteAsync(stream, "221 bye");
                    return;
                default:
                    await WriteAsync(stream, "250 ok");
                    break;
            }
        }
    }

    private async Task<string> TextAsync(StreamReader reader)
    {
        var text = new StringBuilder();
        while (await reader.ReadLineAsync(end.Token) is { } line && line != ".")
        {
            text.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
        }
        return text.ToString();
    }

    private async Task<bool> SayAsync(NetworkStream stream, string step, string to, string usual)
    {
        var answer = Says(step, to) ?? usual;
        switch (answer)
        {
            case "hang":
                await Task.Delay(Timeout.Infinite, end.Token);
                return false;
            case "close":
                stream.Socket.LingerState = new LingerOption(true, 0);
                stream.Close();
                return false;
            default:
                await WriteAsync(stream, answer);
                return !answer.StartsWith("421", StringComparison.Ordinal);
        }
    }

    private async Task WriteAsync(NetworkStream stream, string line) => await stream.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"), end.Token);

    private static string Address(string line) => line.Split('<', '>')[1];
}
