using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Ciclo.Core.Mail;
using Ciclo.Modules.Messages.Contracts;

namespace Ciclo.Modules.Messages.Email;

/// <summary>
/// How long a mail service may take. <paramref name="Command"/>: to connect, and to answer each command; <paramref name="Hang"/>: to answer for a message, before it is taken to hang and
/// nothing more is handed to it; <paramref name="Data"/>: to answer for a message at all.
/// </summary>
internal sealed record SmtpPatience(TimeSpan Command, TimeSpan Hang, TimeSpan Data)
{
    public static SmtpPatience Usual { get; } = new(TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(8), TimeSpan.FromMinutes(2));
}

/// <summary>The connection could not be made or used; <paramref name="result"/> says why, and nothing was handed over.</summary>
internal sealed class SmtpException(SendResult result) : IOException(result.Detail)
{
    public SendResult Result { get; } = result;
}

/// <summary>
/// A signed-in connection to a mail service (RFC 5321, submission as RFC 6409): STARTTLS or TLS, AUTH PLAIN or LOGIN, PIPELINING where it is offered. One message at a time.
/// </summary>
internal sealed class SmtpConnection : IAsyncDisposable
{
    private const int LongestLine = 2_000;
    private const int MostLines = 100;

    private readonly TimeProvider clock;
    private readonly SmtpPatience patience;
    private Stream stream;
    private readonly byte[] buffer = new byte[8_192];
    private int from;
    private int to;
    private bool pipelines;

    private SmtpConnection(Stream stream, TimeProvider clock, SmtpPatience patience) => (this.stream, this.clock, this.patience) = (stream, clock, patience);

    /// <summary>Whether another message can go over it.</summary>
    public bool IsGood { get; private set; } = true;

    /// <summary>Messages that it took.</summary>
    public int Sent { get; private set; }

    /// <summary>Connects and signs in. Throws <see cref="SmtpException"/> with what a person can do about it.</summary>
    public static async Task<SmtpConnection> OpenAsync(EmailSettings settings, TimeProvider clock, SmtpPatience patience, CancellationToken cancellation)
    {
        using var late = new CancellationTokenSource(patience.Command, clock);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation, late.Token);
        SmtpConnection? made = null;
        try
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            made = new SmtpConnection(Stream.Null, clock, patience);
            try
            {
                await socket.ConnectAsync(settings.Host, settings.Port, end.Token);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
            made.stream = new NetworkStream(socket, ownsSocket: true);
            await made.GreetAsync(settings, end.Token);
            return made;
        }
        catch (Exception failed) when (failed is SocketException or IOException or AuthenticationException || (failed is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            if (made is not null)
            {
                await made.DisposeAsync();
            }
            throw failed as SmtpException ?? new SmtpException(new SendResult(
                SendOutcome.Temporary, failed is OperationCanceledException ? "timeout" : failed.Message, failed is AuthenticationException ? Reasons.Tls : Reasons.NoConnection));
        }
    }

    /// <summary>
    /// Hands one message over. Until the last byte of its text is on its way a failure leaves no doubt; after that, silence does: the answer is <see cref="SendOutcome.Unknown"/>.
    /// <paramref name="hangs"/> is called where the service takes long to answer for it.
    /// </summary>
    public async Task<SendResult> SendAsync(string sender, string recipient, ReadOnlyMemory<byte> mail, Action hangs, CancellationToken cancellation)
    {
        try
        {
            if (await EnvelopeAsync(sender, recipient, cancellation) is { } refused)
            {
                return refused;
            }
        }
        catch (Exception failed) when (IsOfTheNetwork(failed))
        {
            IsGood = false;
            return new SendResult(SendOutcome.Temporary, failed is OperationCanceledException ? "timeout" : failed.Message, Reasons.NoConnection);
        }
        var isWhole = false;
        try
        {
            using var late = new CancellationTokenSource(patience.Command * 4, clock);
            // A message of several hundred kilobytes takes a while; one whose end was not sent is not taken (RFC 5321, 4.1.1.4).
            await WriteStuffedAsync(mail, late.Token);
            isWhole = true;
            await stream.WriteAsync(".\r\n"u8.ToArray(), late.Token);
            await stream.FlushAsync(late.Token);
            return await AnswerForItAsync(hangs);
        }
        catch (Exception failed) when (IsOfTheNetwork(failed))
        {
            IsGood = false;
            return new SendResult(
                isWhole ? SendOutcome.Unknown : SendOutcome.Temporary, failed is OperationCanceledException ? "timeout" : failed.Message, isWhole ? Reasons.NoAnswer : Reasons.NoConnection);
        }
    }

