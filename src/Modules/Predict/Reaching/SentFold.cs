using System.Globalization;
using Ciclo.Core.Events;
using Ciclo.Core.Folds;
using Ciclo.Core.Metrics;
using Ciclo.Core.Time;
using Ciclo.Core.Values;
using Ciclo.Engine.Runtime;
using MetricChannel = Ciclo.Core.Metrics.Channel;

namespace Ciclo.Modules.Predict.Reaching;

/// <summary>A message to a person. Instants are Unix milliseconds; <see cref="Instants.Never"/> is "not so far".</summary>
/// <param name="Hour">Of the person's own day.</param>
/// <param name="Propensity">The probability with which this channel was drawn; 0 where none was.</param>
/// <param name="Campaign">What it belongs to, as events name it.</param>
internal sealed record ToldMessage(long At, int Channel, int Hour, double Propensity, string Campaign)
{
    public long OpenedAt { get; set; } = Instants.Never;

    public long ClickedAt { get; set; } = Instants.Never;

    public bool IsAnswered(long until, bool byClicks) => ClickedAt < until || (!byClicks && OpenedAt < until);
}

/// <summary>What is read of one person.</summary>
/// <param name="Seen">Hours of the local clock, since its epoch, in which the person did something unasked; ascending, each once.</param>
/// <param name="Orders">The instants of the first two.</param>
/// <param name="First">The way of the first purchase, a <see cref="MetricChannel"/>; −1 before it.</param>
/// <param name="Channel">The score that stands; empty for none.</param>
/// <param name="Hour">The same; −1 for none.</param>
internal sealed record ReachPerson(int Profile, IReadOnlyList<ToldMessage> Messages, int[] Seen, long[] Orders, int First, string Channel, int Hour);

/// <summary>
/// Reads messages to people and what they did with them, and when people are seen. A message that answers what the person just did (an order's confirmation) says nothing of channel or hour and is
/// passed over: one with the purpose `transactional`, or within two hours after something that the person did, unless its channel was drawn by chance. One thread's share.
/// </summary>
/// <param name="one">Of so many profiles one is read.</param>
/// <param name="part">Which: the rest of its number.</param>
/// <param name="zone">The person's, where it is known; else their trait's, else the workspace's.</param>
internal sealed class SentFold(int one, int part = 0, Zone? zone = null) : IHistoryFold
{
    public const string ChannelScore = "best_channel";
    public const string HourScore = "best_hour";

    /// <summary>Further back people were others.</summary>
    private const long Back = 365 * Durations.Day;

    private const long Answering = 2 * Durations.Hour;

    /// <summary>Who comes because of a message is not there of their own.</summary>
    private const long Prompted = 3 * Durations.Hour;
    private const long FirstTouch = 30 * Durations.Day;
    private const int MostMessages = 300;
    private const int MostSeen = 400;

    private const int Message = 1 << 8;
    private const int Own = 1 << 9;
    private const int Order = 1 << 10;
    private const int Identify = 1 << 11;
    private const int Scores = 1 << 12;

    private readonly Dictionary<string, ToldMessage> byId = new(StringComparer.Ordinal);

    /// <summary>Many messages belong to few campaigns: each name is held once.</summary>
    private readonly Dictionary<string, string> campaigns = new(StringComparer.Ordinal);

    public IReadOnlyList<string> Paths { get; } =
    [
        "message_id", "email_id", "propensity", "purpose", "campaign_id", "campaign_name", "timezone", ChannelScore, HourScore,
        FieldPaths.CampaignSource, FieldPaths.CampaignMedium, FieldPaths.CampaignName, FieldPaths.Click, "referrer", FieldPaths.Referrer, "url",
    ];

    public List<ReachPerson> People { get; } = [];

    /// <summary>What is known of one person at this moment.</summary>
    public static ReachPerson? Of(EngineState state, int profile, Zone? zone)
    {
        var (fold, names) = (new SentFold(1, 0, zone), state.Staged.EventNames);
        using var scan = new HistoryScan(state.Staged.History, kind => fold.CodeOf(kind, kind.Type == CallType.Track && kind.Name >= 0 ? names[kind.Name] : ""));
        if (scan.Read(state.Staged.Identity.MembersOf(profile)) > 0)
        {
            fold.Take(new ProfileEvents(state, profile, scan, [.. fold.Paths.Select(path => scan.Path(state.Staged.Paths.Find(path)))]));
        }
        return fold.People.Count > 0 ? fold.People[0] : null;
    }

    public int CodeOf(EventKind kind, string name)
    {
        if (kind.Type == CallType.Identify)
        {
            return Identify;
        }
        if (kind.Type is not (CallType.Track or CallType.Page or CallType.Screen))
        {
            return -1;
        }
        if (kind.Type == CallType.Track && ReachChannels.Find(name) is var (channel, deed))
        {
            return Message | (channel << 2) | (int)deed;
        }
        var isOwn = (kind.Flags & (PackedFlags.System | PackedFlags.Server | PackedFlags.Bot)) == 0;
        return name switch { "Order Completed" => Order | (isOwn ? Own : 0), SystemEventNames.ScoresUpdated => Scores, _ => isOwn ? Own : -1 };
    }

