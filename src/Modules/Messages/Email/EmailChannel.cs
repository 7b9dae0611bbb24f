using System.Buffers;
using System.Collections.Concurrent;
using Ciclo.Core;
using Ciclo.Core.Mail;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Messages.Contracts;
using Ciclo.Modules.Messages.Sending;

namespace Ciclo.Modules.Messages.Email;

/// <summary>E-mail by submission to a mail service: several connections a workspace, kept between batches, each message written and signed as it goes.</summary>
internal sealed class EmailChannel(DataHost host, SmtpPatience patience) : IChannel, IAsyncDisposable
{
    public const string Name = "email";

    /// <summary>Services close a connection after some hundred messages; ours closes before.</summary>
    private const int MostOnConnection = 500;

    private readonly ConcurrentDictionary<string, Office> offices = new(StringComparer.Ordinal);

    public string Id => Name;

    public Text Label => new("E-mail", "Correo");

    public string EventPrefix => "Email";

    public string? AddressTrait => "email";

    public int BatchSize => 500;

    public bool IsLive(string workspaceId) => OfficeOf(workspaceId).Settings.IsLive;

    public string? Normalize(string address) => MailAddress.TryParse(address, out var parsed) ? parsed.Address : null;

    public long RestsUntil(string workspaceId, long nowMs) => OfficeOf(workspaceId).Breaker.RestsUntil(nowMs);

    public IReadOnlyDictionary<int, long> Pace(string workspaceId, IReadOnlyList<string> addresses, long nowMs)
    {
        var office = OfficeOf(workspaceId);
        var later = new Dictionary<int, long>();
        for (var i = 0; i < addresses.Count && office.Settings.DomainPerMinute > 0; i++)
        {
            if (office.Pace.Take(addresses[i][(addresses[i].LastIndexOf('@') + 1)..], office.Settings.DomainPerMinute, nowMs) is > 0 and var at)
            {
                later[i] = at;
            }
        }
        return later;
    }

    public async Task SendAsync(string workspaceId, IReadOnlyList<OutgoingMessage> messages, ISendLog log, CancellationToken cancellation)
    {
        var office = OfficeOf(workspaceId);
        var left = new ConcurrentQueue<OutgoingMessage>(messages);
        var workers = office.Breaker.IsTrying ? 1 : Math.Min(office.Settings.Connections, messages.Count);
        await Task.WhenAll(Enumerable.Range(0, workers).Select(_ => Task.Run(() => WorkAsync(office, left, log, cancellation), CancellationToken.None)));
    }

    /// <summary>Sends one message at once, outside of any batch, and says what came of it: for trying settings.</summary>
    public async Task<SendResult> TryAsync(EmailSettings settings, OutgoingMessage message, CancellationToken cancellation)
    {
        await using var office = new Office(settings, 0);
        try
        {
            await using var connection = await SmtpConnection.OpenAsync(settings, host.Clock, patience, cancellation);
            return await connection.SendAsync(office.Sender, message.Address, office.Write(message, host.NowMs), () => { }, cancellation);
        }
        catch (SmtpException refused)
        {
            return refused.Result;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var office in offices.Values)
        {
            await office.DisposeAsync();
        }
    }

    private async Task WorkAsync(Office office, ConcurrentQueue<OutgoingMessage> left, ISendLog log, CancellationToken cancellation)
    {
        SmtpConnection? connection = null;
        while (!cancellation.IsCancellationRequested && office.Breaker.RestsUntil(host.NowMs) == 0 && left.TryDequeue(out var message))
        {
            var mail = office.Write(message, host.NowMs);
            try
            {
                connection ??= office.TakeIdle() ?? await SmtpConnection.OpenAsync(office.Settings, host.Clock, patience, cancellation);
            }
            catch (SmtpException)
            {
                // Nothing of the message went out: it is not begun, and waits.
                office.Breaker.Failed(Breaker.ConnectionWeight, host.NowMs);
                left.Enqueue(message);
                continue;
            }
            catch (OperationCanceledException)
            {
                return;
            }
            log.Begin(message);
            var result = await connection.SendAsync(office.Sender, message.Address, mail, () => office.Breaker.Hangs(host.NowMs), cancellation);
            log.End(message, result);
            Note(office, result, connection);
            if (!connection.IsGood || connection.Sent >= MostOnConnection)
            {
                await connection.QuitAsync();
                connection = null;
            }
        }
        if (connection is not null)
        {
            office.GiveBack(connection);
        }
    }