    /// <summary>Whether the other side has closed or said something since it was used last: then it is no longer good.</summary>
    public bool IsStale => from < to || (stream is NetworkStream { DataAvailable: true });

    public async ValueTask DisposeAsync()
    {
        IsGood = false;
        await stream.DisposeAsync();
    }

    /// <summary>Says goodbye, without waiting for the answer.</summary>
    public async Task QuitAsync()
    {
        try
        {
            using var late = new CancellationTokenSource(TimeSpan.FromSeconds(1), clock);
            await stream.WriteAsync("QUIT\r\n"u8.ToArray(), late.Token);
        }
        catch (Exception failed) when (IsOfTheNetwork(failed))
        {
            // It is gone already.
        }
        await DisposeAsync();
    }

    private static bool IsOfTheNetwork(Exception failed) => failed is IOException or SocketException or OperationCanceledException or ObjectDisposedException;

    private async Task GreetAsync(EmailSettings settings, CancellationToken end)
    {
        var own = settings.Domain.Length > 0 ? settings.Domain : "localhost";
        if (settings.Security == SmtpSecurity.Tls)
        {
            await SecureAsync(settings, end);
        }
        Require(await ReadAsync(end), 220);
        var offers = await HelloAsync(own, end);
        var isSafe = settings.Security == SmtpSecurity.Tls;
        if (!isSafe && Offers(offers, "STARTTLS"))
        {
            await WriteAsync("STARTTLS\r\n", end);
            Require(await ReadAsync(end), 220);
            if (from < to)
            {
                // What stood behind the answer was sent without protection, to be read as if it had it.
                throw new SmtpException(new SendResult(SendOutcome.Temporary, "text before TLS", Reasons.Tls));
            }
            await SecureAsync(settings, end);
            offers = await HelloAsync(own, end);
            isSafe = true;
        }
        if (!isSafe && settings.Security == SmtpSecurity.StartTls)
        {
            throw new SmtpException(new SendResult(SendOutcome.Temporary, "STARTTLS is not offered", Reasons.Tls));
        }
        pipelines = Offers(offers, "PIPELINING");
        if (settings.User.Length > 0)
        {
            if (!isSafe && !settings.IsOwnMachine)
            {
                throw new SmtpException(new SendResult(SendOutcome.Temporary, "no password without TLS", Reasons.Tls));
            }
            await SignInAsync(settings, offers, end);
        }
    }

