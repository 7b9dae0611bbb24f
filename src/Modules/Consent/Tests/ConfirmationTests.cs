using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Ciclo.Core.Time;
using Ciclo.Modules.Messages.Contracts;
using Ciclo.Modules.Messages;

namespace Ciclo.Modules.Consent.Tests;

/// <summary>A yes that has to be confirmed, from the event of a site to the click in the mail, through the outbox of a running server.</summary>
public sealed class ConfirmationTests
{
    [Fact]
    public async Task A_yes_of_a_form_is_asked_back_by_mail_and_counts_after_the_click()
    {
        await using var world = await StartAsync();
        await world.Server.SendAsync(Yes(world, "ana", "es-MX"));
        var asked = await MailAsync(world, "ana");
        Assert.Equal(("confirm-subscription", "transactional", "Confirma: Novedades y ofertas"), (asked.TemplateId, asked.Purpose, asked.Subject));
        Assert.Equal("not_confirmed", world.Ask("ana").Reason);
        var body = world.Server.Host.Database.Read(connection => BodyStore.Read(connection, "default", asked.Id))!;
        var link = Regex.Match(body.Text, "/confirm/[A-Za-z0-9_-]+").Value;
        Assert.Contains(link, body.Html, StringComparison.Ordinal);
        // Looking at it, as programs that scan mail do, confirms nothing; the button does.
        using (var page = await world.Server.Client.GetAsync(new Uri(link, UriKind.Relative)))
        {
            Assert.Equal((200, "not_confirmed"), ((int)page.StatusCode, world.Ask("ana").Reason));
        }
        using var done = await world.Server.Client.PostAsync(new Uri(link, UriKind.Relative), null);
        Assert.Equal((200, null), ((int)done.StatusCode, world.Ask("ana").Reason));
    }

    [Fact]
    public async Task Nobody_is_asked_twice_for_one_yes_nor_for_an_old_one_nor_more_than_three_times_a_day()
    {
        await using var world = await StartAsync();
        var old = Yes(world, "old", "en");
        old["timestamp"] = Instants.Format(world.Server.Host.NowMs - (2 * Durations.Day));
        await world.Server.SendAsync(old, Yes(world, "ana", "en"));
        await MailAsync(world, "ana");
        // The same form again, and again by the API: within minutes it is the same request.
        await world.Server.SendAsync(Yes(world, "ana", "en"));
        var (status, _, response) = await world.Server.SendAsync(HttpMethod.Put, "/api/v1/consent", world.Server.Key, new JsonObject
        {
            ["user"] = "user_id:ana", ["method"] = "form", ["answers"] = new JsonArray(new JsonObject { ["purpose"] = "marketing", ["channel"] = "email", ["granted"] = true }),
        });
        response.Dispose();
        Assert.Equal(200, status);
        // What came later has been dealt with, so all before has too.
        await world.Server.SendAsync(Yes(world, "bea", "en"));
        await MailAsync(world, "bea");
        Assert.Equal((1, 0), (Mails(world, "ana").Count, Mails(world, "old").Count));
        // Hours later it is asked again, three times a day at the most.
        var hash = world.Server.Host.Database.Read(connection => Contracts.Suppressions.HashOf(ConsentKeys.Of(world.Server.Host).Key("default"), "email", "cleo@example.com"));
        await world.Server.Host.Database.WriteAsync((connection, transaction) =>
        {
            foreach (var hours in new[] { 2, 5, 9 })
            {
                ConfirmationStore.Add(connection, transaction, "default", hash, "marketing", world.Server.Host.NowMs - (hours * Durations.Hour));
            }
            return 0;
        }, default);
        await world.Server.SendAsync(Yes(world, "cleo", "en"), Yes(world, "dina", "en"));
        await MailAsync(world, "dina");
        Assert.Empty(Mails(world, "cleo"));
    }

    private static async Task<ConsentWorld> StartAsync()
    {
        var world = await ConsentWorld.StartAsync();
        await world.SetAsync(ConsentSettings.Initial with { Quiet = null, Purposes = [ConsentSettings.Initial.Purposes[0] with { NeedsConfirming = true }, .. ConsentSettings.Initial.Purposes.Skip(1)] });
        await world.Server.SendAsync([.. new[] { "ana", "bea", "old", "cleo", "dina" }.Select(user => world.Server.Identify(user, 1, new JsonObject { ["email"] = $"{user}@example.com" }))]);
        await UntilAsync(world, () => world.Server.Host.Database.Read(connection => ConfirmationStore.Position(connection, "default")) is not null);
        return world;
    }

    private static JsonObject Yes(ConsentWorld world, string user, string locale)
    {
        var call = world.Call(user, new Happened(world.Server.Host.NowMs - Durations.Second, "consent", "marketing", "email", true));
        call["context"]!["locale"] = locale;
        return call;
    }

    private static List<MessageOutcome> Mails(ConsentWorld world, string user) =>
        [.. world.Server.Host.Database.Read(connection => MessageOutbox.OutcomesOf(connection, "default", "consent:confirm", null, 100)).Where(mail => mail.Person == "user_id:" + user)];

    private static async Task<MessageOutcome> MailAsync(ConsentWorld world, string user)
    {
        // Without a mail service it is written and caught.
        await UntilAsync(world, () => Mails(world, user).Exists(mail => mail.State == "caught"));
        return Assert.Single(Mails(world, user));
    }

    private static async Task UntilAsync(ConsentWorld world, Func<bool> isSo)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        for (var seen = world.Server.Host.Database.Commits; !isSo(); seen = world.Server.Host.Database.Commits)
        {
            await world.Server.Host.Database.CommittedAsync(seen, limit.Token);
        }
    }
}
