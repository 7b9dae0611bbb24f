namespace Ciclo.Bench;

/// <summary>One measurement: runs, checks its own answer, and adds its rows to the results. A wrong answer throws, and ends the run.</summary>
internal interface ITarget
{
    /// <summary>
    /// What `--only` chooses it by: lines of the targets ("P6"), a part of one after a dash ("P7-segment", chosen by "P7" too), or "growth-…".
    /// </summary>
    IReadOnlyList<string> Ids { get; }

    Task RunAsync();
}