    public void Take(in ProfileEvents profile)
    {
        if (profile.Profile % one != part)
        {
            return;
        }
        var at = profile.Events.At;
        var codes = profile.Events.Codes;
        var local = zone ?? ZoneOf(profile) ?? profile.State.Rules.Zone;
        var from = profile.State.Now - Back;
        var (messages, seen, orders) = (new List<ToldMessage>(), new List<int>(), new List<long>());
        var (own, prompted, first, channel, hour) = (long.MinValue / 2, long.MinValue / 2, -1, "", -1);
        byId.Clear();
        for (var e = 0; e < at.Length; e++)
        {
            var code = codes[e];
            if ((code & Message) != 0)
            {
                if (at[e] >= from)
                {
                    prompted = Read(profile, e, local, at[e] - own < Answering, messages) ? at[e] : prompted;
                }
                continue;
            }
            if ((code & Scores) != 0)
            {
                channel = TextOf(profile.Paths[7].Get(e)) is { Length: > 0 } said ? said : channel;
                hour = NumberOf(profile.Paths[8].Get(e)) is { } told ? (int)told : hour;
            }
            if ((code & Order) != 0 && orders.Count < 2)
            {
                orders.Add(at[e]);
                first = first < 0 ? FirstOf(profile, e) : first;
            }
            if ((code & Own) != 0)
            {
                own = at[e];
                var hours = (int)(local.ToLocal(at[e]) / Durations.Hour);
                if (at[e] >= from && at[e] - prompted > Prompted && (seen.Count == 0 || seen[^1] != hours))
                {
                    seen.Add(hours);
                }
            }
        }
        if (messages.Count > 0 || orders.Count > 0)
        {
            People.Add(new ReachPerson(
                profile.Profile, messages.Count > MostMessages ? messages[^MostMessages..] : messages, [.. seen.Count > MostSeen ? seen[^MostSeen..] : seen], [.. orders], first, channel, hour));
        }
    }

    /// <summary>Takes in what an event tells of a message; answers whether the person did something with it.</summary>
    private bool Read(in ProfileEvents profile, int e, Zone local, bool isAnswer, List<ToldMessage> messages)
    {
        var (at, deed, channel) = (profile.Events.At[e], (MessageDeed)(profile.Events.Codes[e] & 3), (profile.Events.Codes[e] & (Message - 1)) >> 2);
        var id = TextOf(profile.Paths[0].Get(e)) is { Length: > 0 } own ? own : TextOf(profile.Paths[1].Get(e));
        if (deed == MessageDeed.Sent)
        {
            var propensity = NumberOf(profile.Paths[2].Get(e)) is { } drawn and > 0 and <= 1 ? drawn : 0;
            if (TextOf(profile.Paths[3].Get(e)) == "transactional" || (isAnswer && propensity == 0))
            {
                return false;
            }
            var campaign = TextOf(profile.Paths[4].Get(e)) is { Length: > 0 } named ? named : TextOf(profile.Paths[5].Get(e));
            campaign = campaigns.TryGetValue(campaign, out var known) ? known : campaigns[campaign] = campaign;
            var message = new ToldMessage(at, channel, (int)(local.ToLocal(at) / Durations.Hour % 24), propensity, campaign);
            messages.Add(message);
            if (id.Length > 0)
            {
                byId[id] = message;
            }
            return false;
        }
        // Without an id it belongs to the last message of the channel.
        var found = id.Length > 0 ? byId.GetValueOrDefault(id) : messages.FindLast(message => message.Channel == channel);
        if (found is not null)
        {
            switch (deed)
            {
                case MessageDeed.Opened:
                    found.OpenedAt = Math.Min(found.OpenedAt, at);
                    break;
                case MessageDeed.Clicked:
                    found.ClickedAt = Math.Min(found.ClickedAt, at);
                    break;
                default:
                    messages.Remove(found);
                    break;
            }
        }
        return deed != MessageDeed.Lost;
    }

    /// <summary>The last way that a visit before the first purchase tells of, 30 days back; direct for none.</summary>
    private static int FirstOf(in ProfileEvents profile, int order)
    {
        var at = profile.Events.At;
        for (var e = order; e >= 0 && at[e] > at[order] - FirstTouch; e--)
        {
            if ((profile.Events.Codes[e] & Own) == 0)
            {
                continue;
            }
            var (paths, i) = (profile.Paths, e);
            string Said(int path) => TextOf(paths[path].Get(i));
            var referrer = Said(13) is { Length: > 0 } of ? of : Said(14);
            var host = HostOf(referrer);
            var source = ChannelSource.Of(Said(9), Said(10), Said(11), Said(12), host.Length > 0 && host == HostOf(Said(15)) ? "" : host);
            if (!source.IsDirect)
            {
                return (int)source.Channel;
            }
        }
        return (int)MetricChannel.Direct;
    }

    private static string HostOf(string url) => Uri.TryCreate(url, UriKind.Absolute, out var address) ? address.Host : "";

    private static Zone? ZoneOf(in ProfileEvents profile)
    {
        for (var e = profile.Events.Count - 1; e >= 0; e--)
        {
            if ((profile.Events.Codes[e] & Identify) != 0 && TextOf(profile.Paths[6].Get(e)) is { Length: > 0 } id)
            {
                return Zone.TryGet(id, out var found) ? found : null;
            }
        }
        return null;
    }

    private static string TextOf(Value value) => value.Kind == ValueKind.Text ? value.AsText : "";

    /// <summary>A number, or a text that is one: the program's own events of messages write texts.</summary>
    private static double? NumberOf(Value value) => value.Kind switch
    {
        ValueKind.Number => (double)value.AsNumber.Micros / Number.Scale,
        ValueKind.Text when double.TryParse(value.AsText, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
        _ => null,
    };
}
