using Ciclo.Tests.Integration;

namespace Ciclo.Tests.Commands;

/// <summary>Rules, settings and rates by command: all of a call or nothing of it, and what they change is seen in the histories.</summary>
public sealed class RuleCommandTests : IDisposable
{
    private const string Money = "lifecycle: m\nstages:\n  - id: small\n  - id: large\n    when: money(\"Order Completed\".revenue) >= 100\n";

    private readonly CommandFolder folder = new();

    [Fact]
    public async Task Of_several_files_none_is_applied_when_one_is_wrong()
    {
        await folder.DoAsync("lifecycle", "apply", folder.Write("good.yaml", ShopData.Lifecycle));
        var before = await DefinitionsAsync();
        var better = folder.Write("better.yaml", ShopData.Lifecycle.Replace(">= 2", ">= 3", StringComparison.Ordinal));
        foreach (var (name, text) in new[]
        {
            ("key.yaml", "lifecycle: x\nstagse: []\n"), ("function.yaml", "lifecycle: x\nstages:\n  - id: a\n    when: often(\"A\")\n"), ("type.yaml", "lifecycle: x\nstages:\n  - id: a\n    when: count(\"A\") + 1\n"),
            ("twice.yaml", "lifecycle: x\nstages:\n  - id: a\n  - id: a\n"), ("returns.yaml", "lifecycle: x\nstages:\n  - id: a\n    returns_to: [b]\n"), ("empty.yaml", ""), ("same.yaml", ShopData.Lifecycle),
            ("cycle.yaml", "lifecycle: x\nstages:\n  - id: a\n  - id: b\n    when: stage(\"x\") == \"a\"\n"), ("segment.yaml", ShopData.Segment), ("missing.yaml", "lifecycle: x\nstages:\n  - id: a\n    when: in(\"nobody\")\n"),
        })
        {
            var ran = await folder.RunAsync("lifecycle", "apply", better, folder.Write(name, text));
            Assert.True((ran.Code, ran.Out) == (1, ""), $"{name}: {ran.Code}\n{ran.Out}\n{ran.Error}");
            Assert.Contains(name + ":", ran.Error, StringComparison.Ordinal);
            Assert.Equal(before, await DefinitionsAsync());
        }
        Assert.Equal("id,version\ncustomer,2\n", await folder.DoAsync("lifecycle", "apply", better));
    }

    [Fact]
    public async Task A_segment_in_use_cannot_be_changed_into_what_breaks_its_users()
    {
        await folder.DoAsync("segments", "apply", folder.Write("s.yaml", ShopData.Segment));
        await folder.DoAsync("lifecycle", "apply", folder.Write("l.yaml", "lifecycle: l\nstages:\n  - id: a\n  - id: b\n    when: in(\"big-spenders\")\n"));
        var before = await DefinitionsAsync();
        var ran = await folder.RunAsync("segments", "apply", folder.Write("loop.yaml", "segment: big-spenders\nwhen: stage(\"l\") == \"b\"\n"));
        Assert.Equal((1, ""), (ran.Code, ran.Out));
        Assert.Equal(before, await DefinitionsAsync());
    }

