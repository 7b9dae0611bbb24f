using System.Collections.Concurrent;
using System.Text.Json;
using Ciclo.Core.Time;
using Ciclo.Data.Records;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Webhooks.Contracts;

namespace Ciclo.Modules.Webhooks;

/// <summary>An endpoint that was made or changed, or why there is none.</summary>
public sealed record WebhookResult(Endpoint? Endpoint, WebhookError? Error);

/// <summary>The endpoints of an open data directory and the messages to them: changed here, sent here.</summary>
public sealed class WebhookService : IDisposable
{
    /// <summary>What was delivered or given up is listed for so long.</summary>
    private const long Kept = 30 * Durations.Day;

    private readonly DataHost host;
    private readonly Database database;
    private readonly ConcurrentDictionary<string, Lazy<Task<Message?>>> underWay = new(StringComparer.Ordinal);
    private WebhookClient client;

    private WebhookService(DataHost host)
    {
        (this.host, database) = (host, host.Database);
        client = new WebhookClient(allowsPrivate: false, host.Clock);
    }

    public static WebhookService Of(DataHost host) => host.Shared(host => new WebhookService(host));

    /// <summary>Says what the operator allows, before anything is sent.</summary>
    public WebhookService With(WebhookOptions options)
    {
        client.Dispose();
        client = new WebhookClient(options.AllowsPrivate, host.Clock);
        return this;
    }

    public IReadOnlyList<Endpoint> List(string workspace) => database.Read(connection => Store.Endpoints(connection, null, workspace));

    public Endpoint? Find(string workspace, long id) => database.Read(connection => Store.Endpoint(connection, null, workspace, id));

    public IReadOnlyList<Message> Latest(string workspace, int most) => database.Read(connection => Store.Latest(connection, null, workspace, most));

    /// <summary>Makes an endpoint that is on; its secret is in the answer, and is not shown again.</summary>
    public Task<WebhookResult> AddAsync(string workspace, string name, string url, IReadOnlyList<string> types, Actor by, CancellationToken cancellation)
    {
        if (Endpoint.Refuse(name, url, types) is { } refused)
        {
            return Task.FromResult(new WebhookResult(null, refused));
        }
        var made = new Endpoint(0, workspace, name.Trim(), url, Endpoint.NewSecret(), "", 0, types, EndpointState.On, host.NowMs, by.Id);
        return database.WriteAsync((connection, transaction) =>
        {
            if (Store.Endpoints(connection, transaction, workspace).Count >= Endpoint.Most)
            {
                return new WebhookResult(null, WebhookError.TooMany);
            }
            var added = made with { Id = Store.AddEndpoint(connection, transaction, made) };
            AuditLog.Write(connection, transaction, made.CreatedAt, new AuditEntry(workspace, by, AuditActions.WebhookMade, added.Name));
            return new WebhookResult(added, null);
        }, cancellation);
    }

    /// <summary>Gives an endpoint a new secret; the one before signs too for a day.</summary>
    public Task<WebhookResult> RotateAsync(string workspace, long id, Actor by, CancellationToken cancellation) =>
        ChangeAsync(workspace, id, endpoint => endpoint.Rotated(host.NowMs), AuditActions.WebhookRotated, by, cancellation);

    /// <summary>Turns an endpoint on or off. What waited goes when it is on again.</summary>
    public Task<WebhookResult> TurnAsync(string workspace, long id, bool on, Actor by, CancellationToken cancellation) =>
        ChangeAsync(workspace, id, endpoint => endpoint with { State = on ? EndpointState.On : EndpointState.Off }, AuditActions.WebhookTurned, by, cancellation);

    /// <summary>Deletes an endpoint and its messages, also those that wait.</summary>
    public Task<WebhookResult> DeleteAsync(string workspace, long id, Actor by, CancellationToken cancellation) => database.WriteAsync((connection, transaction) =>
    {
        if (Store.Endpoint(connection, transaction, workspace, id) is not { } endpoint)
        {
            return new WebhookResult(null, WebhookError.NotFound);
        }
        Store.Delete(connection, transaction, id);
        AuditLog.Write(connection, transaction, host.NowMs, new AuditEntry(workspace, by, AuditActions.WebhookDeleted, endpoint.Name));
        return new WebhookResult(endpoint, null);
    }, cancellation);

