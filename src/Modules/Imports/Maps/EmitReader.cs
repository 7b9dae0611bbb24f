using System.Text;
using Ciclo.Core;
using Ciclo.Core.Events;
using Ciclo.Core.Rules;
using Ciclo.Core.Time;
using Ciclo.Engine.Yaml;

namespace Ciclo.Modules.Imports;

/// <summary>Reads `emit`: the events that each row or group makes.</summary>
internal static class EmitReader
{
    public const int MaxEmits = 50;

    private static readonly string[] TypeWords = ["track", "identify", "page", "screen", "group", "alias"];

    private static readonly CallType[] Types = [CallType.Track, CallType.Identify, CallType.Page, CallType.Screen, CallType.Group, CallType.Alias];

    private static readonly Text AColumn = new("a column's name", "el nombre de una columna");

    internal static List<MapEmit> ReadAll(YamlFields fields, ICollection<Diagnostic> diagnostics)
    {
        var emits = new List<MapEmit>();
        if (fields.List("emit", isRequired: true) is not { } list)
        {
            return emits;
        }
        if (list.Items.Count is 0 or > MaxEmits)
        {
            diagnostics.Add(YamlFields.Wrong(list, new Text($"1 to {MaxEmits} events", $"de 1 a {MaxEmits} eventos"), code: "bad_emit_count"));
        }
        var ids = new Dictionary<string, YamlPlace>(StringComparer.Ordinal);
        foreach (var item in list.Items.Take(MaxEmits))
        {
            if (YamlFields.Of(item, diagnostics) is not { } emit)
            {
                continue;
            }
            var read = Read(emit, diagnostics);
            if (read is not null && !ids.TryAdd(read.Id, read.Place))
            {
                diagnostics.Add(new Diagnostic("duplicate_emit", Severity.Error, read.Place.Line, read.Place.Column,
                    new Text($"a second event with the id {read.Id}", $"un segundo evento con el id {read.Id}"), new Text("each id once", "cada id una vez"),
                    new Text($"The first is on line {ids[read.Id].Line}. Give one of them an `id` of its own.", $"El primero está en la línea {ids[read.Id].Line}. Dale a uno de ellos su propio `id`.")));
            }
            if (read is not null)
            {
                emits.Add(read);
            }
        }
        return emits;
    }

    private static MapEmit? Read(YamlFields fields, ICollection<Diagnostic> diagnostics)
    {
        var word = fields.Word("type", TypeWords, isRequired: true);
        if (word is null)
        {
            // What else belongs into this event depends on its type: one mistake, not ten.
            return null;
        }
        var type = Types[Array.IndexOf(TypeWords, word.Value)];
        var isTrack = type == CallType.Track;
        var isPage = type is CallType.Page or CallType.Screen;
        var eventName = isTrack ? LiteralOrColumn(fields, "event", isRequired: true, diagnostics) : null;
        var emit = new MapEmit(fields.Place, type, ReadId(fields, word.Value, eventName, diagnostics))
        {
            Event = eventName,
            Name = isPage ? LiteralOrColumn(fields, "name", isRequired: false, diagnostics) : null,
            Category = isPage ? LiteralOrColumn(fields, "category", isRequired: false, diagnostics) : null,
            UserId = Column(fields, "user_id", diagnostics, isRequired: type == CallType.Alias),
            AnonymousId = Column(fields, "anonymous_id", diagnostics),
            GroupId = Column(fields, "group_id", diagnostics, isRequired: type == CallType.Group),
            PreviousId = type == CallType.Alias ? Column(fields, "previous_id", diagnostics, isRequired: true) : null,
            Email = Column(fields, "email", diagnostics),
            Time = ReadTime(fields, diagnostics),
            Key = fields.Scalar("key", expected: new Text("a column or an expression", "una columna o una expresión")),
            Body = type switch
            {
                CallType.Alias => null,
                CallType.Identify or CallType.Group => fields.Map("traits"),
                _ => fields.Map("properties"),
            },
        };
        fields.RefuseOthers();
        CheckWhole(emit, diagnostics);
        return emit;
    }

    private static void CheckWhole(MapEmit emit, ICollection<Diagnostic> diagnostics)
    {
        if (emit is { UserId: null, AnonymousId: null, Email: null, Type: not CallType.Alias })
        {
            diagnostics.Add(new Diagnostic("no_id", Severity.Error, emit.Place.Line, emit.Place.Column,
                new Text("an event of nobody", "un evento de nadie"), new Text("user_id, anonymous_id or email", "user_id, anonymous_id o email")));
        }
        if (emit is { Type: CallType.Identify, Email: { } email } && emit.Body?.Find("email") is not null)
        {
            diagnostics.Add(new Diagnostic("duplicate_key", Severity.Error, email.Place.Line, email.Place.Column,
                new Text("email here and in traits", "email aquí y en traits"), new Text("it once", "que esté una vez")));
        }
        if (emit.Time is null)
        {
            diagnostics.Add(new Diagnostic("no_timestamp", Severity.Warning, emit.Place.Line, emit.Place.Column,
                new Text("an event without a timestamp", "un evento sin timestamp"), new Text("timestamp:", "timestamp:"),
                new Text("Its events happen at the moment of the import.", "Sus eventos ocurren en el momento de la importación.")));
        }
    }

