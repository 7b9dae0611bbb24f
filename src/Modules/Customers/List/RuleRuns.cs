using System.Diagnostics;
using Ciclo.Core;
using Ciclo.Core.Identity;
using Ciclo.Core.Rules;
using Ciclo.Core.Time;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Engine.Runtime.Analysis;

namespace Ciclo.Modules.Customers.List;

/// <summary>Whoever met a rule at an instant, by the numbers of profiles, ascending, and how long it took to find out.</summary>
public sealed record RuleRun(string Workspace, string Rule, IReadOnlyList<int> Profiles, long At, TimeSpan Took, IdentityGraph Identity);

/// <summary>
/// Runs rules over all histories for the list of customers: one at a time, in slices between which folds go on, given up when the reader leaves. A result
/// serves the pages that follow for a few minutes, as of its instant.
/// </summary>
internal sealed class RuleRuns(DataHost host) : IDisposable
{
    private const int MostKept = 8;
    private const long KeptMs = 5 * Durations.Minute;
    private const int LeastSlice = 512;
    private const int MostSlice = 200_000;
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(12);
    private static readonly TimeSpan Long = TimeSpan.FromMilliseconds(40);

    private readonly SemaphoreSlim one = new(1, 1);
    private readonly LinkedList<RuleRun> kept = [];

    public static RuleRuns Of(DataHost host) => host.Shared(held => new RuleRuns(held));

    public void Dispose() => one.Dispose();

    /// <summary>What is wrong with a rule, with its place; null where it can be run.</summary>
    public static Diagnostic? Check(WorkspaceEngine engine, string rule)
    {
        if (rule.Length > CustomersAsked.LongestRule)
        {
            return new Diagnostic("rule_too_long", Severity.Error, 1, CustomersAsked.LongestRule, new Text("more text", "más texto"), new Text($"at most {CustomersAsked.LongestRule} characters", $"{CustomersAsked.LongestRule} caracteres como máximo"));
        }
        try
        {
            var expression = Parser.Parse(rule, RuleContext.Segment, engine.Rules.Zone);
            Checker.CheckCondition(expression);
            return null;
        }
        catch (RuleException wrong)
        {
            var before = rule[..Math.Min(wrong.Error.Extent.Start, rule.Length)];
            var line = before.Count(c => c == '\n') + 1;
            return new Diagnostic(wrong.Error.Code, Severity.Error, line, before.Length - before.LastIndexOf('\n'), wrong.Error.Found, wrong.Error.Expected, wrong.Error.Hint);
        }
    }

    /// <summary>A result that still serves; null if it has to be found out.</summary>
    public RuleRun? Kept(WorkspaceEngine engine, string rule)
    {
        var now = host.NowMs;
        lock (kept)
        {
            return kept.FirstOrDefault(run => run.Workspace == engine.Id && run.Rule == rule && now - run.At < KeptMs);
        }
    }

    /// <summary>Throws <see cref="RefusedException"/> for a rule that names what is not defined; <see cref="OperationCanceledException"/> when given up.</summary>
    public async Task<RuleRun> RunAsync(WorkspaceEngine engine, string rule, CancellationToken cancellation)
    {
        if (Kept(engine, rule) is { } before)
        {
            return before;
        }
        await one.WaitAsync(cancellation);
        try
        {
            var run = Kept(engine, rule) ?? await Task.Run(() => Run(engine, rule, cancellation), cancellation);
            lock (kept)
            {
                kept.Remove(run);
                kept.AddFirst(run);
                while (kept.Count > MostKept)
                {
                    kept.RemoveLast();
                }
            }
            return run;
        }
        catch (ArgumentException unknown)
        {
            throw new RefusedException(new Text(unknown.Message, "La regla nombra un segmento o un ciclo de vida que no existe. Defínelo primero o nombra otro."));
        }
        finally
        {
            one.Release();
        }
    }

    private RuleRun Run(WorkspaceEngine engine, string rule, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        var (at, identity) = engine.Read(state => (state.Now, state.Staged.Identity));
        var found = new List<int>();
        var slice = LeastSlice;
        for (var next = 0; next >= 0;)
        {
            cancellation.ThrowIfCancellationRequested();
            var (from, size, begun) = (next, slice, clock.Elapsed);
            next = engine.Read(state => Slice(state, rule, at, from, size, found, cancellation));
            // As much at once as keeps a fold waiting for some tens of milliseconds.
            slice = (clock.Elapsed - begun) switch { var took when took < Short => Math.Min(slice * 2, MostSlice), var took when took > Long => Math.Max(slice / 2, LeastSlice), _ => slice };
        }
        return new RuleRun(engine.Id, rule, found, at, clock.Elapsed, identity);
    }

    private static int Slice(EngineState state, string rule, long at, int from, int size, List<int> found, CancellationToken cancellation)
    {
        var end = Math.Min(state.Staged.Identity.NodeCount, from + size);
        found.AddRange(new SegmentCount(state, rule, state.Rules.Zone, at).Within(from, end, cancellation));
        return end == state.Staged.Identity.NodeCount ? -1 : end;
    }
}
