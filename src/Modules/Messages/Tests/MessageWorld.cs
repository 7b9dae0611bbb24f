using System.Text.Json.Nodes;
using Ciclo.Core;
using Ciclo.Core.Time;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Access.Tests;
using Ciclo.Modules.Consent.Contracts;
using Ciclo.Modules.Messages.Contracts;
using Ciclo.Modules.Messages.Email;
using Ciclo.Modules.Messages.Sending;
using Ciclo.Modules.Templates.Contracts;

namespace Ciclo.Modules.Messages.Tests;

/// <summary>Lets everybody be written to, or says what it is told.</summary>
public sealed class OpenPolicy : ISendPolicy
{
    public Func<SendQuestion, SendVerdict> Says { get; set; } = _ => new SendVerdict(SendAnswer.Send);

    public IReadOnlyDictionary<string, Text> Reasons { get; } = new Dictionary<string, Text>(StringComparer.Ordinal) { ["quiet_hours"] = new("Quiet hours.", "Horas de silencio.") };

    public IReadOnlyList<SendVerdict> Ask(EngineState state, string workspaceId, IReadOnlyList<SendQuestion> questions) => [.. questions.Select(Says)];
}

/// <summary>One template, `hello`, with two links; `broken` has an error.</summary>
public sealed class PlainTemplates : ITemplates
{
    public IReadOnlyList<TemplateInfo> All(string workspaceId) => [new("hello", "Hello", "email", 3, ["en"]), new("broken", "Broken", "email", 1, ["en"])];

    public TemplateInfo? Find(string workspaceId, string id) => All(workspaceId).FirstOrDefault(one => one.Id == id);

    public Rendering Render(string workspaceId, string id, string locale, JsonObject model)
    {
        if (id == "broken")
        {
            return new Rendering(null, new Text("Line 1: no such filter.", "Línea 1: no existe ese filtro."), []);
        }
        var name = model["person"]!["first_name"]?.GetValue<string>() ?? "you";
        var html = $"<!doctype html><html><body><p>Hola {name}, ñandú</p><a href=\"https://shop.example.com/cart?a=1&amp;b=2\">Cart</a> <a href=\"https://shop.example.com/help\">Help</a> <a href=\"{model["unsubscribe_url"]}\">Bye</a></body></html>";
        return new Rendering(new RenderedMessage(3, "en", $"Hi {name} ñ", html, $"Hola {name}\nhttps://shop.example.com/cart\n"), null, []);
    }
}

/// <summary>A server with a mail service beside it, and people to write to.</summary>
internal sealed class MessageWorld : IAsyncDisposable
{
    private MessageWorld(AccessServer server, MailPeer peer) => (Server, Peer) = (server, peer);

    public AccessServer Server { get; }

    public MailPeer Peer { get; }

    public OpenPolicy Policy { get; } = new();

    public DataHost Host => Server.Host;

    public WorkspaceEngine Engine => Host.FindWorkspace("default")!;

    public static SmtpPatience Short { get; } = new(TimeSpan.FromMilliseconds(400), TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(800));

    public static async Task<MessageWorld> StartAsync(bool isLive = true, Func<EmailSettings, EmailSettings>? with = null)
    {
        var world = new MessageWorld(await AccessServer.StartAsync(), MailPeer.Start());
        if (isLive)
        {
            await world.SetAsync(with?.Invoke(world.Settings) ?? world.Settings);
        }
        MessageDesk.Of(world.Host).With([new EmailChannel(world.Host, Short)], new PlainTemplates(), world.Policy);
        return world;
    }

    public EmailSettings Settings => new()
    {
        Host = "127.0.0.1", Port = Peer.Port, Security = SmtpSecurity.Opportunistic, FromName = "Tienda Ñ", FromAddress = "shop@example.com", Connections = 2,
    };

    public Task SetAsync(EmailSettings settings) => Host.Database.WriteAsync((connection, transaction) =>
    {
        SettingsStore.Put(connection, transaction, "default", settings, Host.NowMs);
        return 0;
    }, default);

    public Task PersonAsync(string user, string? email = null) => Server.TrackAsync(user, new { email = email ?? $"{user}@example.net", first_name = user });

    public MessageDraft Draft(string user, string? key = null, string template = "hello", string purpose = "transactional", long dueIn = 0, long lasts = Durations.Day, int priority = 0) => new(
        key ?? $"test/{user}", $"user_id:{user}", "email", template, purpose, "campaign:7:A", "{}", null, priority, Host.NowMs + dueIn, Host.NowMs + dueIn + lasts);

    public Task<int> AddAsync(params MessageDraft[] drafts) =>
        Host.Database.WriteAsync((connection, transaction) => MessageOutbox.AddMany(connection, transaction, "default", drafts, Host.NowMs), default);

    /// <summary>Waits until something holds, looking again at each commit of the records.</summary>
    public async Task UntilAsync(Func<bool> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        for (var seen = Host.Database.Commits; !holds(); seen = Host.Database.Commits)
        {
            await Host.Database.CommittedAsync(seen, limit.Token);
        }
    }

    /// <summary>Waits until a message is in a state and what it led to is told; answers it.</summary>
    public async Task<Message> InAsync(string key, MessageState state)
    {
        await UntilAsync(() => Find(key).State == state && !Host.Database.Read(connection => OutboxStore.Untold(connection, "default", 1).Count > 0));
        return Find(key);
    }

    public Message Find(string key) => Host.Database.Read(connection => ListStore.Find(connection, "default", MessageOutbox.Find(connection, "default", key)!.Id))!;

    /// <summary>Waits until all signs so far that are due are told.</summary>
    public Task ToldAsync() => UntilAsync(() => Host.Database.Read(connection => Tracking.SignStore.NextTold(connection, "default")) is not { } next || next > Host.NowMs);

    /// <summary>Names of a person's events, oldest first.</summary>
    public async Task<IReadOnlyList<string>> EventsAsync(string user)
    {
        await Engine.FoldedAsync(Engine.Journal.End - 1, default);
        return Engine.Read(state =>
        {
            var profile = state.Staged.Identity.ProfileOf(state.Staged.Identity.Find("user_id:" + user));
            return state.Staged.History.Read(state.Staged.Identity.MembersOf(profile)).Select(one => one.Read() is var e && e.Name >= 0 ? state.Staged.EventNames[e.Name] : e.Type.ToString()).ToList();
        });
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await Peer.DisposeAsync();
    }
}
