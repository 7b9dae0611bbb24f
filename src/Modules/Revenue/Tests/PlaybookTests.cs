using System.Globalization;
using Ciclo.Modules.Imports.Tests;
using Ciclo.Tests.Architecture;
using Ciclo.Tests.Commands;

namespace Ciclo.Modules.Revenue.Tests;

/// <summary>The map of the guide on the data of dbt-labs/mrr-playbook, against the movements that its own SQL gives.</summary>
public sealed class PlaybookTests : IDisposable
{
    private const string Periods = "mrr_playbook/subscription_periods.csv";
    private const string Expected = "mrr_playbook/expected_mrr_movements_computed.csv";

    private readonly CommandFolder folder = new();

    [SharedFact(Periods)]
    public async Task Subscription_periods_imported_with_two_emits_give_the_published_movements_of_every_month()
    {
        var map = folder.Write("map.yaml", GuideMap());
        await folder.DoAsync("import", ImportFixture.Shared(Periods)!, "--map", map);
        var printed = Rows(await folder.DoAsync("mrr", "--from", "2018-01-01", "--to", "2020-03-01", "--by", "month", "--format", "csv"));
        Assert.Equal("period,opening,new,expansion,contraction,churn,reactivation,pause,resume,closing", string.Join(',', printed[0]));
        var published = Rows(await File.ReadAllTextAsync(ImportFixture.Shared(Expected)!));
        Assert.Equal(27, published.Count);
        // month,opening,new,reactivation,upgrade,downgrade,churn,mrr
        var expected = published.Skip(1).Select(row => string.Join(',', [row[0], .. new[] { row[1], row[2], row[4], row[5], row[6], row[3], "0", "0", row[7] }.Select(Money)]));
        Assert.Equal(expected, printed.Skip(1).Select(row => string.Join(',', row)));
        Assert.Contains(printed, row => string.Join(',', row) == "2019-06-01,965.00,50.00,150.00,-30.00,0.00,0.00,0.00,0.00,1135.00");
    }

    [SharedFact(Periods)]
    public async Task Longer_and_shorter_periods_add_up_to_the_same()
    {
        var map = folder.Write("map.yaml", GuideMap());
        await folder.DoAsync("import", ImportFixture.Shared(Periods)!, "--map", map);
        var sums = new List<string>();
        foreach (var by in new[] { "day", "week", "month", "quarter", "year" })
        {
            var rows = Rows(await folder.DoAsync("mrr", "--from", "2018-01-01", "--to", "2021-01-01", "--by", by, "--format", "csv")).Skip(1)
                .Select(row => row[1..].Select(cell => decimal.Parse(cell, CultureInfo.InvariantCulture)).ToArray()).ToList();
            Assert.All(rows, row => Assert.Equal(row[^1], row[..^1].Sum()));
            Assert.All(rows.Zip(rows.Skip(1)), pair => Assert.Equal(pair.First[^1], pair.Second[0]));
            sums.Add(string.Join(' ', Enumerable.Range(1, 7).Select(column => rows.Sum(row => row[column]))));
        }
        Assert.Single(sums.Distinct());
    }

    [Fact]
    public async Task Every_period_asked_for_is_printed_and_what_cannot_be_read_is_refused()
    {
        Assert.Equal(
            "period,opening,new,expansion,contraction,churn,reactivation,pause,resume,closing\n2024-01-01,0.00,0.00,0.00,0.00,0.00,0.00,0.00,0.00,0.00\n2024-02-01,0.00,0.00,0.00,0.00,0.00,0.00,0.00,0.00,0.00\n",
            await folder.DoAsync("mrr", "--from", "2024-01-01", "--to", "2024-03-01", "--format", "csv"));
        Assert.Contains("month", await folder.FailAsync("mrr", "--from", "2024-01-01", "--to", "2024-03-01", "--by", "decade"), StringComparison.Ordinal);
        Assert.Contains("YYYY-MM-DD", await folder.FailAsync("mrr", "--from", "2024-03-01", "--to", "2024-01-01"), StringComparison.Ordinal);
        Assert.Equal(2, (await folder.RunAsync("mrr", "--from", "2024-01-01", "--to", "2024-03-01", "--pause-as", "sleep")).Code);
    }

    public void Dispose() => folder.Dispose();

    /// <summary>The first map of the guide, so that what people copy is what is tested.</summary>
    private static string GuideMap()
    {
        var lines = Repository.Files.Single(file => file.Path == "docs/guides/revenue.md").Text.Split('\n');
        return string.Join('\n', lines.SkipWhile(line => line != "```yaml").Skip(1).TakeWhile(line => line != "```")) + "\n";
    }

    private static string Money(string amount) => decimal.Parse(amount, CultureInfo.InvariantCulture).ToString("F2", CultureInfo.InvariantCulture);

    private static List<string[]> Rows(string csv) => [.. csv.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.TrimEnd('\r').Split(','))];
}