    /// <summary>Sends a message that says nothing but that it is a test, and answers what came of the first attempt; null for no endpoint that is on.</summary>
    public async Task<Message?> TestAsync(string workspace, long id, CancellationToken cancellation)
    {
        var key = "test/" + Message.NewId();
        var json = JsonSerializer.Serialize(new { message = "A test of Ciclo." });
        var message = await database.WriteAsync((connection, transaction) =>
            WebhookOutbox.Add(connection, transaction, workspace, id, WebhookTypes.Test, json, key, host.NowMs)
                ? Store.Latest(connection, transaction, workspace, 50).FirstOrDefault(one => one.Key == key) : null, cancellation);
        return message is null ? null : await DeliverAsync(message);
    }

    /// <summary>Sends a message at once, whatever became of it before, with all its attempts ahead; null if it is none of the workspace's.</summary>
    public async Task<Message?> AgainAsync(string workspace, string id, CancellationToken cancellation)
    {
        var message = await database.WriteAsync((connection, transaction) =>
        {
            if (Store.Message(connection, transaction, workspace, id) is not { } found || Store.Endpoint(connection, transaction, workspace, found.EndpointId) is not { IsOn: true })
            {
                return null;
            }
            var again = found with { State = MessageState.Due, Attempts = 0, DueAt = host.NowMs };
            Store.Tried(connection, transaction, again);
            return again;
        }, cancellation);
        return message is null ? null : await DeliverAsync(message);
    }

    /// <summary>
    /// Makes one attempt and stores what came of it; whoever asks meanwhile gets the same attempt. Not cancelled by who waits for it: the receiver may
    /// have the message already. The message as it is then; null if it was deleted meanwhile.
    /// </summary>
    internal Task<Message?> DeliverAsync(Message message)
    {
        var attempt = underWay.GetOrAdd(message.Id, _ => new Lazy<Task<Message?>>(() => Task.Run(() => AttemptAsync(message.WorkspaceId, message.Id))));
        return attempt.Value;
    }

    internal bool IsUnderWay(string id) => underWay.ContainsKey(id);

    internal IReadOnlyList<Message> Due(int most) => database.Read(connection => Store.Due(connection, host.NowMs, most));

    internal long? NextDue() => database.Read(connection => Store.NextDue(connection, host.NowMs));

    internal Task AllDoneAsync() => Task.WhenAll(underWay.Values.Select(attempt => attempt.Value));

    public void Dispose() => client.Dispose();

    private async Task<Message?> AttemptAsync(string workspace, string id)
    {
        try
        {
            // Read again: who asked may hold it as it was before an attempt that has just ended.
            var (message, endpoint) = database.Read(connection => Store.Message(connection, null, workspace, id) is { } found
                ? (found, Store.Endpoint(connection, null, workspace, found.EndpointId)) : (null, null));
            if (message is not { State: MessageState.Due } || message.DueAt > host.NowMs || endpoint is not { IsOn: true })
            {
                return message;
            }
            var attempt = await client.SendAsync(endpoint, message, CancellationToken.None);
            var after = message.After(attempt, host.NowMs, Random.Shared.NextDouble());
            await database.WriteAsync((connection, transaction) =>
            {
                Store.Tried(connection, transaction, after);
                Store.Forget(connection, transaction, workspace, host.NowMs - Kept);
                if (attempt.IsGone && Store.Endpoint(connection, transaction, workspace, message.EndpointId) is { } now)
                {
                    Store.Change(connection, transaction, now with { State = EndpointState.Gone });
                }
                return 0;
            }, CancellationToken.None);
            return after;
        }
        finally
        {
            underWay.TryRemove(id, out _);
        }
    }

    private Task<WebhookResult> ChangeAsync(string workspace, long id, Func<Endpoint, Endpoint> change, string action, Actor by, CancellationToken cancellation) =>
        database.WriteAsync((connection, transaction) =>
        {
            if (Store.Endpoint(connection, transaction, workspace, id) is not { } found)
            {
                return new WebhookResult(null, WebhookError.NotFound);
            }
            var changed = change(found);
            Store.Change(connection, transaction, changed);
            AuditLog.Write(connection, transaction, host.NowMs, new AuditEntry(workspace, by, action, changed.Name, Store.StateName(changed.State)));
            return new WebhookResult(changed, null);
        }, cancellation);
}