    private static string ReadId(YamlFields fields, string type, LiteralOrColumn? eventName, ICollection<Diagnostic> diagnostics)
    {
        var scalar = fields.Scalar("id");
        var id = scalar?.Value.Normalize(NormalizationForm.FormC).Trim();
        if (scalar is not null && (id!.Length is 0 or > 200 || id.Any(char.IsControl)))
        {
            diagnostics.Add(YamlFields.Wrong(scalar, new Text("an id of 1 to 200 characters on one line", "un id de 1 a 200 caracteres en una línea"), code: "bad_id"));
        }
        var name = eventName?.Literal?.Value.Normalize(NormalizationForm.FormC).Trim() ?? eventName?.Column?.Value;
        return id ?? (name is null ? type : type + ":" + name);
    }

    private static LiteralOrColumn? LiteralOrColumn(YamlFields fields, string key, bool isRequired, ICollection<Diagnostic> diagnostics)
    {
        var expected = new Text("words, or { column: NAME }", "palabras, o { column: NOMBRE }");
        var node = isRequired ? fields.Required(key) : fields.Any(key);
        if (node is null)
        {
            return null;
        }
        if (node is YamlMap)
        {
            return new LiteralOrColumn(null, ColumnIn(node, diagnostics));
        }
        if (fields.ScalarIn(node, expected) is not { } literal)
        {
            return null;
        }
        if (literal.Value.Trim().Length is 0 or > EventLimits.NameCharacters)
        {
            diagnostics.Add(YamlFields.Wrong(literal, new Text($"1 to {EventLimits.NameCharacters} characters", $"de 1 a {EventLimits.NameCharacters} caracteres"), code: "bad_name"));
        }
        return new LiteralOrColumn(literal, null);
    }

    private static YamlScalar? Column(YamlFields fields, string key, ICollection<Diagnostic> diagnostics, bool isRequired = false) =>
        (isRequired ? fields.Required(key) : fields.Any(key)) is { } node ? ColumnIn(node, diagnostics) : null;

    /// <summary>A column's name, bare or as { column: NAME }.</summary>
    private static YamlScalar? ColumnIn(YamlNode node, ICollection<Diagnostic> diagnostics)
    {
        if (node is YamlScalar { IsNull: false } name)
        {
            return name;
        }
        if (node is YamlMap map)
        {
            var fields = new YamlFields(map, diagnostics);
            var column = fields.Scalar("column", isRequired: true, AColumn);
            fields.RefuseOthers();
            return column;
        }
        diagnostics.Add(YamlFields.Wrong(node, AColumn));
        return null;
    }

    private static MapTime? ReadTime(YamlFields fields, ICollection<Diagnostic> diagnostics)
    {
        var node = fields.Any("timestamp");
        if (node is null)
        {
            return null;
        }
        if (node is not YamlMap map)
        {
            return ColumnIn(node, diagnostics) is { } bare ? new MapTime(bare, TimeFormatKind.Iso, null, Zone.Utc) : null;
        }
        var inner = new YamlFields(map, diagnostics);
        var column = inner.Scalar("column", isRequired: true, AColumn);
        var (kind, pattern) = ReadFormat(inner.Scalar("format"), diagnostics);
        var zone = ReadZone(inner.Scalar("timezone"), diagnostics);
        inner.RefuseOthers();
        return column is null ? null : new MapTime(column, kind, pattern, zone);
    }

    private static (TimeFormatKind Kind, TimePattern? Pattern) ReadFormat(YamlScalar? format, ICollection<Diagnostic> diagnostics)
    {
        switch (format?.Value)
        {
            case null or "iso":
                return (TimeFormatKind.Iso, null);
            case "unix":
                return (TimeFormatKind.Unix, null);
            case "unix_ms":
                return (TimeFormatKind.UnixMs, null);
            default:
                var pattern = TimePattern.TryParse(format!.Value, out var mistake);
                if (pattern is null)
                {
                    var place = format.PlaceOf(mistake!.Offset);
                    diagnostics.Add(new Diagnostic("bad_pattern", Severity.Error, place.Line, place.Column, mistake.Found, mistake.Expected,
                        mistake.Hint ?? Nearest.DidYouMean(format.Value, ["iso", "unix", "unix_ms"])));
                }
                return (TimeFormatKind.Pattern, pattern);
        }
    }

    private static Zone ReadZone(YamlScalar? scalar, ICollection<Diagnostic> diagnostics)
    {
        if (scalar is null)
        {
            return Zone.Utc;
        }
        if (Zone.TryGet(scalar.Value, out var zone))
        {
            return zone;
        }
        diagnostics.Add(YamlFields.Wrong(scalar, new Text("an IANA time zone, such as Europe/London", "una zona horaria IANA, como America/Mexico_City"),
            Nearest.DidYouMean(scalar.Value, Zone.Ids), "unknown_timezone"));
        return Zone.Utc;
    }
}
