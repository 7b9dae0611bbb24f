using System.Runtime.InteropServices;
using System.Text;
using Ciclo.Core.Analytics;
using Ciclo.Core.Events;
using Ciclo.Engine.Runtime;

namespace Ciclo.Modules.Acquisition;

/// <summary>
/// Finds out where a visit came from: its first event that says a campaign, carries an advertiser's click id or was referred from a host that is not the
/// site's own.
/// </summary>
internal sealed class VisitSources(WebSettings settings)
{
    private const int Unknown = -1;

    private readonly byte[][] own = [.. settings.OwnHosts.Select(Encoding.UTF8.GetBytes)];
    private readonly byte[] host = new byte[256];
    private readonly List<int> known = [];

    /// <summary>The paths that are read, for <see cref="Fields"/>.</summary>
    public static IReadOnlyList<string> Paths { get; } = ["$campaign.source", "$campaign.medium", "$campaign.name", "$click", "referrer", "$referrer", "url"];

    public TouchBook Book { get; } = new();

    /// <summary>The numbers of <see cref="Paths"/> in a workspace.</summary>
    public readonly record struct Fields(int Source, int Medium, int Campaign, int Click, int Referrer, int OtherReferrer, int Url)
    {
        public static Fields Of(Names paths) => new(
            paths.Find(Paths[0]), paths.Find(Paths[1]), paths.Find(Paths[2]), paths.Find(Paths[3]), paths.Find(Paths[4]), paths.Find(Paths[5]), paths.Find(Paths[6]));
    }

    /// <summary>Goes on to the next profile, which has so many visits.</summary>
    public void Begin(int visits)
    {
        known.Clear();
        CollectionsMarshal.SetCount(known, visits);
        CollectionsMarshal.AsSpan(known).Fill(Unknown);
    }

    /// <summary>The source of one of the profile's visits, found out once.</summary>
    public int Of(HistoryScan events, ReadOnlySpan<Session> sessions, int visit, in Fields fields)
    {
        if (known[visit] == Unknown)
        {
            known[visit] = Find(events, sessions[visit], fields);
        }
        return known[visit];
    }

    private int Find(HistoryScan events, in Session session, in Fields fields)
    {
        for (var i = session.FirstIndex; i <= session.LastIndex; i++)
        {
            if ((events.Codes[i] & SessionFold.Extends) != 0 && Of(events.Event(i), fields) is not TouchBook.Direct and var touch)
            {
                return touch;
            }
        }
        return TouchBook.Direct;
    }

    private int Of(in PackedEvent e, in Fields fields)
    {
        var source = e.GetText(fields.Source);
        var medium = e.GetText(fields.Medium);
        var campaign = e.GetText(fields.Campaign);
        var click = e.GetText(fields.Click);
        if (!source.IsEmpty || !medium.IsEmpty || !campaign.IsEmpty || !click.IsEmpty)
        {
            return Book.Of(source, medium, campaign, click, default);
        }
        var referrer = e.GetText(fields.Referrer);
        referrer = referrer.IsEmpty ? e.GetText(fields.OtherReferrer) : referrer;
        if (referrer.IsEmpty || HostOf(referrer, host) is not (> 0 and var length) || IsOwn(host.AsSpan(0, length), e.GetText(fields.Url)))
        {
            return TouchBook.Direct;
        }
        return Book.Of(default, default, default, default, host.AsSpan(0, length));
    }

    private bool IsOwn(ReadOnlySpan<byte> from, ReadOnlySpan<byte> url)
    {
        foreach (var one in own)
        {
            if (IsOf(from, one))
            {
                return true;
            }
        }
        Span<byte> here = stackalloc byte[256];
        here = here[..HostOf(url, here)];
        return !here.IsEmpty && (IsOf(from, here) || IsOf(here, from));
    }

    /// <summary>Whether a host is another, or lies within it: shop.example.com within example.com.</summary>
    private static bool IsOf(ReadOnlySpan<byte> host, ReadOnlySpan<byte> whole) =>
        host.EndsWith(whole) && (host.Length == whole.Length || host[host.Length - whole.Length - 1] == '.');

    /// <summary>Writes an address's host in small letters without `www.`; answers its length, 0 for what has none.</summary>
    private static int HostOf(ReadOnlySpan<byte> url, Span<byte> into)
    {
        var start = url.IndexOf("://"u8);
        if (start < 0)
        {
            return 0;
        }
        url = url[(start + 3)..];
        url = url.IndexOfAny("/?#:"u8) is >= 0 and var end ? url[..end] : url;
        if (url.Length > into.Length || !Ascii.IsValid(url))
        {
            return 0;
        }
        Ascii.ToLower(url, into, out var length);
        if (into[..length].StartsWith("www."u8))
        {
            into[4..length].CopyTo(into);
            length -= 4;
        }
        return length;
    }
}
