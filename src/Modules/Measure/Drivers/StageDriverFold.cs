using Ciclo.Core.Analytics;
using Ciclo.Core.Events;
using Ciclo.Core.Metrics;
using Ciclo.Core.Time;
using Ciclo.Core.Values;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Lifecycles.Contracts;

namespace Ciclo.Modules.Measure.Drivers;

/// <summary>
/// Who entered a stage in (<paramref name="From"/>, <paramref name="To"/>], and whether they reached a later stage within the horizon of their entry. The last stage has none
/// after it: there it is asked who still held it at the horizon's end.
/// </summary>
public sealed record StageDriverQuestion(string Lifecycle, int Stage, bool IsLast, long From, long To, long HorizonMs);

/// <summary>
/// What those who move on from a stage had in common: at their entry, and in the days after it. What people did after their entry is told only of those who were still in the stage
/// when those days were over, and of what became of them from then on: else whoever stays longer would have done more by staying (J. R. Anderson, K. C. Cain, R. D. Gelber,
/// Analysis of survival by tumor response, J. Clinical Oncology 1, 1983: landmarks). One thread's share.
/// </summary>
internal sealed class StageDriverFold(StageDriverQuestion question) : IHistoryFold
{
    public const long Landmark = 3 * Durations.Day;

    private readonly Dictionary<EventKind, int> codes = [];
    private readonly List<string> labels = [];
    private EngineState? read;
    private StageMoveReader moves = null!;
    private IReadOnlyList<StageInfo> stages = [];

    public IReadOnlyList<string> Paths { get; } = [FieldPaths.PageName, FieldPaths.CampaignName, FieldPaths.CampaignSource];

    /// <summary>Of all who entered: how they came, where from, and what the event says that they entered with.</summary>
    public TraitNotes AtEntry { get; } = new();

    /// <summary>Of those still in the stage after the first days: what they did in them.</summary>
    public TraitNotes Early { get; } = new();

    public int CodeOf(EventKind kind, string name)
    {
        if (kind.Type is not (CallType.Track or CallType.Page or CallType.Screen) || (kind.Flags & (PackedFlags.System | PackedFlags.Bot)) != 0)
        {
            return -1;
        }
        if (!codes.TryGetValue(kind, out var code))
        {
            code = labels.Count;
            codes.Add(kind, code);
            labels.Add(kind.Type == CallType.Track ? name : "");
        }
        return code;
    }

    public void Take(in ProfileEvents profile)
    {
        var places = profile.State.Placement.Places;
        if (!places.Has(profile.Profile))
        {
            return;
        }
        Bind(profile.State);
        var made = moves.Read(places.View(profile.Profile));
        var entry = 0;
        while (entry < made.Length && !(made[entry].To == question.Stage && made[entry].At > question.From && made[entry].At <= question.To))
        {
            entry++;
        }
        if (entry < made.Length)
        {
            Note(profile, made, entry);
        }
    }

    private void Bind(EngineState state)
    {
        if (!ReferenceEquals(read, state))
        {
            read = state;
            var index = state.Placement.Plan.LifecycleIndex(question.Lifecycle);
            moves = new StageMoveReader(state, index);
            stages = index < 0 ? [] : LifecycleInfo.AllOf(state)[index].Stages;
        }
    }

    private void Note(in ProfileEvents profile, ReadOnlySpan<StageMove> made, int entry)
    {
        var at = made[entry].At;
        var left = entry + 1 < made.Length ? made[entry + 1].At : long.MaxValue;
        var isHit = question.IsLast ? left > at + question.HorizonMs : ReachedLater(made, entry) <= at + question.HorizonMs;
        AtEntry.Begin(isHit);
        if (made[entry].From >= 0)
        {
            AtEntry.NoteOnly("from", stages[made[entry].From].Id);
        }
        var isIn = left > at + Landmark;
        if (isIn)
        {
            Early.Begin(isHit);
        }
        NoteEvents(profile, at, isIn);
    }

    private void NoteEvents(in ProfileEvents profile, long entered, bool isIn)
    {
        var at = profile.Events.At;
        var last = -1;
        string? campaign = null;
        for (var i = 0; i < at.Length && at[i] <= entered + Landmark; i++)
        {
            if (at[i] <= entered)
            {
                last = i;
                campaign = TextOf(profile.Paths[1], i) ?? TextOf(profile.Paths[2], i) ?? campaign;
            }
            else if (isIn)
            {
                var label = labels[profile.Events.Codes[i]];
                Early.Note("did", label);
                Early.Note("saw", label.Length > 0 ? null : TextOf(profile.Paths[0], i));
            }
        }
        AtEntry.NoteOnly("came", campaign);
        if (last >= 0)
        {
            AtEntry.NoteFields(profile.Events.Event(last), profile.State.Staged.Paths);
        }
    }

    private static long ReachedLater(ReadOnlySpan<StageMove> made, int entry)
    {
        for (var next = entry + 1; next < made.Length; next++)
        {
            if (made[next].To > made[entry].To)
            {
                return made[next].At;
            }
        }
        return long.MaxValue;
    }

    private static string? TextOf(ScanPath path, int index) => path.Get(index) is { Kind: ValueKind.Text } value ? value.AsText : null;
}