    private void Note(Office office, SendResult result, SmtpConnection connection)
    {
        if (result.Outcome is SendOutcome.Sent or SendOutcome.Permanent)
        {
            office.Breaker.Worked();
        }
        else
        {
            office.Breaker.Failed(connection.IsGood ? 1 : Breaker.ConnectionWeight, host.NowMs);
        }
    }

    /// <summary>The office of a workspace with its settings as they are now.</summary>
    private Office OfficeOf(string workspaceId)
    {
        var (settings, changedAt) = host.Database.Read(connection => SettingsStore.Read(connection, null, workspaceId));
        return offices.AddOrUpdate(workspaceId, _ => new Office(settings, changedAt), (_, known) => known.ChangedAt == changedAt ? known : known.Renewed(settings, changedAt));
    }

    /// <summary>What belongs to one workspace's mail service. <paramref name="changedAt"/> tells its settings from later ones.</summary>
    private sealed class Office(EmailSettings settings, long changedAt) : IAsyncDisposable
    {
        private readonly ConcurrentBag<SmtpConnection> idle = [];
        private volatile bool isClosed;
        private readonly DkimSigner? signer = settings.DkimKey.Length > 0 ? new DkimSigner(settings.Domain, settings.DkimSelector, settings.DkimKey) : null;

        public EmailSettings Settings => settings;

        public long ChangedAt => changedAt;

        public Breaker Breaker { get; } = new();

        public DomainPace Pace { get; } = new();

        public string Sender => settings.BounceAddress.Length > 0 ? settings.BounceAddress : settings.FromAddress;

        /// <summary>Another office for other settings; what this one has open is closed.</summary>
        public Office Renewed(EmailSettings next, long at)
        {
            CloseIdle();
            return new Office(next, at);
        }

        public SmtpConnection? TakeIdle()
        {
            while (idle.TryTake(out var connection))
            {
                if (connection is { IsGood: true, IsStale: false })
                {
                    return connection;
                }
                _ = connection.DisposeAsync().AsTask();
            }
            return null;
        }

        public void GiveBack(SmtpConnection connection)
        {
            idle.Add(connection);
            if (isClosed)
            {
                CloseIdle();
            }
        }

        /// <summary>The message as it travels, signed.</summary>
        public ReadOnlyMemory<byte> Write(OutgoingMessage message, long now)
        {
            var sender = MailAddress.TryParse(settings.FromAddress, out var from) ? from : new MailAddress(settings.FromAddress);
            var mail = new MailMessage(
                message.Id, sender with { Name = settings.FromName }, new MailAddress(message.Address, message.Name), MailAddress.TryParse(settings.ReplyTo, out var reply) ? reply : null, message.Subject, message.Html, message.Text, now,
                EmailHeaders.Of(message, settings));
            var bytes = new ArrayBufferWriter<byte>(16_384);
            mail.WriteTo(bytes);
            return signer is null ? bytes.WrittenMemory : (byte[])[.. signer.Sign(bytes.WrittenSpan, now), .. bytes.WrittenSpan];
        }

        public ValueTask DisposeAsync()
        {
            CloseIdle();
            signer?.Dispose();
            return ValueTask.CompletedTask;
        }

        private void CloseIdle()
        {
            isClosed = true;
            while (idle.TryTake(out var connection))
            {
                _ = connection.QuitAsync();
            }
        }
    }
}
