using System.Text;
using Ciclo.Core.Analytics;
using Ciclo.Core.Events;
using Ciclo.Engine.Runtime;

namespace Ciclo.Modules.Map;

/// <summary>
/// Looks through histories for touchpoints and paths: page and screen views and track events of origin customer. In pieces of a few people, between
/// which the engine goes on, and no longer than <see cref="Budget"/>: of a large workspace it sees a sample, spread evenly. With
/// <paramref name="wanted"/> it notes who passed that place.
/// </summary>
internal sealed class JourneyScan(WorkspaceEngine engine, MapModel asked, TimeProvider clock, PathPlace? wanted = null)
{
    private const int PeoplePerLook = 128;

    /// <summary>Of one person; nobody met more in a year.</summary>
    private const int MostEvents = 20_000;

    private const int MostRows = 25;
    private const int MostPaths = 30;

    /// <summary>A prime, so that steps of it come by everybody once.</summary>
    private const long Stride = 7_368_787;

    private static readonly TimeSpan Budget = TimeSpan.FromMilliseconds(2_500);

    private readonly int stages = asked.Lifecycle?.Stages.Count ?? 0;
    private readonly StageTally touchpoints = new(asked.Lifecycle?.Stages.Count ?? 0);
    private readonly StageTally channels = new(asked.Lifecycle?.Stages.Count ?? 0);
    private readonly PathTree paths = new(asked.Asked.Anchor);
    private readonly int anchorStage = asked.Asked.AnchorStage is { } stage && asked.Lifecycle is { } lifecycle ? lifecycle.IndexOf(stage) : -1;
    private readonly List<int> passed = [];
    private readonly List<(long At, string Label)> met = [];
    private readonly Dictionary<string, string> texts = new(StringComparer.Ordinal);
    private int profile;
    private int people;
    private int all;
    private int touched;

    public JourneySurvey Run(CancellationToken cancellation)
    {
        var started = clock.GetTimestamp();
        var nodes = engine.Read(state => state.Staged.Identity.NodeCount);
        var done = 0;
        while (done < nodes && clock.GetElapsedTime(started) < Budget)
        {
            cancellation.ThrowIfCancellationRequested();
            var (from, to) = (done, Math.Min(nodes, done + PeoplePerLook));
            done = engine.Read(state => Look(state, from, to, nodes));
        }
        // The rest was not looked at; how many people they are follows from those that were.
        all = done >= nodes ? people : (int)((long)people * nodes / Math.Max(1, done));
        return new JourneySurvey(touchpoints.Rows(MostRows), channels.Rows(MostRows), paths.Result(MostPaths), [.. passed.Distinct()], people, all, touched, (long)clock.GetElapsedTime(started).TotalMilliseconds);
    }

    private int Look(EngineState state, int from, int to, int nodes)
    {
        var fields = new Fields(state);
        using var reader = new HistoryReader(state.Staged.History);
        for (var i = from; i < to; i++)
        {
            var node = nodes % Stride == 0 ? i : (int)(i * Stride % nodes);
            if (state.Staged.Identity.IsProfile(node) && IsAsked(state, fields, node))
            {
                people++;
                LookAt(state, fields, reader, node);
            }
        }
        return to;
    }

    /// <summary>Numbers of names in the state that a look is in.</summary>
    private readonly struct Fields
    {
        private static readonly string[] ChannelPaths = ["channel", "utm_source", "campaign.source", "utm_medium", "referrer"];

        public Fields(EngineState state)
        {
            Page = state.Staged.Paths.Find(FieldPaths.PageName);
            Channels = [.. ChannelPaths.Select(state.Staged.Paths.Find)];
        }

        public int Page { get; }

        public int[] Channels { get; }
    }

    private bool IsAsked(EngineState state, Fields fields, int profile)
    {
        if (asked.Asked.Segment.Length == 0)
        {
            return true;
        }
        return state.Placement.Of(profile) is { } place && place.Memberships.Any(held => state.PlaceNames[held.Segment] == asked.Asked.Segment);
    }

    private void LookAt(EngineState state, in Fields fields, HistoryReader reader, int person)
    {
        profile = person;
        touchpoints.NextPerson();
        channels.NextPerson();
        met.Clear();
        var moves = MovesOf(state, profile);
        var (next, stage) = (0, -1);
        reader.Open(state.Staged.Identity.MembersOf(profile));
        reader.SkipTo(asked.From);
        while (met.Count < MostEvents && reader.Next(out var e) && e.At < asked.To)
        {
            if (e.IsSystem || e.Type is not (CallType.Track or CallType.Page or CallType.Screen))
            {
                continue;
            }
            for (; next < moves.Count && moves[next].At <= e.At; next++)
            {
                stage = moves[next].Stage;
            }
            var label = LabelOf(state, fields, e);
            met.Add((e.At, label));
            touchpoints.Add(label, stage);
            channels.Add(ChannelOf(fields, e, label), stage);
        }
        touched += met.Count > 0 ? 1 : 0;
        if (anchorStage >= 0)
        {
            FollowMoves(moves);
        }
        else
        {
            FollowTouchpoints();
        }
    }

