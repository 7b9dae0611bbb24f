using Ciclo.Core.Rules;
using Ciclo.Core.Time;
using Ciclo.Core.Values;

namespace Ciclo.Core.Explain;

/// <summary>An event behind a value. <paramref name="Name"/>: a track event's name, else the type of call.</summary>
public sealed record EventReference(long At, long Address, string MessageId, string Name);

/// <summary>A function call or name of a rule with its value, how many events it stands on, and the newest of them, newest first.</summary>
public sealed record CallReading(string Call, Value Value, long EventCount, IReadOnlyList<EventReference> Newest);

/// <summary>A rule as it read at an instant.</summary>
public sealed record RuleReading(string Condition, bool Holds, IReadOnlyList<CallReading> Calls);

/// <summary>What kind of thing a condition lacks. Names are part of the API: values only grow.</summary>
public enum MissingKind
{
    /// <summary><see cref="Missing.Gap"/> more events, days, distinct values, or amount.</summary>
    More = 0,
    Fewer = 1,
    HasEvent = 2,
    NoEvent = 3,
    /// <summary>Time since the last event has run too far: another one is needed.</summary>
    NewEvent = 4,
    /// <summary>Time alone will do it, at <see cref="Missing.NotBefore"/>.</summary>
    NotBefore = 5,
    /// <summary>Time alone has undone it.</summary>
    TooLate = 6,
    Value = 7,
    Present = 8,
    Absent = 9,
    Text = 10,
    OneOf = 11,
    NoneOf = 12,
    InSegment = 13,
    NotInSegment = 14,
    StageIs = 15,
    StageIsNot = 16,
    /// <summary>Nothing can make it hold.</summary>
    Never = 17,
    /// <summary>The sub-segment does not exist for the persona that applies.</summary>
    NotForPersona = 18,
}

/// <summary>
/// One thing that a condition lacks at an instant, without words. <see cref="Condition"/> is the failing part as rule text (within `not`,
/// what must become false: <see cref="IsNegated"/>). <see cref="NotBefore"/>: when time alone would mend it, if it would.
/// </summary>
public sealed record Missing(MissingKind Kind, string Condition, bool IsNegated)
{
    /// <summary>The side of the condition that must change: a call, a trait, a stage.</summary>
    public Expression? Subject { get; init; }

    public ComparisonOperator? Operator { get; init; }

    public TextOperator? TextOperator { get; init; }

    public Value Current { get; init; }

    public Value Target { get; init; }

    /// <summary>How much is missing, or too much.</summary>
    public Number? Gap { get; init; }

    /// <summary>The instant of the last event, for <see cref="MissingKind.NewEvent"/>.</summary>
    public long? LastAt { get; init; }

    public long? NotBefore { get; init; }

    internal double Cost { get; init; }

    /// <summary>The condition compares instants or durations: waiting is what it lacks, if waiting helps.</summary>
    internal bool IsTime { get; init; }

    internal long AskedAt { get; init; }
}

public enum MoveReason
{
    /// <summary>The first event of origin customer.</summary>
    FirstEvent = 0,
    /// <summary>The stage's rule held.</summary>
    Rule = 1,
    /// <summary>Under free movement, no other stage's rule held.</summary>
    NothingElseHeld = 2,
}

public sealed record StageStep(string? From, string To, long At);

/// <summary>
/// The stage held: since when, why, and the rule as it read then and reads now. Rules are null where the stage has none.
/// <paramref name="Persona"/>: the one that applied at the move; null for none.
/// </summary>
public sealed record StageStay(
    string Id, Text Label, long Since, MoveReason Reason, string? Persona, RuleReading? RuleThen, RuleReading? RuleNow, IReadOnlyList<StageStep> Path);

/// <summary>
/// Another stage: whether its rule holds, whether movement allows it from here, and what is missing. <paramref name="HoldsAt"/>: the first
/// instant, up to a year ahead, at which the rule holds if nothing else happens.
/// </summary>
public sealed record StageOutlook(
    string Id, Text Label, bool IsAllowed, RuleReading? Rule, IReadOnlyList<Missing> Missing, long? HoldsAt);

/// <summary>What time alone will do next.</summary>
public sealed record ScheduledMove(string From, string To, long At);

/// <summary>
/// Why a profile is in its stage at an instant, and what each other stage lacks (`rules.md` section 6). <paramref name="Stay"/> is null
/// before the profile's first event of origin customer. <paramref name="LoopAt"/>: rules led in a circle at that instant of this stay.
/// </summary>
public sealed record StageExplanation(
    string Lifecycle, Text Label, int Version, Movement Movement, Zone Zone, long At, string? Persona, StageStay? Stay,
    IReadOnlyList<StageOutlook> Others, ScheduledMove? Next, long? LoopAt);

/// <summary>
/// Why a profile is in a segment or not. <paramref name="Since"/>: when it last entered or left; null if it never was in it.
/// <paramref name="ChangesAt"/>: when time alone will next make it enter or leave, up to a year ahead.
/// </summary>
public sealed record SegmentExplanation(
    string Segment, Text Label, int Version, Zone Zone, long At, bool IsMember, long? Since, RuleReading? Rule,
    IReadOnlyList<Missing> Missing, long? ChangesAt);
