using Ciclo.Core;
using Ciclo.Engine.Runtime;
using Ciclo.Kit;

namespace Ciclo.Modules.Customers.Contracts;

/// <summary>
/// A score of one person as their page shows it: what it is, its value in words, a judgement, when it was made (Unix milliseconds), and why it is so,
/// each reason a sentence. <paramref name="Href"/>: where its quality or its rows are.
/// </summary>
public sealed record PersonScore(Text Label, Text Value, Verdict Verdict, long At, IReadOnlyList<Text> Reasons, string? Href = null);

/// <summary>Whoever scores people registers one; a customer's page shows what all of them say, in the order in which they were registered.</summary>
public interface IPersonScores
{
    /// <summary>The scores of a profile as of now; none where there is nothing to say. Called while the engine waits: a look at one history, no more.</summary>
    IReadOnlyList<PersonScore> Of(EngineState state, int profile);
}
