using System.Text.Json.Nodes;
using Ciclo.Core.Access;
using Ciclo.Modules.Access.Tests;
using Ciclo.Modules.Consent.Contracts;

namespace Ciclo.Modules.Consent.Tests;

/// <summary>What the team and other programs do with consent: settings, suppressed addresses, a note for a person, the proof.</summary>
public sealed class TeamTests
{
    [Fact]
    public async Task Settings_are_checked_told_and_kept()
    {
        await using var server = await AccessServer.StartAsync();
        using var owner = await server.AsAsync(Role.Owner);
        (string, string)[] form =
        [
            ("purpose_id", "marketing"), ("purpose_en", "News"), ("purpose_es", "Novedades"), ("purpose_default", "opt_in"), ("purpose_confirm", "yes"),
            ("purpose_id", "transactional"), ("purpose_en", "Orders"), ("purpose_es", "Pedidos"), ("purpose_default", "transactional"), ("purpose_confirm", "no"),
            ("purpose_id", ""), ("cap_most", "3"), ("cap_days", "7"), ("cap_channel", "email"), ("cap_most", ""), ("cap_days", "7"), ("cap_channel", ""), ("channel", "email"), ("channel", "sms"),
            ("quiet_from", "22:30"), ("quiet_to", "07:00"), ("hold_en", "Open complaint"), ("hold_es", "Queja abierta"), ("hold_rule", "count(\"Ticket Opened\") > count(\"Ticket Solved\")"), ("base_url", "https://go.example.com/"), ("name", "Café Sol"), ("color", "#c98a1b"),
        ];
        Assert.Equal("/settings/consent?done=saved", (await owner.SubmitAsync("/settings/consent", "/settings/consent", form)).Location);
        var kept = ConsentDesk.Of(server.Host).Settings("default");
        Assert.Equal((1, 2, new QuietHours(1_350, 420), "https://go.example.com"), (kept.Version, kept.Settings.Purposes.Count, kept.Settings.Quiet, kept.Settings.BaseUrl));
        Assert.Equal([new FrequencyCap("email", 3, 7)], kept.Settings.Caps);
        Assert.True(kept.Settings.Find("marketing")!.NeedsConfirming);
        Assert.Contains(server.AuditRows(), row => row.ToString()!.Contains("consent.settings_changed", StringComparison.Ordinal));
        foreach (var (field, value) in new[] { ("hold_rule", "count("), ("quiet_to", "22:30"), ("cap_most", "0"), ("color", "red"), ("base_url", "javascript:x"), ("purpose_id", "Marketing!") })
        {
            var isChanged = false;
            var refused = await owner.SubmitAsync("/settings/consent", "/settings/consent", [.. form.Select(one => one.Item1 == field && !isChanged && (isChanged = true) ? (field, value) : one)]);
            Assert.Equal((field, 400), (field, refused.Code));
        }
        Assert.Equal(1, ConsentDesk.Of(server.Host).Settings("default").Version);
        await server.TrackAsync("ana", new { email = "ana@example.com" });
        var impact = await owner.PostAsync("/settings/consent/impact", [.. form, ("_form", await owner.TokenAsync("/settings/consent"))]);
        Assert.Equal(200, impact.Code);
        Assert.Contains("Of 1 people", impact.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Addresses_are_suppressed_found_and_lifted_and_an_erased_person_leaves_a_hash()
    {
        await using var server = await AccessServer.StartAsync();
        using var owner = await server.AsAsync(Role.Owner);
        const string Page = "/settings/consent/suppressed";
        Assert.EndsWith("added", (await owner.SubmitAsync(Page, Page, ("channel", "email"), ("addresses", "One@example.com\ntwo@example.com"))).Location, StringComparison.Ordinal);
        Assert.EndsWith("known", (await owner.SubmitAsync(Page, Page, ("channel", "email"), ("addresses", "one@EXAMPLE.com"))).Location, StringComparison.Ordinal);
        Assert.Equal(400, (await owner.SubmitAsync(Page, Page, ("channel", "email"), ("addresses", "no address"))).Code);
        var found = (await owner.GetAsync(Page + "?query=one")).Text;
        Assert.True(found.Contains("one@example.com", StringComparison.Ordinal) && !found.Contains("two@example.com", StringComparison.Ordinal));
        var csv = await owner.SubmitAsync(Page, Page + ".csv");
        Assert.Contains("email,two@example.com,manual,", csv.Text, StringComparison.Ordinal);

        await server.TrackAsync("ana", new { email = "ana@example.com" });
        var erased = await server.RunAsync("erase", "--email", "ana@example.com", "--yes");
        Assert.True(erased.Code == 0, erased.Error);
        var row = server.Host.Database.Read(connection => Suppressions.Find(connection, "default", "email", "ANA@example.com"))!;
        Assert.Equal(("", SuppressionReasons.Erased), (row.Address, row.Reason));
        Assert.Contains("kept as a hash only", (await owner.GetAsync(Page + "?query=ana@example.com")).Text, StringComparison.Ordinal);
        Assert.EndsWith("lifted", (await owner.SubmitAsync(Page, Page + "/lift", ("channel", "email"), ("hash", row.Hash))).Location, StringComparison.Ordinal);
        Assert.Null(server.Host.Database.Read(connection => Suppressions.Find(connection, "default", "email", "ana@example.com")));
    }

    [Fact]
    public async Task A_note_of_the_team_is_an_answer_with_its_proof()
    {
        await using var server = await AccessServer.StartAsync();
        await server.TrackAsync("ana", new { email = "ana@example.com" });
        using var owner = await server.AsAsync(Role.Owner);
        var id = server.Host.FindWorkspace("default")!.Read(state => state.Staged.Identity.PublicId(state.Staged.Identity.ProfileOf(state.Staged.Identity.Find("user_id:ana"))));
        Assert.Contains($"/customers/{id}/consent", (await owner.GetAsync($"/customers/{id}")).Html, StringComparison.Ordinal);
        Assert.Contains("Never asked", (await owner.GetAsync($"/customers/{id}/consent")).Text, StringComparison.Ordinal);
        var page = $"/customers/{id}/consent/all";
        Assert.Equal(400, (await owner.SubmitAsync(page, $"/customers/{id}/consent", ("purpose", "marketing"), ("channel", "email"), ("answer", "yes"), ("why", ""))).Code);
        Assert.Equal(page + "?done=noted", (await owner.SubmitAsync(page, $"/customers/{id}/consent", ("purpose", "marketing"), ("channel", "email"), ("answer", "yes"), ("why", "By telephone"))).Location);
        var shown = (await owner.GetAsync(page)).Text;
        Assert.All(new[] { "Noted by the team", "By telephone", "News and offers · E-mail: yes" }, part => Assert.Contains(part, shown, StringComparison.Ordinal));
        var json = JsonNode.Parse((await owner.SubmitAsync(page, $"/customers/{id}/consent/proof", ("format", "json"))).Html)!;
        Assert.Equal(("yes", "agent", "By telephone"), ((string)json["now"]![0]!["answer"]!, (string)json["evidence"]![0]!["method"]!, (string)json["evidence"]![0]!["note"]!));
        Assert.Contains("Proof of consent", (await owner.SubmitAsync(page, $"/customers/{id}/consent/proof", ("format", "html"))).Text, StringComparison.Ordinal);
        Assert.Contains(server.AuditRows(), row => row.ToString()!.Contains("consent.noted", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Programs_read_and_write_consent_and_the_list()
    {
        await using var world = await ConsentWorld.StartAsync();
        var server = world.Server;
        await server.SendAsync(server.Identify("ana", 0, new JsonObject { ["email"] = "ana@example.com" }));
        var settings = ConsentSettings.Initial;
        await world.SetAsync(settings with { Quiet = null, Purposes = [settings.Purposes[0] with { NeedsConfirming = true }, .. settings.Purposes.Skip(1)] });
        var (status, body, response) = await server.SendAsync(HttpMethod.Put, "/api/v1/consent", server.Key, new JsonObject
        {
            ["user"] = "user_id:ana", ["method"] = "form", ["source"] = "https://shop.example.com/newsletter", ["language"] = "es",
            ["answers"] = new JsonArray(new JsonObject { ["purpose"] = "marketing", ["channel"] = "email", ["granted"] = true }, new JsonObject { ["purpose"] = "reviews", ["granted"] = false }),
        });
        response.Dispose();
        Assert.Equal(200, status);
        var marketing = body!["answers"]!.AsArray().Single(answer => (string?)answer!["purpose"] == "marketing")!;
        Assert.Equal(("unconfirmed", false), ((string)marketing["answer"]!, (bool)marketing["may_send"]!));
        Assert.Contains("/confirm/", (string)marketing["confirm_url"]!, StringComparison.Ordinal);
        var read = await server.GetAsync("/api/v1/consent?user=user_id:ana");
        var proof = read["evidence"]!.AsArray().Single()!;
        Assert.Equal(("form", "es", "Novedades y ofertas; Pedir tu opinión"), ((string)proof["method"]!, (string)proof["language"]!, (string)proof["wording"]!));
        var rows = await server.RowsAsync("consent", "--user", "ana");
        Assert.Equal(["no", "no"], rows.Select(row => (string?)row["may_send"]));
        foreach (var wrong in new[] { """{"user":"ana","answers":[]}""", """{"user":"ana","answers":[{"purpose":"transactional","granted":false}]}""", """{"user":"ana","answers":[{"purpose":"marketing","granted":true}],"method":"magic"}""", """{"answers":[]}""" })
        {
            var (code, _, refused) = await server.SendAsync(HttpMethod.Put, "/api/v1/consent", server.Key, JsonNode.Parse(wrong));
            refused.Dispose();
            Assert.Equal((wrong, 400), (wrong, code));
        }
        foreach (var (method, path, sent, expected) in new (HttpMethod, string, JsonNode?, int)[]
        {
            (HttpMethod.Put, "/api/v1/suppressions", JsonNode.Parse("""{"address":"x@example.com","reason":"complaint"}"""), 200), (HttpMethod.Put, "/api/v1/suppressions", JsonNode.Parse("""{"address":"x@example.com","reason":"whim"}"""), 400),
            (HttpMethod.Delete, "/api/v1/suppressions?channel=email&address=X%40example.com", null, 204), (HttpMethod.Delete, "/api/v1/suppressions?channel=email&address=X%40example.com", null, 404),
        })
        {
            var (code, _, answered) = await server.SendAsync(method, path, server.Key, sent);
            answered.Dispose();
            Assert.Equal((path, expected), (path, code));
        }
        Assert.Equal(0, (await server.RunAsync("suppressions", "add", "y@example.com")).Code);
        Assert.Equal(["y@example.com"], (await server.AllAsync("/api/v1/suppressions", 1)).Select(row => (string?)row["address"]));
        Assert.Equal((0, 1), ((await server.RunAsync("suppressions", "lift", "y@example.com")).Code, (await server.RunAsync("suppressions", "lift", "y@example.com")).Code));
    }
}
