using Ciclo.Core.Events;
using Ciclo.Core.Identity;

namespace Ciclo.Engine.Runtime;

/// <summary>
/// Takes people out of what is derived by writing anew only the files that hold something of them, while everything else is read and goes on.
/// It is the same as making everything anew from the journal that they were erased from, and says so where it cannot be: then that is done.
/// </summary>
/// <param name="derivation">What is in force.</param>
/// <param name="desk">Where files are written.</param>
/// <param name="inTurn">Changes what is in force, while nobody reads.</param>
internal sealed class Excision(Derivation derivation, FoldCrew desk, Func<Func<bool>, Task> inTurn)
{
    private IReadOnlySet<int> nodes = new HashSet<int>();
    private List<int> eventNames = [];
    private HashSet<string> currencies = [];

    /// <summary>Of events that were erased; null until <see cref="PrepareAsync"/> found that they can be taken out alone.</summary>
    public OwnTraces? Traces { get; private set; }

    /// <summary>Looks at what there is of these identifiers, before the journal is touched.</summary>
    public Task PrepareAsync(IReadOnlyList<Identifier> identifiers, Mentions mentions) => inTurn(() =>
    {
        var staged = derivation.Staged;
        var held = identifiers.Select(identifier => staged.Identity.NodeOf(identifier)).Where(node => node >= 0);
        if (staged.Identity.Removable(held) is not { } found || NamesThem(staged, mentions))
        {
            return false;
        }
        nodes = found;
        var kept = new HashSet<long>();
        foreach (var each in staged.History.Read([.. nodes.Order()]))
        {
            Note(each.Read(), kept, staged.Paths.Find("currency"));
        }
        Traces = new OwnTraces(kept);
        return false;
    });

    /// <summary>Does it, once the journal holds nothing of them; false where everything is to be made anew instead. Nobody writes files meanwhile.</summary>
    public async Task<bool> RunAsync(ErasedCounts counts, CancellationToken cancellation)
    {
        // Somebody else's event that named them is another event now, wherever it lies.
        if (Traces is not { IsExact: true } traces || counts.Redacted > 0 || counts.Commands > 0)
        {
            return false;
        }
        var history = derivation.Staged.History;
        await inTurn(() =>
        {
            history.Freeze();
            return false;
        });
        await DoAllAsync(history, history.NextFlush, cancellation);
        if (history.HasSegmentOfOnly(nodes))
        {
            return false;
        }
        await DoAllAsync(history, () => history.NextWithout(nodes), cancellation);
        if (!currencies.All(code => history.MayHaveText(derivation.Staged.Paths.Find("currency"), code)))
        {
            // The workspace's currency can follow from which ones there are.
            return false;
        }
        var isDone = false;
        await inTurn(() => isDone = derivation.Excise(nodes, traces, eventNames));
        return isDone;
    }

    private void Note(in PackedEvent e, HashSet<long> kept, int currencyPath)
    {
        kept.Add(e.Address);
        if (e.Name >= 0)
        {
            eventNames.Add(e.Name);
        }
        var currency = currencyPath < 0 ? [] : e.GetText(currencyPath);
        if (currency.Length == 3)
        {
            currencies.Add(System.Text.Encoding.UTF8.GetString(currency));
        }
    }

    /// <summary>The name of an event or of a property is kept as long as the workspace.</summary>
    private static bool NamesThem(Staged staged, Mentions mentions) =>
        staged.EventNames.All().Concat(staged.Paths.All()).Any(name => mentions.Occur(System.Text.Encoding.UTF8.GetBytes(name)));

    private async Task DoAllAsync(History history, Func<HistoryTask?> next, CancellationToken cancellation)
    {
        while (true)
        {
            HistoryTask? task = null;
            await inTurn(() => (task = next()) is not null);
            if (task is null)
            {
                return;
            }
            await HistoryWork.RunAsync(history, task, desk, inTurn, cancellation);
        }
    }
}

/// <summary>Runs a task of a history beside the loop, and puts its result in force.</summary>
internal static class HistoryWork
{
    public static async Task RunAsync(History history, HistoryTask task, FoldCrew desk, Func<Func<bool>, Task> inTurn, CancellationToken cancellation)
    {
        try
        {
            await desk.RunAsync(() =>
            {
                task.Run(cancellation);
                return true;
            });
        }
        catch
        {
            history.Abandon(task);
            throw;
        }
        await inTurn(() =>
        {
            history.Publish(task);
            return true;
        });
    }
}