    /// <summary>The stages that a person came into, in order of time.</summary>
    private List<(long At, int Stage)> MovesOf(EngineState state, int profile)
    {
        var index = stages == 0 ? -1 : state.Placement.Plan.LifecycleIndex(asked.Asked.Lifecycle);
        if (index < 0 || state.Placement.Of(profile) is not { } place)
        {
            return [];
        }
        var (name, names) = (state.Placement.LifecycleNames[index], state.Placement.StageNames[index]);
        return [.. place.Moves.Where(move => move.Lifecycle == name).Select(move => (move.At, Array.IndexOf(names, move.To)))];
    }

    private string LabelOf(EngineState state, in Fields fields, in PackedEvent e)
    {
        if (e.Type == CallType.Track)
        {
            return state.Staged.EventNames[e.Name];
        }
        var kind = e.Type == CallType.Page ? "page" : "screen";
        var name = e.GetText(fields.Page);
        return name.IsEmpty || name.Length > 80 ? kind : Known(kind + ": " + Encoding.UTF8.GetString(name));
    }

    /// <summary>What the event says of its channel; where it says nothing, its kind.</summary>
    private string ChannelOf(in Fields fields, in PackedEvent e, string label)
    {
        foreach (var path in fields.Channels)
        {
            var told = path < 0 ? default : e.GetText(path);
            if (told.Length is > 0 and <= 80)
            {
                return Known(HostOf(Encoding.UTF8.GetString(told).ToLowerInvariant()));
            }
        }
        return e.Type switch
        {
            CallType.Page => "web",
            CallType.Screen => "app",
            _ when label.StartsWith("Email", StringComparison.Ordinal) => "email",
            _ => "",
        };
    }

    /// <summary>A referrer's address is a channel by its host.</summary>
    private static string HostOf(string text)
    {
        var start = text.IndexOf("://", StringComparison.Ordinal);
        if (start < 0)
        {
            return text;
        }
        var rest = text.AsSpan(start + 3);
        rest = rest.IndexOfAny('/', '?', ':') is >= 0 and var end ? rest[..end] : rest;
        return (rest.StartsWith("www.", StringComparison.Ordinal) ? rest[4..] : rest).ToString();
    }

    /// <summary>One string for equal texts: there are many events and few names.</summary>
    private string Known(string text)
    {
        if (texts.TryGetValue(text, out var known))
        {
            return known;
        }
        if (texts.Count < 50_000)
        {
            texts.Add(text, text);
        }
        return text;
    }

    private void FollowTouchpoints()
    {
        for (var i = 0; i < met.Count; i++)
        {
            if (IsAnchor(met[i].Label))
            {
                Follow(i + Direction, met[i].At, met[i].Label);
            }
        }
    }

    /// <summary>Time alone leads into stages too, so the first touchpoint beside a move may be long before or after it; the rest is of that visit.</summary>
    private void FollowMoves(List<(long At, int Stage)> moves)
    {
        foreach (var (at, _) in moves.Where(move => move.Stage == anchorStage && move.At >= asked.From && move.At < asked.To))
        {
            var after = met.FindIndex(one => one.At > at) is >= 0 and var found ? found : met.Count;
            Follow(asked.Asked.IsBackward ? after - 1 : after, null, "");
        }
    }

    private int Direction => asked.Asked.IsBackward ? -1 : 1;

    private bool IsAnchor(string label) => label == asked.Asked.Anchor || (asked.Asked.Anchor is "page" or "screen" && label.StartsWith(asked.Asked.Anchor + ":", StringComparison.Ordinal));

    /// <summary>The touchpoints from one on in its visit, which ends at half an hour of silence; the same one several times over is one.</summary>
    private void Follow(int first, long? last, string label)
    {
        var (node, made) = (paths.Begin(), 0);
        Note(made, null, asked.Asked.Anchor);
        for (var i = first; i >= 0 && i < met.Count && made < asked.Asked.Steps; i += Direction)
        {
            if (last is { } before && Math.Abs(met[i].At - before) > SessionFold.DefaultGapMs)
            {
                break;
            }
            last = met[i].At;
            if (met[i].Label == label)
            {
                continue;
            }
            Note(++made, made == 1 ? asked.Asked.Anchor : label, met[i].Label);
            label = met[i].Label;
            node = paths.Step(node, label);
            if (node < 0)
            {
                return;
            }
        }
        paths.End(node);
    }

    private void Note(int step, string? from, string to)
    {
        if (wanted is { } place && place.Step == step && place.To == to && (place.From is null || place.From == from))
        {
            passed.Add(profile);
        }
    }
}
