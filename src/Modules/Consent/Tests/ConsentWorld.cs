using System.Text.Json.Nodes;
using Ciclo.Core.Time;
using Ciclo.Modules.Consent.Contracts;
using Ciclo.Tests.Api;

namespace Ciclo.Modules.Consent.Tests;

/// <summary>A server with people whose histories of consent are known.</summary>
internal sealed class ConsentWorld(ApiServer server) : IAsyncDisposable
{
    private int number;

    public ApiServer Server => server;

    public static async Task<ConsentWorld> StartAsync() => new(await ApiServer.StartAsync());

    public ValueTask DisposeAsync() => server.DisposeAsync();

    public Task SetAsync(ConsentSettings settings) => server.Host.Database.WriteAsync((connection, transaction) =>
    {
        Assert.Null(settings.Refuse(server.Engine.Rules.Zone));
        ConsentStore.Put(connection, transaction, "default", settings, server.Host.NowMs, "test");
        return 0;
    }, default);

    public JsonObject Call(string user, Happened happened)
    {
        var call = new JsonObject { ["userId"] = user, ["messageId"] = $"m{number++}", ["timestamp"] = Instants.Format(happened.At), ["type"] = "track" };
        switch (happened.Kind)
        {
            case "consent":
                call["event"] = "Segment Consent Preference Updated";
                call["properties"] = happened.Method.Length > 0 ? new JsonObject { ["method"] = happened.Method } : [];
                call["context"] = new JsonObject
                {
                    ["consent"] = new JsonObject
                    {
                        ["categoryPreferences"] = new JsonObject { [happened.Purpose] = happened.Channel.Length == 0 ? happened.IsYes : new JsonObject { [happened.Channel] = happened.IsYes } },
                    },
                };
                break;
            case "pause":
                call["event"] = "Segment Consent Preference Updated";
                call["properties"] = new JsonObject { ["pause_until"] = happened.Pause == 0 ? null : Instants.Format(happened.Pause) };
                call["context"] = new JsonObject { ["consent"] = new JsonObject { ["categoryPreferences"] = new JsonObject() } };
                break;
            case "trait":
                call["type"] = "identify";
                call["traits"] = new JsonObject { ["timezone"] = happened.Zone };
                break;
            case "visit":
                call["event"] = "Product Viewed";
                call["context"] = new JsonObject { ["timezone"] = happened.Zone };
                break;
            default:
                call["event"] = happened.Kind == "opened" ? "Ticket Opened" : "Ticket Solved";
                break;
        }
        return call;
    }

    public int ProfileOf(string user) => server.Engine.Read(state => state.Staged.Identity.ProfileOf(state.Staged.Identity.Find("user_id:" + user)));

    public IReadOnlyList<SendVerdict> Ask(IReadOnlyList<SendQuestion> questions) => server.Engine.Read(state => SendPolicy.Of(server.Host).Ask(state, "default", questions));

    public SendVerdict Ask(string user, string purpose = "marketing", string address = "ana@example.com", long? at = null) =>
        Ask([new SendQuestion(ProfileOf(user), "email", address, purpose, null, [], at ?? server.Host.NowMs)])[0];
}
