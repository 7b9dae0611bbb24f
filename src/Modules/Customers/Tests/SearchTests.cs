using Ciclo.Modules.Customers;
using Ciclo.Modules.Customers.List;
using Ciclo.Modules.Customers.Search;
using Ciclo.Tests.Home;

namespace Ciclo.Tests.Customers;

public sealed class SearchTests(HomeServer server) : IClassFixture<HomeServer>
{
    [Theory]
    [InlineData("Mariana  Solís", "mariana solis")]
    [InlineData(" ÑANDÚ\nx ", "nandu x")]
    [InlineData("ana@Correo.MX", "ana@correo.mx")]
    public void Texts_are_compared_without_case_accents_or_double_spaces(string text, string folded) => Assert.Equal(folded, Folded.Of(text));

    [Theory]
    [InlineData("+52 (55) 4417-0926", "525544170926")]
    [InlineData("44 17", "4417")]
    [InlineData("123", "")]
    [InlineData("A-1234", "")]
    public void Of_a_telephone_number_the_digits_count(string text, string digits) => Assert.Equal(digits, Folded.PhoneOf(text));

    [Fact]
    public void The_best_fit_is_told_and_pages_are_searched_to_their_ends()
    {
        var pages = new TextPages();
        for (var i = 0; i < 60_000; i++)
        {
            pages.Add(i, EntryKind.Name, $"person number {i:00000} of many");
        }
        pages.Add(70_000, EntryKind.Name, "solis ibarra mariana");
        pages.Add(70_001, EntryKind.Name, "mariana solis");
        pages.Add(70_002, EntryKind.Email, "mariana.solis@correo.mx");
        pages.Add(70_003, EntryKind.Id, "xmariana-xsolis");
        Assert.True(pages.Bytes > 1 << 20, "more than one page");
        var found = pages.Find("mariana solis", "").ToDictionary(one => one.Node, one => one.Fit);
        Assert.Equal(Fit.Whole, found[70_001]);
        Assert.Equal(Fit.WordBeginning, found[70_000]);
        Assert.Equal(Fit.WordBeginning, found[70_002]);
        Assert.Equal(Fit.Inside, found[70_003]);
        Assert.Equal(4, found.Count);
        for (var i = 0; i < 60_000; i += 997)
        {
            Assert.Equal(i, Assert.Single(pages.Find($"{i:00000}", "")).Node);
        }
    }

    [Fact]
    public async Task People_are_found_by_name_mail_phone_and_id_as_soon_as_they_are_known_and_whoever_has_the_id_stands_first()
    {
        using var index = new PeopleIndex(server.Engine);
        Assert.Empty(await index.FindAsync("ximena", default));
        await server.SendAsync(
            new { type = "identify", userId = "q-1", traits = new { firstName = "Ximena", lastName = "Peña", phone = "+52 55 1234 9876", email = "xp@correo.example" } },
            new { type = "identify", userId = "q-2", traits = new { name = "Somebody called q-1 too" } },
            new { type = "identify", anonymousId = "anon-77", traits = new { name = "Ximena Otra" } });
        Assert.Equal(2, (await index.FindAsync("XIMENA", default)).Count);
        foreach (var query in new[] { "ximena pena", "Peña Ximena", "1234 9876", "(55) 1234-9876", "xp@correo", "email:xp@correo.example" })
        {
            Assert.Equal("q-1", await FirstAsync(index, query));
        }
        Assert.Equal("q-1", await FirstAsync(index, "q-1"));
        Assert.Equal(2, (await index.FindAsync("q-1", default)).Count);
    }

    [Fact]
    public async Task Whoever_is_erased_is_found_no_more()
    {
        using var index = new PeopleIndex(server.Engine);
        await server.SendAsync(new { type = "identify", userId = "gone-1", traits = new { name = "Zacarías Borrado" } });
        Assert.Equal("gone-1", await FirstAsync(index, "zacarias"));
        var id = await server.Engine.EraseAsync("user_id:gone-1", "test", default);
        await server.Engine.ErasedAsync(id!, default);
        Assert.Empty(await index.FindAsync("zacarias", default));
        Assert.Empty(await index.FindAsync("gone-1", default));
    }

    [Theory]
    [InlineData("""traits.note == null""")]
    [InlineData("""count("Order Completed") >= 1""")]
    [InlineData("""since("Order Completed") < 60d and traits.email contains "correo" """)]
    [InlineData("""in("first-order") and not ever("Order Refunded")""")]
    public async Task A_rule_run_in_slices_finds_whom_it_finds_at_once(string rule)
    {
        using var runs = new RuleRuns(server.Host);
        var run = await runs.RunAsync(server.Engine, rule, default);
        var whole = server.Engine.Read(state => new Ciclo.Engine.Runtime.Analysis.SegmentCount(state, rule, state.Rules.Zone, run.At).Profiles());
        Assert.Equal(whole, run.Profiles);
        var sliced = server.Engine.Read(state =>
        {
            var count = new Ciclo.Engine.Runtime.Analysis.SegmentCount(state, rule, state.Rules.Zone, run.At);
            return Enumerable.Range(0, (state.Staged.Identity.NodeCount / 7) + 1).SelectMany(i => count.Within(i * 7, Math.Min(state.Staged.Identity.NodeCount, (i + 1) * 7))).ToList();
        });
        Assert.Equal(whole, sliced);
        Assert.Same(run, await runs.RunAsync(server.Engine, rule, default));
    }

    [Theory]
    [InlineData("city:is:Puebla", "traits.city == \"Puebla\"")]
    [InlineData("age:gt:18", "traits.age >= 18")]
    [InlineData("plan.name:has:a\"b", "traits.plan.name contains \"a\\\"b\"")]
    [InlineData("odd name:unset:", "traits.`odd name` == null")]
    [InlineData("n:is:42", "(traits.n == \"42\" or traits.n == 42)")]
    public void A_condition_on_a_trait_is_a_rule_that_can_be_read(string text, string rule)
    {
        var test = TraitTest.Parse(text)!;
        Assert.Equal(rule, test.ToRule());
        Assert.Equal(text, test.ToString());
        Assert.Null(RuleRuns.Check(server.Engine, test.ToRule()));
    }

    [Theory]
    [InlineData("city")]
    [InlineData("city:like:x")]
    [InlineData("city:is:")]
    [InlineData("age:gt:old")]
    [InlineData("a`b:is:x")]
    public void A_condition_that_makes_no_sense_is_none(string text) => Assert.Null(TraitTest.Parse(text));

    private async Task<string> FirstAsync(PeopleIndex index, string query)
    {
        var found = await index.FindAsync(query, default);
        Assert.True(found.Count > 0, $"'{query}' finds nobody");
        return server.Engine.Read(state => state.Staged.Identity.PrintedUserId(found[0].Profile));
    }
}
