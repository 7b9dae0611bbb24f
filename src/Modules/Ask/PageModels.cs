using Ciclo.Core;
using Ciclo.Modules.Ask.Saved;

namespace Ciclo.Modules.Ask;

/// <summary>The page of questions. <paramref name="Result"/> is there where no script runs, and else comes later.</summary>
public sealed record SqlPageModel(string Sql, SavedQuery? Query, IReadOnlyList<SavedQuery> Saved, bool RunsAtOnce, Text? Missing, ResultModel? Result, Text? Refusal);

public sealed record ResultModel(string Sql, Answer? Answer, AskError? Error);
