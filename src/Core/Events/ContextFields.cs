using System.Text;
using System.Text.Json;

namespace Ciclo.Core.Events;

/// <summary>
/// What folds need of an event's `context`, as fields beside its properties: the campaign, how the visitor came, on what. Where the context says nothing of a
/// campaign, the `utm_` parameters of the page's address do. One thread at a time.
/// </summary>
internal sealed class ContextFields(Names paths)
{
    /// <summary>Longer texts are no names; they stay in the journal.</summary>
    private const int LongestText = 256;

    private static readonly (byte[] Name, int Field)[] CampaignNames =
        [("source"u8.ToArray(), 0), ("medium"u8.ToArray(), 1), ("name"u8.ToArray(), 2), ("term"u8.ToArray(), 3), ("content"u8.ToArray(), 4)];

    private static readonly (byte[] Name, int Field)[] QueryNames =
    [
        ("utm_source"u8.ToArray(), 0), ("utm_medium"u8.ToArray(), 1), ("utm_campaign"u8.ToArray(), 2), ("utm_term"u8.ToArray(), 3), ("utm_content"u8.ToArray(), 4),
    ];

    private static readonly (byte[] Name, byte[] Network)[] ClickNames =
    [
        ("gclid"u8.ToArray(), "google"u8.ToArray()), ("gbraid"u8.ToArray(), "google"u8.ToArray()), ("wbraid"u8.ToArray(), "google"u8.ToArray()),
        ("msclkid"u8.ToArray(), "bing"u8.ToArray()), ("fbclid"u8.ToArray(), "facebook"u8.ToArray()), ("ttclid"u8.ToArray(), "tiktok"u8.ToArray()),
        ("li_fat_id"u8.ToArray(), "linkedin"u8.ToArray()), ("twclid"u8.ToArray(), "twitter"u8.ToArray()),
    ];

    private readonly int[] campaign =
    [
        paths.Add(FieldPaths.CampaignSource), paths.Add(FieldPaths.CampaignMedium), paths.Add(FieldPaths.CampaignName),
        paths.Add(FieldPaths.CampaignTerm), paths.Add(FieldPaths.CampaignContent),
    ];

    private readonly int click = paths.Add(FieldPaths.Click);
    private readonly int referrer = paths.Add(FieldPaths.Referrer);
    private readonly int os = paths.Add(FieldPaths.Os);
    private readonly int device = paths.Add(FieldPaths.Device);
    private readonly int browser = paths.Add(FieldPaths.Browser);
    private readonly int locale = paths.Add(FieldPaths.Locale);
    private readonly UserAgents agents = new();
    private readonly Libraries libraries = new();
    private readonly byte[] decoded = new byte[LongestText];

    /// <summary>What one context said; spans point into the record.</summary>
    private ref struct Found
    {
        public ReadOnlySpan<byte> Url;
        public ReadOnlySpan<byte> Referrer;
        public ReadOnlySpan<byte> UserAgent;
        public ReadOnlySpan<byte> Os;
        public ReadOnlySpan<byte> DeviceType;
        public ReadOnlySpan<byte> Locale;
        public ReadOnlySpan<byte> Library;
        public ReadOnlySpan<byte> Channel;
        public bool HasCampaign;
    }

    /// <summary>Adds the fields of a page, screen or track call; answers what is known of who sent it.</summary>
    public PackedFlags Add(scoped in EventRecord record, PackedFields fields)
    {
        var found = default(Found);
        if (!record.Context.IsEmpty)
        {
            Read(record.Context, ref found, fields);
        }
        var agent = agents.Of(found.UserAgent);
        AddAddress(found, fields);
        if (!found.Referrer.IsEmpty && (record.Type == CallType.Track || record.PropertiesJson.IndexOf("\"referrer\""u8) < 0))
        {
            fields.AddText(referrer, found.Referrer);
        }
        fields.AddText(os, found.Os.IsEmpty ? agent.Os : found.Os);
        fields.AddText(device, DeviceOf(found.DeviceType, agent));
        fields.AddText(browser, agent.Browser);
        fields.AddText(locale, found.Locale);
        return (agent.IsBot ? PackedFlags.Bot : PackedFlags.None) | (record.Type == CallType.Track && IsOfServer(record, found) ? PackedFlags.Server : PackedFlags.None);
    }

    /// <summary>A server's library says so; a file tells of no visit unless it tells of a browser or a device.</summary>
    private bool IsOfServer(scoped in EventRecord record, scoped in Found found)
    {
        if (record.Origin == Origin.System || found.Channel.SequenceEqual("server"u8) || libraries.IsOfServer(found.Library))
        {
            return true;
        }
        return record.ImportId != 0 && found.Library.IsEmpty && found.UserAgent.IsEmpty && found.Url.IsEmpty && found.DeviceType.IsEmpty;
    }

    private static ReadOnlySpan<byte> DeviceOf(ReadOnlySpan<byte> told, UserAgent agent)
    {
        // The libraries of phones name the system here.
        if (told.SequenceEqual("ios"u8) || told.SequenceEqual("android"u8) || Ascii.EqualsIgnoreCase(told, "mobile"u8))
        {
            return "mobile"u8;
        }
        return Ascii.EqualsIgnoreCase(told, "tablet"u8) ? "tablet"u8 : Ascii.EqualsIgnoreCase(told, "desktop"u8) ? "desktop"u8 : agent.Device;
    }

