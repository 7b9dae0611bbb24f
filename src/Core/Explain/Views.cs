namespace Ciclo.Core.Explain;

/// <summary>Explanations as the API answers them: the records' values with texts in one language and instants as RFC 3339. Names only grow.</summary>
public sealed record EventView(string At, string Name, string MessageId, long Address);

/// <summary>A call with its value as a rule would write it (instants in the file's zone) and the newest events behind it.</summary>
public sealed record CallView(string Call, string Value, long EventCount, IReadOnlyList<EventView> Events);

public sealed record RuleView(string Condition, bool Holds, IReadOnlyList<CallView> Calls);

/// <summary><paramref name="Kind"/>: a <see cref="MissingKind"/> in camelCase. <paramref name="Gap"/>: how much is missing, as a number.</summary>
public sealed record MissingView(string Kind, string Text, string Condition, string? Gap, string? NotBefore);

public sealed record StepView(string? From, string To, string At);

public sealed record StayView(
    string Id, string Label, string Since, string Reason, string? Persona, RuleView? RuleThen, RuleView? RuleNow, IReadOnlyList<StepView> Path);

public sealed record OutlookView(
    string Id, string Label, bool IsAllowed, string Text, RuleView? Rule, IReadOnlyList<MissingView> Missing, string? HoldsAt);

public sealed record NextView(string From, string To, string At, string Text);

public sealed record StageView(
    string Lifecycle, string Label, int Version, string Timezone, string At, string? Persona, string Text, StayView? Stay,
    IReadOnlyList<OutlookView> Others, NextView? Next, string? LoopAt);

public sealed record SegmentView(
    string Segment, string Label, int Version, string Timezone, string At, bool IsMember, string? Since, string Text, RuleView? Rule,
    IReadOnlyList<MissingView> Missing, string? ChangesAt);
