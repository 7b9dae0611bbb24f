using System.Runtime.InteropServices;
using System.Text;
using Ciclo.Core.Events;
using Ciclo.Core.Metrics;

namespace Ciclo.Modules.Acquisition;

/// <summary>
/// The sources that visits came from, by number; 0 is direct. What events say is looked up by the bytes that they say it in, so nothing is allocated for
/// what was seen before. One thread at a time.
/// </summary>
internal sealed class TouchBook
{
    public const int Direct = 0;

    /// <summary>Past this many different sources, the rest is counted together.</summary>
    private const int Most = 50_000;

    private const int MostSaid = 200_000;

    /// <summary>Longer tags are cut: a channel's name is no place for a letter.</summary>
    private const int LongestText = 256;

    private static readonly ChannelSource Rest = new("(other)", "(other)", "(other)");

    private readonly Dictionary<UInt128, int> bySaid = [];
    private readonly Dictionary<ChannelSource, int> bySource = [];
    private readonly List<(ChannelSource Source, Channel Channel, string Label)> touches = [];
    private readonly byte[] said = new byte[(LongestText + 1) * 5];

    public TouchBook() => Of(ChannelSource.Direct);

    public Channel ChannelOf(int touch) => touches[touch].Channel;

    /// <summary>As it stands in rows: `facebook / paid_social · Sorteo Buen Fin`.</summary>
    public string LabelOf(int touch) => touches[touch].Label;

    /// <summary>Its value of a breakdown.</summary>
    public string ValueOf(int touch, string dimension)
    {
        var (source, channel, _) = touches[touch];
        return dimension switch
        {
            "channel" => ChannelNames.Of(channel).En,
            "source" => source.Source,
            "medium" => source.Medium,
            "campaign" => source.Campaign.Length == 0 ? ChannelSource.NotSet : source.Campaign,
            "channel_campaign" => ChannelCampaign.Of(channel, source.Campaign),
            _ => "",
        };
    }

    /// <summary>The source that an event names, by its texts as they stand in it.</summary>
    public int Of(ReadOnlySpan<byte> source, ReadOnlySpan<byte> medium, ReadOnlySpan<byte> campaign, ReadOnlySpan<byte> click, ReadOnlySpan<byte> host)
    {
        var length = Put(0, source);
        length = Put(length, medium);
        length = Put(length, campaign);
        length = Put(length, click);
        length = Put(length, host);
        if (bySaid.Count == MostSaid)
        {
            bySaid.Clear();
        }
        ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(bySaid, Hash.Of(said.AsSpan(0, length)), out var isKnown);
        if (!isKnown)
        {
            var texts = Encoding.UTF8.GetString(said, 0, length).Split('\0');
            known = Of(ChannelSource.Of(texts[0], texts[1], texts[2], texts[3], texts[4]));
        }
        return known;
    }

    public int Of(ChannelSource source)
    {
        if (!bySource.TryGetValue(source, out var touch))
        {
            if (touches.Count >= Most && source != Rest)
            {
                return Of(Rest);
            }
            touch = touches.Count;
            touches.Add((source, source.Channel, source.Campaign.Length == 0 ? $"{source.Source} / {source.Medium}" : $"{source.Source} / {source.Medium} · {source.Campaign}"));
            bySource.Add(source, touch);
        }
        return touch;
    }

    private int Put(int at, ReadOnlySpan<byte> text)
    {
        text = text.Length > LongestText ? text[..LongestText] : text;
        text.CopyTo(said.AsSpan(at));
        // No text of an event holds a NUL that would count for one of ours: it would only move what follows it into the next part.
        said[at + text.Length] = 0;
        return at + text.Length + 1;
    }
}

/// <summary>A channel and one of its campaigns as one value of a breakdown: `Paid Social › Sorteo Buen Fin`.</summary>
internal static class ChannelCampaign
{
    private const string Between = " › ";

    public static string Of(Channel channel, string campaign) => ChannelNames.Of(channel).En + Between + (campaign.Length == 0 ? ChannelSource.NotSet : campaign);

    public static (string Channel, string Campaign) Parts(string value)
    {
        var at = value.IndexOf(Between, StringComparison.Ordinal);
        return at < 0 ? (value, "") : (value[..at], value[(at + Between.Length)..]);
    }
}
