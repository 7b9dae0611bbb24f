using Ciclo.Core.Rules;
using Ciclo.Core.Time;

namespace Ciclo.Core.Journeys;

/// <summary>
/// Something that happens to one person. <paramref name="Text"/> is as it was written: an event selector (`"Order Completed" where total > 50`) if <paramref name="IsEvent"/>, which happens
/// with each such event; else a condition, which happens when it begins to hold. <paramref name="Watch"/> is the rule whose beginning tells it.
/// </summary>
public sealed record Happening(bool IsEvent, string Text, Rule Watch)
{
    /// <summary>Events closer to each other than this are one happening.</summary>
    public const string Together = "1s";

    /// <summary>The rule that holds for a moment at each event: what comes before the selector is <see cref="Before"/>.</summary>
    public static string RuleOf(string selector) => Before + selector + ", " + Together + ") >= 1";

    public const string Before = "count(";
}

/// <summary>What begins a journey for a person.</summary>
public abstract record JourneyTrigger;

/// <summary>A happening; or with <paramref name="AtEnd"/> the end of a condition.</summary>
public sealed record HappeningTrigger(Happening Happening, bool AtEnd = false) : JourneyTrigger;

/// <summary>The entry into a segment, or with <paramref name="AtEnd"/> the exit.</summary>
public sealed record SegmentTrigger(string Segment, bool AtEnd, Rule Watch) : JourneyTrigger;

/// <summary>The entry into a stage, or with <paramref name="AtEnd"/> the exit.</summary>
public sealed record StageTrigger(string Lifecycle, string Stage, bool AtEnd, Rule Watch) : JourneyTrigger;

/// <summary>
/// A date in a trait, <paramref name="DaysAfter"/> days later (negative: before) at <paramref name="Minute"/> of the day in the journey's zone; each year if <paramref name="IsYearly"/>.
/// </summary>
public sealed record DateTrigger(string Trait, bool IsYearly, int DaysAfter, int Minute, Rule Watch) : JourneyTrigger;

public enum Rhythm
{
    Day = 0,
    Week = 1,
    Month = 2,
}

/// <summary>
/// All members of a segment, each day, each week on <paramref name="On"/> (1 Monday to 7 Sunday) or each month on that day (the last of a shorter month), at <paramref name="Minute"/> of
/// the day in the journey's zone. <paramref name="Members"/>: the rule of being one.
/// </summary>
public sealed record ScheduleTrigger(Rhythm Every, int On, int Minute, string Segment, Rule Members) : JourneyTrigger;

/// <summary>A call of the API for one person.</summary>
public sealed record ApiTrigger : JourneyTrigger;

/// <summary>How often a person may enter: <paramref name="IsOnce"/>, or again <paramref name="AfterMs"/> milliseconds after the last entry at the earliest; never while inside.</summary>
public sealed record ReEntry(bool IsOnce, long AfterMs = 0);

/// <summary>What the journey is for: people with the event within <paramref name="WithinMs"/> of their entry, and what <paramref name="Value"/> of it sums up to in money, if named.</summary>
public sealed record JourneyGoal(Happening Happening, long WithinMs, string? Value, bool Leaves);

/// <summary>A step of a journey. After it comes the next of its list; after the last of a branch, what follows the branch.</summary>
public abstract record JourneyStep(string Id);

/// <summary>For a time.</summary>
public sealed record WaitStep(string Id, long Ms) : JourneyStep(Id);

/// <summary>Until the clock shows <paramref name="Minute"/> of the day where the person lives, on one of <paramref name="Days"/> (bit 0 Monday … 6 Sunday).</summary>
public sealed record HourStep(string Id, int Minute, int Days = HourStep.EveryDay) : JourneyStep(Id)
{
    public const int EveryDay = 127;

    /// <summary>The <see cref="Minute"/> of a wait for the person's own best hour; where none is known it does not wait.</summary>
    public const int Best = -1;
}

/// <summary>Until something happens, <paramref name="LimitMs"/> at the longest. A condition that holds already happens at once.</summary>
public sealed record UntilStep(string Id, Happening Happening, long LimitMs, IReadOnlyList<JourneyStep> Met, IReadOnlyList<JourneyStep> TimedOut) : JourneyStep(Id);

public sealed record IfStep(string Id, Rule When, IReadOnlyList<JourneyStep> Then, IReadOnlyList<JourneyStep> Else) : JourneyStep(Id);

public sealed record SplitArm(string Name, int Share, IReadOnlyList<JourneyStep> Steps);

/// <summary>By chance, in proportion to the shares; the same person in the same entry always the same way.</summary>
public sealed record SplitStep(string Id, IReadOnlyList<SplitArm> Arms) : JourneyStep(Id);

/// <summary>A message. <paramref name="HoldBack"/>: a rule that must not hold when it leaves.</summary>
public sealed record SendStep(string Id, string Channel, string Template, string Purpose, Rule? HoldBack) : JourneyStep(Id)
{
    /// <summary>The purpose of messages that need no consent.</summary>
    public const string Transactional = "transactional";

    /// <summary>The <see cref="Channel"/> of a message that goes over the person's best channel, of those that it has a template for; <see cref="Template"/> is that of e-mail.</summary>
    public const string Best = "best";
    public const string Email = "email";

    /// <summary>Of a message over the best channel: the templates of channels other than e-mail.</summary>
    public IReadOnlyDictionary<string, string> Others { get; init; } = new Dictionary<string, string>();

    /// <summary>The channels that it may go over.</summary>
    public IReadOnlyList<string> Channels => Channel == Best ? [Email, .. Others.Keys.Order(StringComparer.Ordinal)] : [Channel];

    public string TemplateOf(string channel) => Others.GetValueOrDefault(channel, Template);
}

/// <summary>Sets a trait; <paramref name="Value"/> is JSON, `null` clears it.</summary>
public sealed record TraitStep(string Id, string Trait, string Value) : JourneyStep(Id);

public sealed record TagStep(string Id, string Tag, bool IsAdded) : JourneyStep(Id);

/// <summary>A message to another program, by the name of its endpoint.</summary>
public sealed record WebhookStep(string Id, string Endpoint) : JourneyStep(Id);

/// <summary>Work for a person of the team, due <paramref name="DueDays"/> days later.</summary>
public sealed record TaskStep(string Id, string Title, int DueDays) : JourneyStep(Id);

/// <summary>A code of this person's own, that begins with <paramref name="Prefix"/> and ends after <paramref name="ValidDays"/> days: `offer.code` in what is sent afterwards.</summary>
public sealed record OfferStep(string Id, string Name, string Prefix, int ValidDays) : JourneyStep(Id);

/// <summary>Leaves the journey.</summary>
public sealed record StopStep(string Id) : JourneyStep(Id);

/// <summary>
/// A journey as its file says, checked. <paramref name="Exits"/>: whoever one of these happens to leaves at once. <paramref name="Holdout"/>: percent of those who enter who get nothing, to
/// measure the others by. <paramref name="Priority"/>: of two messages that a cap allows one of, the higher goes out.
/// </summary>
public sealed record Journey(
    string Id, Text Label, Zone Zone, JourneyTrigger Trigger, ReEntry Entry, IReadOnlyList<Happening> Exits, JourneyGoal? Goal, int Holdout, int Priority, IReadOnlyList<JourneyStep> Steps);
