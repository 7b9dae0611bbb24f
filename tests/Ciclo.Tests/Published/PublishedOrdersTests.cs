using Ciclo.Tests.Collect;
using Xunit.Abstractions;

namespace Ciclo.Tests.Published;

/// <summary>
/// Published orders through the whole program: file, map, journal, identity, folds. `CICLO_PUBLISHED_FULL=1` takes the whole of Online Retail
/// rather than its first sixty thousand lines.
/// </summary>
public sealed class PublishedOrdersTests(ITestOutputHelper output)
{
    private const long After = 100 * 86_400_000L;

    private delegate Task ImportWay(PublishedWorkspace workspace);

    [PublishedDataFact("cdnow")]
    public async Task Cdnow_moves_as_plain_code_says_in_whatever_order_and_pieces_it_comes()
    {
        var lines = OrderReference.CdnowLines();
        var orders = OrderReference.CdnowOrders(lines);
        Assert.Equal((OrderReference.CdnowRows, 2_357), (orders.Count, orders.Select(order => order.User).Distinct().Count()));
        Task Import(PublishedWorkspace workspace, IEnumerable<string> some) => workspace.ImportAsync(some, OrderReference.CdnowMap);
        // No line of the file stands there twice, so a cut anywhere is one between groups.
        await HoldAsync(orders, OrderReference.CdnowRows,
            workspace => Import(workspace, lines),
            workspace => Import(workspace, lines.Reverse()),
            async workspace =>
            {
                await Import(workspace, lines.Take(3_000));
                await Import(workspace, lines.Skip(3_000));
            },
            async workspace =>
            {
                await Import(workspace, lines);
                await Import(workspace, lines);
            });
    }

    [PublishedDataFact("online_retail")]
    public async Task Online_retail_moves_as_plain_code_says_in_whatever_order_and_pieces_it_comes()
    {
        var isFull = Environment.GetEnvironmentVariable("CICLO_PUBLISHED_FULL") == "1";
        var (header, lines) = OrderReference.OnlineRetailLines(isFull ? int.MaxValue : 60_000);
        var orders = OrderReference.OnlineRetailOrders(lines);
        output.WriteLine($"{lines.Length} lines, {orders.Count} orders of {orders.Select(order => order.User).Distinct().Count()} customers");
        var firstHalf = lines.Select(OrderReference.InvoiceOf).Distinct().Take(orders.Count / 2).ToHashSet();
        Task Import(PublishedWorkspace workspace, IEnumerable<string> some) => workspace.ImportAsync(some.Prepend(header), OrderReference.OnlineRetailMap);
        await HoldAsync(orders, 2 * orders.Count,
            workspace => Import(workspace, lines),
            workspace => Import(workspace, lines.Reverse()),
            async workspace =>
            {
                await Import(workspace, lines.Where(line => !firstHalf.Contains(OrderReference.InvoiceOf(line))));
                await Import(workspace, lines.Where(line => firstHalf.Contains(OrderReference.InvoiceOf(line))));
            },
            async workspace =>
            {
                await Import(workspace, lines);
                await Import(workspace, lines);
            });
    }

    private async Task HoldAsync(List<FileOrder> orders, int events, params ImportWay[] ways)
    {
        var last = orders.Max(order => order.At);
        var middle = orders.Select(order => order.At).Order().ElementAt(orders.Count / 2);
        foreach (var import in ways)
        {
            await using var workspace = await PublishedWorkspace.OpenAsync(last + After, OrderStages.Forward, OrderStages.Free);
            await import(workspace);
            Assert.Equal(events, workspace.Engine.Read(state => state.Staged.History.Count));
            foreach (var lifecycle in new[] { OrderStages.Forward, OrderStages.Free })
            {
                var expected = lifecycle.Transitions(orders, last + After);
                Assert.Equal(expected, workspace.Transitions(lifecycle));
                Assert.Equal(expected, workspace.Transitions(lifecycle, last + After));
                Assert.Equal(lifecycle.Transitions(orders, middle), workspace.Transitions(lifecycle, middle));
                Assert.True(expected.Count(letter => letter == '\n') > orders.Count, "The lifecycle shows too little.");
            }
        }
        output.WriteLine($"{ways.Length} ways of importing, {OrderStages.Forward.Transitions(orders, last + After).Count(letter => letter == '\n') - 1} transitions forward, equal to the reference");
    }
}