    [Fact]
    public async Task Validate_and_simulate_change_nothing()
    {
        await folder.DoAsync("lifecycle", "apply", folder.Write("good.yaml", ShopData.Lifecycle));
        await ImportAsync("EUR");
        var before = await DefinitionsAsync() + await folder.DoAsync("transitions", "--lifecycle", "customer") + await folder.DoAsync("doctor");
        var other = folder.Write("other.yaml", ShopData.Lifecycle.Replace("count(\"Order Completed\") >= 2", "count(\"Order Completed\") >= 1 or ever(\"Never Seen\")", StringComparison.Ordinal));
        await folder.DoAsync("lifecycle", "validate", other);
        foreach (var show in new[] { "sizes", "over-time", "movers" })
        {
            await folder.DoAsync("lifecycle", "simulate", other, "--show", show, "--at", "2024-01-20");
        }
        Assert.Equal("user_id,from,to\nbob,buyer,regular\n", await folder.DoAsync("lifecycle", "simulate", other, "--show", "movers", "--at", "2024-01-20"));
        Assert.Contains("buyer,1,0,-1\nregular,1,2,1\n", await folder.DoAsync("lifecycle", "simulate", other, "--at", "2024-01-20"), StringComparison.Ordinal);
        Assert.Equal(before, await DefinitionsAsync() + await folder.DoAsync("transitions", "--lifecycle", "customer") + await folder.DoAsync("doctor"));
        // What the simulation foretold is what applying does.
        await folder.DoAsync("lifecycle", "apply", other);
        Assert.Contains("bob,regular,", await folder.DoAsync("stages", "--lifecycle", "customer", "--at", "2024-01-20"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rates_and_the_currency_decide_what_money_is()
    {
        await folder.DoAsync("lifecycle", "apply", folder.Write("m.yaml", Money));
        await ImportAsync("USD");
        await folder.DoAsync("settings", "set", "currency", "MXN");
        Assert.DoesNotContain(",large,", await StagesAsync(), StringComparison.Ordinal);
        Assert.Contains("events_without_rate,3", await folder.DoAsync("doctor"), StringComparison.Ordinal);
        Assert.Equal("rates\n2\n", await folder.DoAsync("rates", "import", folder.Write("r.csv", "date,currency,rate\n2024-01-01,USD,2\n2024-01-12,usd,10.5\n")));
        Assert.Equal("user_id,stage,since\nana,large,2024-01-12T00:00:00.000Z\nbob,small,2024-01-05T00:00:00.000Z\n", await StagesAsync());
        Assert.Equal("date,currency,rate\n2024-01-01,USD,2\n2024-01-12,USD,10.5\n", await folder.DoAsync("rates", "list"));
        // A wrong line leaves out the whole file; a later rate of a day takes the place of the one before.
        Assert.Contains("r2.csv:3:", await folder.FailAsync("rates", "import", folder.Write("r2.csv", "date,currency,rate\n2024-01-01,USD,50\n2024-01-02,USD,-1\n")), StringComparison.Ordinal);
        Assert.Equal("user_id,stage,since\nana,large,2024-01-12T00:00:00.000Z\nbob,small,2024-01-05T00:00:00.000Z\n", await StagesAsync());
        await folder.DoAsync("rates", "import", folder.Write("r3.csv", "2024-01-01,USD,50\n"));
        Assert.Equal("user_id,stage,since\nana,large,2024-01-01T00:00:00.000Z\nbob,large,2024-01-05T00:00:00.000Z\n", await StagesAsync());
        await folder.DoAsync("settings", "set", "currency", "USD");
        Assert.DoesNotContain(",large,", await StagesAsync(), StringComparison.Ordinal);
        Assert.Equal("name,value\ncurrency,USD\n", await folder.DoAsync("settings", "list"));
    }

    [Fact]
    public async Task Identities_are_joined_separated_and_lifted_by_command()
    {
        await folder.DoAsync("lifecycle", "apply", folder.Write("c.yaml", ShopData.Lifecycle));
        await ImportAsync("EUR");
        var apart = await folder.DoAsync("transitions", "--lifecycle", "customer");
        await folder.DoAsync("identity", "join", "user_id:ana", "user_id:bob");
        var joined = await folder.DoAsync("transitions", "--lifecycle", "customer");
        Assert.DoesNotContain("bob,", joined, StringComparison.Ordinal);
        await folder.DoAsync("identity", "separate", "user_id:bob", "user_id:ana");
        Assert.Equal(apart, await folder.DoAsync("transitions", "--lifecycle", "customer"));
        Assert.Contains("separation,", await folder.DoAsync("identity", "list"), StringComparison.Ordinal);
        await folder.DoAsync("identity", "lift", "user_id:ana", "user_id:bob");
        Assert.Equal(joined, await folder.DoAsync("transitions", "--lifecycle", "customer"));
        await folder.DoAsync("rebuild");
        Assert.Equal(joined, await folder.DoAsync("transitions", "--lifecycle", "customer"));
    }

    public void Dispose() => folder.Dispose();

    /// <summary>ana buys for 20 on 1 and on 12 January 2024, bob for 10 on the 5th.</summary>
    private Task ImportAsync(string currency) => folder.DoAsync(
        "import", folder.Write("o.csv", "id,at,amount\nana,2024-01-01,20\nbob,2024-01-05,10\nana,2024-01-12,20\n"), "--map",
        folder.Write("o.yaml", $"source: o\nemit:\n  - type: track\n    event: Order Completed\n    user_id: id\n    timestamp: {{ column: at, format: yyyy-MM-dd }}\n    properties: {{ revenue: amount, currency: '\"{currency}\"' }}\n"));

    private Task<string> StagesAsync() => folder.DoAsync("stages", "--lifecycle", "m");

    private async Task<string> DefinitionsAsync() => await folder.DoAsync("lifecycle", "list") + await folder.DoAsync("segments", "list");
}