    private async Task SecureAsync(EmailSettings settings, CancellationToken end)
    {
        var secure = new SslStream(stream, leaveInnerStreamOpen: false, (_, certificate, chain, errors) => settings.Trusts(certificate, chain, errors));
        stream = secure;
        try
        {
            await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = settings.Host, EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13 }, end);
        }
        catch (Exception failed) when (failed is AuthenticationException or IOException)
        {
            throw new SmtpException(new SendResult(SendOutcome.Temporary, failed.Message, Reasons.Tls));
        }
    }

    private async Task<IReadOnlyList<string>> HelloAsync(string own, CancellationToken end)
    {
        await WriteAsync($"EHLO {own}\r\n", end);
        var reply = await ReadAsync(end);
        Require(reply, 250);
        return reply.Lines;
    }

    private async Task SignInAsync(EmailSettings settings, IReadOnlyList<string> offers, CancellationToken end)
    {
        var ways = offers.FirstOrDefault(line => line.StartsWith("AUTH", StringComparison.OrdinalIgnoreCase)) ?? "";
        Reply reply;
        if (ways.Contains("PLAIN", StringComparison.OrdinalIgnoreCase) || !ways.Contains("LOGIN", StringComparison.OrdinalIgnoreCase))
        {
            await WriteAsync("AUTH PLAIN " + Base64($"\0{settings.User}\0{settings.Password}") + "\r\n", end);
            reply = await ReadAsync(end);
        }
        else
        {
            await WriteAsync("AUTH LOGIN\r\n", end);
            Require(await ReadAsync(end), 334);
            await WriteAsync(Base64(settings.User) + "\r\n", end);
            Require(await ReadAsync(end), 334);
            await WriteAsync(Base64(settings.Password) + "\r\n", end);
            reply = await ReadAsync(end);
        }
        if (reply.Code != 235)
        {
            throw new SmtpException(new SendResult(SendOutcome.Temporary, reply.Says, Reasons.SignIn));
        }
    }

    /// <summary>Sender, recipient and the wish to send; null once the text may follow.</summary>
    private async Task<SendResult?> EnvelopeAsync(string sender, string recipient, CancellationToken cancellation)
    {
        using var late = new CancellationTokenSource(patience.Command, clock);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation, late.Token);
        var (mail, rcpt) = ($"MAIL FROM:<{sender}>\r\n", $"RCPT TO:<{recipient}>\r\n");
        if (pipelines)
        {
            await WriteAsync(mail + rcpt + "DATA\r\n", end.Token);
            var (first, second, third) = (await ReadAsync(end.Token), await ReadAsync(end.Token), await ReadAsync(end.Token));
            var refused = RefusalOf(first, Reasons.SenderRefused) ?? RefusalOf(second, Reasons.AddressRefused);
            if (refused is null && third.Code == 354)
            {
                return null;
            }
            if (third.Code == 354)
            {
                // It wants a text although it has nobody to give it to: an empty one (RFC 2920, 3.1).
                await WriteAsync(".\r\n", end.Token);
                await ReadAsync(end.Token);
            }
            refused ??= RefusalOf(third, Reasons.Refused) ?? Odd(third);
            await ResetAsync(end.Token);
            return refused;
        }
        foreach (var (line, reason) in new[] { (mail, Reasons.SenderRefused), (rcpt, Reasons.AddressRefused), ("DATA\r\n", Reasons.Refused) })
        {
            await WriteAsync(line, end.Token);
            var reply = await ReadAsync(end.Token);
            if (RefusalOf(reply, reason) is { } refused)
            {
                await ResetAsync(end.Token);
                return refused;
            }
        }
        return null;
    }

    private async Task ResetAsync(CancellationToken end)
    {
        if (IsGood)
        {
            await WriteAsync("RSET\r\n", end);
            IsGood = (await ReadAsync(end)).Code == 250;
        }
    }

    private SendResult? RefusalOf(Reply reply, string reason)
    {
        // 421: it closes the connection.
        IsGood &= reply.Code != 421;
        return reply.Code switch
        {
            >= 200 and < 400 => null,
            >= 400 and < 500 => new SendResult(SendOutcome.Temporary, reply.Says, Reasons.Busy),
            >= 500 and < 600 => new SendResult(SendOutcome.Permanent, reply.Says, reason, 0, reason == Reasons.AddressRefused && MailReport.IsHard(reply.Status, reply.Says)),
            _ => Odd(reply),
        };
    }

    private SendResult Odd(Reply reply)
    {
        IsGood = false;
        return new SendResult(SendOutcome.Temporary, reply.Says, Reasons.NoConnection);
    }

    /// <summary>Waits for the answer to the text, not to be broken off by the server's end: the message is on its way.</summary>
    private async Task<SendResult> AnswerForItAsync(Action hangs)
    {
        using var last = new CancellationTokenSource(patience.Data, clock);
        var answer = ReadAsync(last.Token);
        using (var soon = new CancellationTokenSource())
        {
            if (!answer.IsCompleted && await Task.WhenAny(answer, Task.Delay(patience.Hang, clock, soon.Token)) != answer)
            {
                hangs();
            }
            await soon.CancelAsync();
        }
        var reply = await answer;
        if (RefusalOf(reply, Reasons.Refused) is { } refused)
        {
            return refused;
        }
        Sent++;
        return new SendResult(SendOutcome.Sent, IdIn(reply.Says));
    }

    /// <summary>The service's own id: the last word of what it says, `250 2.0.0 Ok: queued as 4F1B`.</summary>
    private static string IdIn(string says) => says.Split(' ', StringSplitOptions.RemoveEmptyEntries).LastOrDefault()?.Trim('<', '>', '.', '(', ')', '[', ']') ?? "";

    /// <summary>Lines that begin with a dot get another one (RFC 5321, 4.5.2), and the text ends with a line end.</summary>
    private async Task WriteStuffedAsync(ReadOnlyMemory<byte> mail, CancellationToken end)
    {
        var rest = mail;
        while (rest.Span.IndexOf("\r\n."u8) is >= 0 and var at)
        {
            await stream.WriteAsync(rest[..(at + 3)], end);
            await stream.WriteAsync("."u8.ToArray(), end);
            rest = rest[(at + 3)..];
        }
        await stream.WriteAsync(rest, end);
        if (!mail.Span.EndsWith("\r\n"u8))
        {
            await stream.WriteAsync("\r\n"u8.ToArray(), end);
        }
    }

    private async Task WriteAsync(string line, CancellationToken end) => await stream.WriteAsync(Encoding.UTF8.GetBytes(line), end);

    private async Task<Reply> ReadAsync(CancellationToken end)
    {
        var lines = new List<string>(1);
        while (lines.Count < MostLines)
        {
            var line = await ReadLineAsync(end);
            if (line.Length < 3 || !int.TryParse(line.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var code))
            {
                throw new SmtpException(new SendResult(SendOutcome.Temporary, "no mail service answers there", Reasons.NoConnection));
            }
            lines.Add(line.Length > 4 ? line[4..].Trim() : "");
            if (line.Length == 3 || line[3] != '-')
            {
                return new Reply(code, lines);
            }
        }
        throw new IOException("The answer has too many lines.");
    }

    private async Task<string> ReadLineAsync(CancellationToken end)
    {
        var line = new StringBuilder();
        while (true)
        {
            var newline = buffer.AsSpan(from, to - from).IndexOf((byte)'\n');
            var until = newline < 0 ? to : from + newline + 1;
            line.Append(Encoding.UTF8.GetString(buffer, from, until - from));
            from = until;
            if (newline >= 0)
            {
                return line.ToString().TrimEnd('\r', '\n');
            }
            if (line.Length > LongestLine)
            {
                throw new IOException("The answer has too long a line.");
            }
            (from, to) = (0, await stream.ReadAsync(buffer, end));
            if (to == 0)
            {
                throw new IOException("The connection was closed.");
            }
        }
    }

    private static void Require(Reply reply, int code)
    {
        if (reply.Code != code)
        {
            throw new SmtpException(new SendResult(SendOutcome.Temporary, reply.Says, Reasons.Busy));
        }
    }

    private static bool Offers(IReadOnlyList<string> offers, string extension) => offers.Any(line => line.Split(' ')[0].Equals(extension, StringComparison.OrdinalIgnoreCase));

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    /// <summary>An answer: its code and lines without it.</summary>
    private sealed record Reply(int Code, IReadOnlyList<string> Lines)
    {
        public string Says => MailReport.Short($"{Code} {string.Join(' ', Lines)}");

        /// <summary>The enhanced status, `5.1.1`; empty if there is none.</summary>
        public string Status => Lines[0].Split(' ')[0] is { } word && word.Length >= 5 && word[1] == '.' && char.IsAsciiDigit(word[0]) ? word : "";
    }
}