    private void Read(ReadOnlySpan<byte> context, ref Found found, PackedFields fields)
    {
        var reader = new Utf8JsonReader(context, new JsonReaderOptions { MaxDepth = 1_000 });
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return;
        }
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.ValueSpan;
            reader.Read();
            switch (name.Length)
            {
                case 8 when name.SequenceEqual("campaign"u8):
                    ReadCampaign(ref reader, ref found, fields);
                    break;
                case 4 when name.SequenceEqual("page"u8):
                    ReadPage(ref reader, ref found);
                    break;
                case 9 when name.SequenceEqual("userAgent"u8):
                    found.UserAgent = TextOf(ref reader, 1_024);
                    break;
                case 2 when name.SequenceEqual("os"u8):
                    found.Os = MemberOf(ref reader, "name"u8);
                    break;
                case 6 when name.SequenceEqual("device"u8):
                    found.DeviceType = MemberOf(ref reader, "type"u8);
                    break;
                case 6 when name.SequenceEqual("locale"u8):
                    found.Locale = TextOf(ref reader, LongestText);
                    break;
                case 7 when name.SequenceEqual("library"u8):
                    found.Library = MemberOf(ref reader, "name"u8);
                    break;
                case 7 when name.SequenceEqual("channel"u8):
                    found.Channel = TextOf(ref reader, LongestText);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
    }

    private void ReadCampaign(scoped ref Utf8JsonReader reader, ref Found found, PackedFields fields)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = FieldOf(CampaignNames, reader.ValueSpan);
            reader.Read();
            if (field >= 0 && reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length is > 0 and <= LongestText)
            {
                fields.AddText(campaign[field], ref reader);
                found.HasCampaign = true;
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private static void ReadPage(scoped ref Utf8JsonReader reader, ref Found found)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (isUrl, isReferrer) = (reader.ValueTextEquals("url"u8), reader.ValueTextEquals("referrer"u8));
            reader.Read();
            if (isUrl)
            {
                found.Url = TextOf(ref reader, 8_192);
            }
            else if (isReferrer)
            {
                found.Referrer = TextOf(ref reader, LongestText);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    /// <summary>What the address of the page says: the click of an ad, and the campaign where the context names none.</summary>
    private void AddAddress(scoped in Found found, PackedFields fields)
    {
        var at = found.Url.IndexOf((byte)'?');
        if (at < 0)
        {
            return;
        }
        var query = found.Url[(at + 1)..];
        query = query.IndexOf((byte)'#') is >= 0 and var end ? query[..end] : query;
        foreach (var range in query.Split((byte)'&'))
        {
            var pair = query[range];
            var split = pair.IndexOf((byte)'=');
            if (split <= 0)
            {
                continue;
            }
            var name = pair[..split];
            var value = pair[(split + 1)..];
            if (!found.HasCampaign && FieldOf(QueryNames, name) is >= 0 and var field)
            {
                fields.AddText(campaign[field], Decode(value));
            }
            foreach (var (parameter, network) in ClickNames)
            {
                if (!value.IsEmpty && name.SequenceEqual(parameter))
                {
                    fields.AddText(click, network);
                }
            }
        }
    }

    private ReadOnlySpan<byte> Decode(ReadOnlySpan<byte> value)
    {
        var length = 0;
        for (var i = 0; i < value.Length && length < decoded.Length; i++)
        {
            if (value[i] == (byte)'%' && i + 2 < value.Length && char.IsAsciiHexDigit((char)value[i + 1]) && char.IsAsciiHexDigit((char)value[i + 2]))
            {
                decoded[length++] = (byte)((Digit(value[i + 1]) << 4) | Digit(value[i + 2]));
                i += 2;
            }
            else
            {
                decoded[length++] = value[i] == (byte)'+' ? (byte)' ' : value[i];
            }
        }
        var text = decoded.AsSpan(0, length);
        return System.Text.Unicode.Utf8.IsValid(text) ? text : default;
    }

    private static int Digit(byte hex) => hex <= '9' ? hex - '0' : (hex | 0x20) - 'a' + 10;

    private static int FieldOf((byte[] Name, int Field)[] names, ReadOnlySpan<byte> name)
    {
        foreach (var (known, field) in names)
        {
            if (name.SequenceEqual(known))
            {
                return field;
            }
        }
        return -1;
    }

    private static ReadOnlySpan<byte> MemberOf(scoped ref Utf8JsonReader reader, scoped ReadOnlySpan<byte> member)
    {
        ReadOnlySpan<byte> value = default;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return value;
        }
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isWanted = reader.ValueTextEquals(member);
            reader.Read();
            if (isWanted)
            {
                value = TextOf(ref reader, LongestText);
            }
            else
            {
                reader.Skip();
            }
        }
        return value;
    }

    /// <summary>A text that stands without escapes, as nearly all do; one with them is copied.</summary>
    private static ReadOnlySpan<byte> TextOf(scoped ref Utf8JsonReader reader, int longest)
    {
        if (reader.TokenType != JsonTokenType.String || reader.ValueSpan.Length > longest)
        {
            reader.Skip();
            return default;
        }
        return reader.ValueIsEscaped ? Encoding.UTF8.GetBytes(reader.GetString()!) : reader.ValueSpan;
    }
}
