using Ciclo.Core.Access;
using Ciclo.Core.Time;
using Ciclo.Modules.Access.Tests;
using Ciclo.Modules.Keys;

namespace Ciclo.Tests.Keys;

/// <summary>Keys as people make, rotate and revoke them on their page.</summary>
public sealed class KeyPageTests
{
    [Fact]
    public async Task A_key_is_shown_once_works_and_ends_when_it_is_revoked()
    {
        await using var server = await AccessServer.StartAsync();
        using var owner = await server.AsAsync(Role.Owner);
        var page = await owner.SubmitAsync("/settings/keys", "/settings/keys", ("name", "crm"), ("kind", "secret"), ("scope", "read"));
        var text = page.Text.Split("<code>").Select(part => part.Split("</code>")[0]).Single(part => part.StartsWith("sk_", StringComparison.Ordinal));
        Assert.DoesNotContain(text, (await owner.GetAsync("/settings/keys")).Text, StringComparison.Ordinal);
        using var api = server.NewBrowser();
        Assert.Equal(200, (await api.GetAsync("/api/v1/profiles", ("Authorization", "Bearer " + text))).Code);
        var id = KeyService.Of(server.Host).List("default").Single().Id;
        var asked = await owner.GetAsync($"/settings/keys/{id}/revoke");
        Assert.Contains("Last used", asked.Text, StringComparison.Ordinal);
        Assert.Equal(200, (await api.GetAsync("/api/v1/profiles", ("Authorization", "Bearer " + text))).Code);
        Assert.Equal(302, (await owner.SubmitAsync($"/settings/keys/{id}/revoke", $"/settings/keys/{id}/revoke")).Code);
        Assert.Equal(401, (await api.GetAsync("/api/v1/profiles", ("Authorization", "Bearer " + text))).Code);
        Assert.Equal(404, (await owner.SubmitAsync("/settings/keys", $"/settings/keys/{id}/revoke")).Code);
    }

    [Fact]
    public async Task A_rotated_key_works_beside_its_successor_until_it_is_revoked()
    {
        await using var server = await AccessServer.StartAsync();
        using var owner = await server.AsAsync(Role.Owner);
        var (id, old) = await server.AddKeyAsync(KeyKind.Secret, ["read"]);
        var page = await owner.SubmitAsync("/settings/keys", $"/settings/keys/{id}/rotate");
        var next = page.Text.Split("<code>").Select(part => part.Split("</code>")[0]).Single(part => part.StartsWith("sk_", StringComparison.Ordinal));
        Assert.Contains("Replaced", page.Text, StringComparison.Ordinal);
        using var api = server.NewBrowser();
        foreach (var key in new[] { old, next })
        {
            Assert.Equal(200, (await api.GetAsync("/api/v1/profiles", ("Authorization", "Bearer " + key))).Code);
        }
        await owner.SubmitAsync("/settings/keys", $"/settings/keys/{id}/revoke");
        Assert.Equal(401, (await api.GetAsync("/api/v1/profiles", ("Authorization", "Bearer " + old))).Code);
        Assert.Equal(200, (await api.GetAsync("/api/v1/profiles", ("Authorization", "Bearer " + next))).Code);
        Assert.Equal(404, (await owner.SubmitAsync("/settings/keys", $"/settings/keys/{id}/rotate")).Code);
    }

    [Fact]
    public async Task A_developer_makes_no_key_that_does_more_than_developers_may()
    {
        await using var server = await AccessServer.StartAsync();
        using var developer = await server.AsAsync(Role.Developer);
        foreach (var scope in new[] { "write", "export", "admin" })
        {
            Assert.Equal(400, (await developer.SubmitAsync("/settings/keys", "/settings/keys", ("name", "x"), ("kind", "secret"), ("scope", "read"), ("scope", scope))).Code);
        }
        Assert.Empty(KeyService.Of(server.Host).List("default"));
        Assert.Equal(200, (await developer.SubmitAsync("/settings/keys", "/settings/keys", ("name", "x"), ("kind", "secret"), ("scope", "read"), ("scope", "collect"))).Code);
        // Nor by rotating one that somebody else made, which would show its new text.
        var (id, _) = await server.AddKeyAsync(KeyKind.Secret, ["write"]);
        Assert.Equal(400, (await developer.SubmitAsync("/settings/keys", $"/settings/keys/{id}/rotate")).Code);
        Assert.Equal(2, KeyService.Of(server.Host).List("default").Count);
    }

    [Theory]
    [InlineData("", "secret", "read", "needs a name")]
    [InlineData("x", "secret", "everything", "Scopes are")]
    public async Task A_wrong_key_is_refused_with_its_reason(string name, string kind, string scope, string why)
    {
        await using var server = await AccessServer.StartAsync();
        using var owner = await server.AsAsync(Role.Owner);
        var seen = await owner.SubmitAsync("/settings/keys", "/settings/keys", ("name", name), ("kind", kind), ("scope", scope));
        Assert.Equal(400, seen.Code);
        Assert.Contains(why, seen.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_last_use_is_known_to_the_minute_and_survives_in_the_records()
    {
        await using var server = await AccessServer.StartAsync();
        var (id, text) = await server.AddKeyAsync(KeyKind.Secret, ["read"]);
        var keys = KeyService.Of(server.Host);
        Assert.Null(keys.Find("default", id)!.LastUsedAt);
        using var api = server.NewBrowser();
        await api.GetAsync("/api/v1/profiles", ("Authorization", "Bearer " + text));
        var used = keys.Find("default", id)!.LastUsedAt!.Value;
        Assert.InRange(server.Host.NowMs - used, 0, 2 * Durations.Minute);
        Assert.Null(Stored());
        await keys.StoreUsesAsync(default);
        Assert.Equal(used, Stored());
        Assert.Empty(keys.Ring.Uses.News());

        long? Stored() => server.Host.Database.Read(connection => Store.List(connection, "default")).Single(key => key.Id == id).LastUsedAt;
    }

    [Fact]
    public async Task The_command_line_makes_keys_of_chosen_scopes()
    {
        await using var server = await AccessServer.StartAsync();
        var (code, _, error) = await server.RunAsync("keys", "add", "--kind", "secret", "--name", "bi", "--scope", "read", "--scope", "export");
        Assert.True(code == 0, error);
        Assert.Equal(["read", "export"], KeyService.Of(server.Host).List("default").Single().Scopes);
        Assert.Equal(1, (await server.RunAsync("keys", "add", "--kind", "write", "--name", "web", "--scope", "read")).Code);
    }
}
