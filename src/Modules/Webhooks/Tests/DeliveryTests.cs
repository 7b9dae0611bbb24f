using System.Globalization;
using System.Text.Json;
using Ciclo.Core.Access;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Access.Tests;
using Ciclo.Modules.Webhooks.Contracts;
using Ciclo.Tests.Collect;
using Ciclo.Tests.Screens;

namespace Ciclo.Modules.Webhooks.Tests;

/// <summary>Messages of a real server at a real receiver.</summary>
public sealed class DeliveryTests
{
    [Fact]
    public async Task A_message_arrives_signed_once_for_a_key_and_only_of_types_that_the_endpoint_takes()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var server = await StartAsync();
        var hook = await AddAsync(server, receiver.Url, WebhookTypes.AlertFired);
        Assert.True(await SendAsync(server, hook, WebhookTypes.AlertFired, "alert/1"));
        var received = await receiver.NextAsync();
        Assert.True(received.IsSignedWith(hook.Secret));
        Assert.Equal(server.Host.NowMs / 1_000.0, received.Timestamp, tolerance: 60);
        using var body = JsonDocument.Parse(received.Body);
        Assert.Equal(("alert.fired", 7), (body.RootElement.GetProperty("type").GetString(), body.RootElement.GetProperty("data").GetProperty("n").GetInt32()));
        Assert.False(await SendAsync(server, hook, WebhookTypes.AlertFired, "alert/1"));
        Assert.False(await SendAsync(server, hook, WebhookTypes.ReportReady, "report/1"));
        Assert.False(await SendAsync(server, hook with { Id = 99 }, WebhookTypes.AlertFired, "alert/2"));
        Assert.True(await SendAsync(server, hook, WebhookTypes.AlertFired, "alert/2"));
        await receiver.NextAsync();
        Assert.Equal(2, receiver.All.Count);
    }

    [ClientFact("webhook.mjs")]
    public async Task The_library_of_the_specification_verifies_a_message_with_the_old_secret_and_the_new_one()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var server = await StartAsync();
        var hook = await AddAsync(server, receiver.Url);
        var rotated = (await WebhookService.Of(server.Host).RotateAsync("default", hook.Id, Actor.CommandLine, default)).Endpoint!;
        await WebhookService.Of(server.Host).TestAsync("default", hook.Id, default);
        var received = await receiver.NextAsync();
        foreach (var secret in new[] { hook.Secret, rotated.Secret })
        {
            await ClientRun.NodeAsync("webhook.mjs", secret, received.Id, received.Timestamp.ToString(CultureInfo.InvariantCulture), received.Signature, received.Body);
        }
    }

    [Fact]
    public async Task A_transaction_that_is_taken_back_sends_nothing()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var server = await StartAsync();
        var hook = await AddAsync(server, receiver.Url);
        await Assert.ThrowsAsync<InvalidOperationException>(() => server.Host.Database.WriteAsync<int>((connection, transaction) =>
        {
            WebhookOutbox.Add(connection, transaction, "default", hook.Id, WebhookTypes.AlertFired, "{}", "lost", server.Host.NowMs);
            throw new InvalidOperationException();
        }, default));
        Assert.True(await SendAsync(server, hook, WebhookTypes.AlertFired, "kept"));
        await receiver.NextAsync();
        Assert.Single(receiver.All);
    }

    [Fact]
    public async Task What_fails_is_tried_again_with_the_same_id_and_a_410_turns_the_endpoint_off()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var server = await StartAsync();
        var webhooks = WebhookService.Of(server.Host);
        var hook = await AddAsync(server, receiver.Url);
        receiver.AnswerNext(503, "not\nnow");
        var message = (await webhooks.TestAsync("default", hook.Id, default))!;
        Assert.Equal((MessageState.Due, 1, 503, "not now"), (message.State, message.Attempts, message.LastStatus, message.LastAnswer));
        Assert.InRange(message.DueAt - message.LastAt!.Value, 5_000, 6_000);
        server.Clock.Advance(6_001);
        receiver.AnswerNext(302, "", receiver.Url + "/elsewhere");
        var again = (await webhooks.DeliverAsync(message))!;
        Assert.Equal((MessageState.Due, 2, 302), (again.State, again.Attempts, again.LastStatus));
        receiver.AnswerNext(410);
        var last = (await webhooks.AgainAsync("default", message.Id, default))!;
        Assert.Equal((MessageState.Failed, 410), (last.State, last.LastStatus));
        Assert.Equal(EndpointState.Gone, webhooks.Find("default", hook.Id)!.State);
        Assert.Equal([message.Id], receiver.All.Select(one => one.Id).Distinct());
        Assert.False(await SendAsync(server, hook, WebhookTypes.AlertFired, "alert/1"));
        Assert.Null(await webhooks.TestAsync("default", hook.Id, default));
    }

    [Fact]
    public async Task A_private_address_is_refused_unless_the_operator_allows_it()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var server = await AccessServer.StartAsync();
        foreach (var url in new[] { receiver.Url, receiver.Url.Replace("127.0.0.1", "localhost", StringComparison.Ordinal) })
        {
            var hook = await AddAsync(server, url);
            var message = (await WebhookService.Of(server.Host).TestAsync("default", hook.Id, default))!;
            Assert.Equal((0, NoAnswer.Private), (message.LastStatus, message.LastAnswer));
        }
        Assert.Empty(receiver.All);
    }

    [Fact]
    public async Task People_make_try_rotate_turn_and_delete_webhooks_on_their_page()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var server = await StartAsync();
        using var developer = await server.AsAsync(Role.Developer);
        const string Page = "/settings/webhooks";
        Assert.Contains("begins with https", (await developer.SubmitAsync(Page, Page, ("name", "crm"), ("url", "http://example.com"))).Text, StringComparison.Ordinal);
        var made = await developer.SubmitAsync(Page, Page, ("name", "crm"), ("url", receiver.Url), ("type", WebhookTypes.AlertFired));
        var secret = SecretOn(made)!;
        Assert.Null(SecretOn(await developer.GetAsync(Page)));
        receiver.AnswerNext(418, "<b>teapot</b>");
        var tried = await developer.SubmitAsync(Page, Page + "/1/test");
        Assert.Contains("Answered 418", tried.Text, StringComparison.Ordinal);
        Assert.Contains("&lt;b&gt;teapot", tried.Html, StringComparison.Ordinal);
        Assert.True((await receiver.NextAsync()).IsSignedWith(secret));
        var rotated = SecretOn(await developer.SubmitAsync(Page, Page + "/1/rotate"))!;
        var id = WebhookService.Of(server.Host).Latest("default", 1)[0].Id;
        Assert.Contains("Answered 200", (await developer.SubmitAsync(Page, $"{Page}/messages/{id}/again")).Text, StringComparison.Ordinal);
        var second = await receiver.NextAsync();
        Assert.True(second.IsSignedWith(secret) && second.IsSignedWith(rotated) && second.Id == id);
        Assert.Equal(302, (await developer.SubmitAsync(Page, Page + "/1/off")).Code);
        Assert.Contains("is off", (await developer.SubmitAsync(Page, Page + "/1/test")).Text, StringComparison.Ordinal);
        Assert.Equal(302, (await developer.SubmitAsync(Page, Page + "/1/on")).Code);
        // What lies in another workspace is not there.
        using var foreign = await server.AsAsync(Role.Owner, "other");
        Assert.Equal(404, (await foreign.SubmitAsync("/account", Page + "/1/test")).Code);
        Assert.Equal(404, (await foreign.SubmitAsync("/account", $"{Page}/messages/{id}/again")).Code);
        Assert.Equal(200, (await developer.GetAsync(Page + "/1/delete")).Code);
        Assert.Equal(302, (await developer.SubmitAsync(Page, Page + "/1/delete")).Code);
        Assert.Empty(WebhookService.Of(server.Host).List("default"));
    }

    [Fact]
    public async Task The_command_line_adds_lists_and_tests()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var server = await StartAsync();
        var (code, output, error) = await server.RunAsync("webhooks", "add", "--name", "crm", "--url", receiver.Url, "--format", "csv");
        Assert.True(code == 0, error);
        var secret = output.Trim().Split('\n')[1].Split(',')[3];
        var test = await server.RunAsync("webhooks", "test", "1");
        Assert.True(test.Code == 0, test.Error);
        Assert.True((await receiver.NextAsync()).IsSignedWith(secret));
        var list = await server.RunAsync("webhooks", "list");
        Assert.Contains("crm", list.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("whsec_", list.Out, StringComparison.Ordinal);
        Assert.Equal(1, (await server.RunAsync("webhooks", "test", "9")).Code);
        Assert.Equal(1, (await server.RunAsync("webhooks", "add", "--name", "crm", "--url", "nowhere")).Code);
    }

    internal static Task<AccessServer> StartAsync() => AccessServer.StartAsync(options => options with { AllowsPrivateWebhooks = true });

    internal static async Task<Endpoint> AddAsync(AccessServer server, string url, params string[] types) =>
        (await WebhookService.Of(server.Host).AddAsync("default", "crm", url, types, Actor.CommandLine, default)).Endpoint!;

    private static Task<bool> SendAsync(AccessServer server, Endpoint hook, string type, string key) => server.Host.Database.WriteAsync(
        (connection, transaction) => WebhookOutbox.Add(connection, transaction, "default", hook.Id, type, """{"n":7}""", key, server.Host.NowMs), default);

    private static string? SecretOn(Seen page) => page.Text.Split("<code>").Select(part => part.Split("</code>")[0]).FirstOrDefault(text => text.StartsWith("whsec_", StringComparison.Ordinal));
}
