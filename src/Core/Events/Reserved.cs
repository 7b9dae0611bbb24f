using System.Text.Json;

namespace Ciclo.Core.Events;

/// <summary>Properties of the semantic events that are numbers: sent as numeric text, they are read as numbers.</summary>
public static class ReservedNumbers
{
    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        "revenue", "total", "subtotal", "price", "quantity", "tax", "shipping", "discount", "value", "amount", "cost", "position",
        "score", "points", "rating", "interval_count",
    };

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Lookup = Known.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Whether the last segment of a path names a reserved number.</summary>
    public static bool Contains(ReadOnlySpan<byte> path)
    {
        var last = path[(path.LastIndexOf((byte)'.') + 1)..];
        if (last.Length > 16)
        {
            return false;
        }
        Span<char> name = stackalloc char[last.Length];
        return System.Text.Encoding.UTF8.TryGetChars(last, name, out var length) && Lookup.Contains(name[..length]);
    }
}

/// <summary>Reserved traits may be sent in camelCase or snake_case; they are one trait, and its name here is snake_case.</summary>
public static class ReservedTraits
{
    private static readonly (byte[] Camel, byte[] Snake)[] Pairs =
    [
        ("firstName"u8.ToArray(), "first_name"u8.ToArray()),
        ("lastName"u8.ToArray(), "last_name"u8.ToArray()),
        ("createdAt"u8.ToArray(), "created_at"u8.ToArray()),
        ("address.postalCode"u8.ToArray(), "address.postal_code"u8.ToArray()),
        ("company.employeeCount"u8.ToArray(), "company.employee_count"u8.ToArray()),
    ];

    /// <summary>Rewrites a path in place (the buffer has room for a few bytes more) and answers its new length.</summary>
    public static int Canonical(Span<byte> buffer, int length)
    {
        foreach (var (camel, snake) in Pairs)
        {
            if (length == camel.Length && buffer[..length].SequenceEqual(camel))
            {
                snake.CopyTo(buffer);
                return snake.Length;
            }
        }
        return length;
    }

    public static string Canonical(string path)
    {
        foreach (var (camel, snake) in Pairs)
        {
            if (path == System.Text.Encoding.UTF8.GetString(camel))
            {
                return System.Text.Encoding.UTF8.GetString(snake);
            }
        }
        return path;
    }
}

/// <summary>
/// Consent inside events: `context.consent.categoryPreferences` (or `categoryPreference`) of a `Segment Consent Preference Updated`,
/// each purpose a boolean, Google's granted/denied, or an object of channels. Sec-GPC counts as a refusal of advertising.
/// </summary>
public static class ConsentFields
{
    private static readonly (byte[] Google, string Purpose)[] GoogleModes =
    [
        ("ad_storage"u8.ToArray(), "advertising"),
        ("ad_user_data"u8.ToArray(), "advertising"),
        ("ad_personalization"u8.ToArray(), "advertising"),
        ("analytics_storage"u8.ToArray(), "analytics"),
        ("functionality_storage"u8.ToArray(), "functional"),
        ("personalization_storage"u8.ToArray(), "personalization"),
        ("security_storage"u8.ToArray(), "security"),
    ];

    public static bool Applies(in EventRecord record) =>
        (record.Flags & EventFlags.GlobalPrivacyControl) != 0
        || (record.Type == CallType.Track && record.Name.SequenceEqual("Segment Consent Preference Updated"u8));

    public static void Add(in EventRecord record, PackedFields fields, Names paths)
    {
        if ((record.Flags & EventFlags.GlobalPrivacyControl) != 0)
        {
            fields.AddBoolean(paths.Add(FieldPaths.Consent + "advertising"), false, false);
        }
        if (record.Type != CallType.Track || record.Context.IsEmpty)
        {
            return;
        }
        var reader = new Utf8JsonReader(record.Context, new JsonReaderOptions { MaxDepth = 1_000 });
        if (Enter(ref reader, "consent"u8, default) && Enter(ref reader, "categoryPreferences"u8, "categoryPreference"u8))
        {
            AddPurposes(ref reader, fields, paths);
        }
    }

    private static bool Enter(ref Utf8JsonReader reader, ReadOnlySpan<byte> name, ReadOnlySpan<byte> otherName)
    {
        if (reader.TokenType == JsonTokenType.None)
        {
            reader.Read();
        }
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isWanted = reader.ValueTextEquals(name) || (!otherName.IsEmpty && reader.ValueTextEquals(otherName));
            reader.Read();
            if (isWanted)
            {
                return reader.TokenType == JsonTokenType.StartObject;
            }
            reader.Skip();
        }
        return false;
    }

    private static void AddPurposes(ref Utf8JsonReader reader, PackedFields fields, Names paths)
    {
        // Several Google modes may map to one purpose: it is given only where none of them is denied.
        Dictionary<string, bool> mapped = [];
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var purpose = reader.GetString()!;
            reader.Read();
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                AddChannels(ref reader, purpose, fields, paths);
            }
            else if (ReadAnswer(ref reader) is { } given)
            {
                fields.AddBoolean(paths.Add(FieldPaths.Consent + purpose), false, given);
                foreach (var (google, to) in GoogleModes)
                {
                    if (purpose == System.Text.Encoding.UTF8.GetString(google))
                    {
                        mapped[to] = given && mapped.GetValueOrDefault(to, true);
                    }
                }
            }
            else
            {
                reader.Skip();
            }
        }
        foreach (var (purpose, given) in mapped)
        {
            fields.AddBoolean(paths.Add(FieldPaths.Consent + purpose), false, given);
        }
    }

    private static void AddChannels(ref Utf8JsonReader reader, string purpose, PackedFields fields, Names paths)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var channel = reader.GetString()!;
            reader.Read();
            if (ReadAnswer(ref reader) is { } given)
            {
                fields.AddBoolean(paths.Add(FieldPaths.Consent + purpose + "." + channel), false, given);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private static bool? ReadAnswer(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        JsonTokenType.String when reader.ValueTextEquals("granted"u8) => true,
        JsonTokenType.String when reader.ValueTextEquals("denied"u8) => false,
        _ => null,
    };
}
