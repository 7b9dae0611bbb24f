using Ciclo.Core.Analytics;
using Ciclo.Engine.Runtime;

namespace Ciclo.Modules.Acquisition;

/// <summary>Adds up the visits of one profile after the other: by when they began, page views and visitors by when a page was seen.</summary>
internal sealed class VisitTally(AcquisitionPlan plan, VisitSources sources, FactTally tally)
{
    private readonly ValueCache values = new(plan, sources.Book, tally);
    private readonly List<(int Period, int Value)> met = [];
    private const int LongestText = 512;
    private int place;
    private int otherPlace;

    private static readonly (string Dimension, string Path, string Other)[] Places = [("landing_page", "path", "url"), ("os", "$os", ""), ("device", "$device", "")];

    /// <summary>Another state has other numbers for the same paths.</summary>
    public void Begin(EngineState state)
    {
        var (_, one, other) = Array.Find(Places, known => known.Dimension == plan.Breakdown);
        (place, otherPlace) = (state.Staged.Paths.Find(one ?? ""), state.Staged.Paths.Find(other ?? ""));
    }

    public void Add(in ProfileEvents profile, ReadOnlySpan<Session> sessions, in VisitSources.Fields fields)
    {
        met.Clear();
        for (var i = 0; i < sessions.Length; i++)
        {
            ref readonly var session = ref sessions[i];
            if (session.End < plan.Periods.Start || session.Start >= plan.Periods.End)
            {
                continue;
            }
            var needsSource = plan.IsBySource || plan.Chosen is not null;
            var touch = needsSource ? sources.Of(profile.Events, sessions, i, fields) : TouchBook.Direct;
            var value = plan.IsBySource || plan.Breakdown.Length == 0 ? values.Of(touch) : PlaceOf(profile.Events, session);
            var what = needsSource ? sources.Book.LabelOf(touch) : "";
            Add(session, value, new Fact(profile.Profile, session.Start, what));
            if (plan.NeedsAny(Summed.Pages, Summed.Visitors, Summed.VisitorCredits))
            {
                AddPages(profile, session, value, what);
            }
        }
    }

    private void Add(in Session session, int value, in Fact fact)
    {
        var period = plan.Periods.Find(session.Start);
        if (period < 0)
        {
            return;
        }
        tally.Add(Summed.Visits, value, period, 1, fact);
        if (plan.IsClassicBounce ? session.Pages == 1 : !session.IsEngaged)
        {
            tally.Add(Summed.Bounces, value, period, 1, fact);
        }
        if (session.Events >= 2)
        {
            tally.Add(Summed.TimedMs, value, period, session.DurationMs, fact);
            tally.Add(Summed.TimedVisits, value, period, 1, fact);
        }
    }

    /// <summary>A visit over midnight shows pages on both days.</summary>
    private void AddPages(in ProfileEvents profile, in Session session, int value, string what)
    {
        var codes = profile.Events.Codes;
        var fact = new Fact(profile.Profile, session.Start, what);
        for (var i = session.FirstIndex; i <= session.LastIndex; i++)
        {
            if ((codes[i] & SessionFold.IsPage) == 0 || plan.Periods.Find(profile.Events.At[i]) is not (>= 0 and var period))
            {
                continue;
            }
            tally.Add(Summed.Pages, value, period, 1, fact);
            if (!met.Contains((period, value)))
            {
                met.Add((period, value));
                tally.Add(Summed.Visitors, value, period, 1, fact);
                tally.Add(Summed.VisitorCredits, value, period, Core.Values.Number.Scale, fact);
            }
        }
    }

    /// <summary>What the first event of the visit that says it says: where it landed, or on what it was made.</summary>
    private int PlaceOf(HistoryScan events, in Session session)
    {
        for (var i = session.FirstIndex; i <= session.LastIndex; i++)
        {
            if ((events.Codes[i] & SessionFold.Extends) == 0)
            {
                continue;
            }
            var e = events.Event(i);
            var said = e.GetText(place);
            said = said.IsEmpty ? PathOf(e.GetText(otherPlace)) : said;
            if (!said.IsEmpty)
            {
                return tally.ValueOf(said.Length > LongestText ? said[..LongestText] : said);
            }
        }
        return tally.ValueOf(Core.Metrics.ChannelSource.NotSet);
    }

    /// <summary>An address without its host and what follows its path.</summary>
    private static ReadOnlySpan<byte> PathOf(ReadOnlySpan<byte> url)
    {
        var host = url.IndexOf("://"u8);
        if (host < 0)
        {
            return default;
        }
        url = url[(host + 3)..];
        var start = url.IndexOf((byte)'/');
        url = start < 0 ? "/"u8 : url[start..];
        return url.IndexOfAny((byte)'?', (byte)'#') is >= 0 and var end ? url[..end] : url;
    }
}
