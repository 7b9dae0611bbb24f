using System.Text;
using Ciclo.Core.Events;
using Ciclo.Core.Time;
using Ciclo.Core.Values;
using Ciclo.Data.Journal;
using Ciclo.Data.Sql;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Profiles.Contracts;

namespace Ciclo.Modules.Ask.Views;

/// <summary>Makes the rows of <see cref="EventsView"/>. What columns of the history hold comes from there; what was sent, word for word, from the journal.</summary>
internal sealed class EventMaker : RowMaker
{
    private const int Time = 0;
    private const int Id = 1;
    private const int Type = 2;
    private const int Name = 3;
    private const int Profile = 4;
    private const int UserId = 5;
    private const int Source = 6;
    private const int FirstField = 7;
    private const int MessageId = 18;
    private const int AnonymousId = 19;
    private const int ReceivedAt = 20;
    private const int Properties = 21;
    private const int Context = 22;
    private const int Item = 23;

    private static readonly string[] Fields =
    [
        FieldPaths.CampaignSource, FieldPaths.CampaignMedium, FieldPaths.CampaignName, FieldPaths.CampaignTerm, FieldPaths.CampaignContent,
        FieldPaths.Click, FieldPaths.Referrer, FieldPaths.Device, FieldPaths.Os, FieldPaths.Browser, FieldPaths.Locale,
    ];

    private readonly Journal journal;
    private readonly Zone zone;
    private readonly long since;
    private readonly long until;
    private readonly IReadOnlyList<PropertyColumn> properties;
    private readonly bool[] wanted;
    private readonly int firstProperty;
    private readonly bool readsSent;
    private readonly List<byte[]?> names = [];
    private readonly byte[] eventId = new byte[17];
    private Staged? seen;
    private int[] fieldPaths = [];
    private int[] propertyPaths = [];
    private int namePath;
    private byte[] userId = [];
    private int first;

    public EventMaker(Asker asker, TableArguments arguments, IReadOnlyList<PropertyColumn> properties, bool[] wanted, int firstProperty)
    {
        (journal, zone, this.properties, this.wanted, this.firstProperty) = (asker.Engine.Journal, asker.Engine.Rules.Zone, properties, wanted, firstProperty);
        (since, until) = (arguments.Since ?? long.MinValue, arguments.Until ?? Instants.Never);
        readsSent = wanted.AsSpan(MessageId, Item - MessageId + 1).Contains(true);
    }

    public override int Begin(in ProfileEvents person)
    {
        if (!ReferenceEquals(seen, person.State.Staged))
        {
            seen = person.State.Staged;
            fieldPaths = [.. Fields.Select(seen.Paths.Find)];
            propertyPaths = [.. properties.Select(one => seen.Paths.Find(one.Path))];
            namePath = seen.Paths.Find(FieldPaths.PageName);
        }
        var at = person.Events.At;
        first = FirstFrom(at, since);
        var end = FirstFrom(at, until);
        if (end > first && wanted[UserId])
        {
            userId = Encoding.UTF8.GetBytes(person.State.Staged.Identity.PrintedUserId(person.Profile));
        }
        return Math.Max(0, end - first);
    }

    public override void Write(in ProfileEvents person, int row, RowBatch into)
    {
        var e = person.Events.Event(first + row);
        into.Instant(Time, e.At);
        if (wanted[Id])
        {
            Encoding.ASCII.GetBytes(EventId.Of(e.Address), eventId);
            into.Text(Id, eventId);
        }
        if (wanted[Type])
        {
            into.Text(Type, TypeOf(e.Type));
        }
        if (wanted[Name])
        {
            WriteName(person.State.Staged.EventNames, e, into);
        }
        if (wanted[Profile])
        {
            into.Text(Profile, PublicId(person));
        }
        if (wanted[UserId])
        {
            into.Text(UserId, userId);
        }
        if (wanted[Source])
        {
            into.Text(Source, SourceOf(e.Flags));
        }
        for (var i = 0; i < Fields.Length; i++)
        {
            if (wanted[FirstField + i])
            {
                Text(FirstField + i, e.GetText(fieldPaths[i]), into);
            }
        }
        if (readsSent)
        {
            WriteSent(e.Address, into);
        }
        for (var i = 0; i < propertyPaths.Length; i++)
        {
            if (wanted[firstProperty + i])
            {
                WriteProperty(e, i, into);
            }
        }
    }

    private static int FirstFrom(ReadOnlySpan<long> at, long from)
    {
        var (low, high) = (0, at.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = at[middle] < from ? (middle + 1, high) : (low, middle);
        }
        return low;
    }

    private static ReadOnlySpan<byte> TypeOf(CallType type) => type switch
    {
        CallType.Track => "track"u8,
        CallType.Identify => "identify"u8,
        CallType.Page => "page"u8,
        CallType.Screen => "screen"u8,
        CallType.Group => "group"u8,
        _ => "alias"u8,
    };

    private static ReadOnlySpan<byte> SourceOf(PackedFlags flags) =>
        (flags & PackedFlags.System) != 0 ? "system"u8 : (flags & PackedFlags.Bot) != 0 ? "bot"u8 : (flags & PackedFlags.Server) != 0 ? "server"u8 : "client"u8;

    private static void Text(int column, ReadOnlySpan<byte> utf8, RowBatch into)
    {
        if (utf8.IsEmpty)
        {
            into.Null(column);
        }
        else
        {
            into.Text(column, utf8);
        }
    }

    private void WriteName(Names known, in PackedEvent e, RowBatch into)
    {
        if (e.Type != CallType.Track || e.Name < 0)
        {
            Text(Name, e.Type is CallType.Page or CallType.Screen ? e.GetText(namePath) : default, into);
            return;
        }
        while (names.Count <= e.Name)
        {
            names.Add(null);
        }
        into.Text(Name, names[e.Name] ??= Encoding.UTF8.GetBytes(known[e.Name]));
    }

    private void WriteSent(long address, RowBatch into)
    {
        var (kind, body) = journal.ReadRecord(address);
        if (kind == RecordKind.Erased || !EventRecord.TryRead(body.Span, out var sent))
        {
            // Erased between the look into the history and this one.
            for (var column = MessageId; column <= Item; column++)
            {
                into.Null(column);
            }
            return;
        }
        Text(MessageId, sent.MessageId, into);
        Text(AnonymousId, sent.AnonymousId, into);
        into.Instant(ReceivedAt, sent.ReceivedAt);
        Text(Properties, sent.PropertiesJson, into);
        Text(Context, sent.Context, into);
        Text(Item, sent.Json, into);
    }

    private void WriteProperty(in PackedEvent e, int index, RowBatch into)
    {
        var (column, path) = (firstProperty + index, propertyPaths[index]);
        switch (properties[index].Kind)
        {
            case ColumnKind.Number when e.TryGetNumber(path, out var number):
                into.Number(column, number.Micros);
                break;
            case ColumnKind.Flag when e.Get(path) is { Kind: ValueKind.Boolean } flag:
                into.Flag(column, flag.AsBoolean);
                break;
            case ColumnKind.Instant when TryInstant(e.GetText(path), out var ms):
                into.Instant(column, ms);
                break;
            case ColumnKind.Text when e.GetText(path) is { IsEmpty: false } text:
                into.Text(column, text);
                break;
            case ColumnKind.Text when e.Get(path) is { IsNull: false, Kind: not ValueKind.Object } value:
                into.Text(column, Plain(value));
                break;
            default:
                into.Null(column);
                break;
        }
    }

    private bool TryInstant(ReadOnlySpan<byte> text, out long ms)
    {
        ms = 0;
        Span<char> chars = stackalloc char[40];
        return text.Length is > 0 and <= 40 && Encoding.UTF8.TryGetChars(text, chars, out var length) && Instants.TryParse(chars[..length], zone, out ms);
    }

    private static string Plain(in Value value) => value.Kind switch
    {
        ValueKind.Number => value.AsNumber.ToString(),
        ValueKind.Boolean => value.AsBoolean ? "true" : "false",
        ValueKind.List => SqlJson.List([.. value.AsList.Select(Cell)]).Json,
        _ => value.Kind == ValueKind.Text ? value.AsText : "",
    };

    private static object? Cell(Value value) => value.Kind switch
    {
        ValueKind.Number => new SqlNumber(value.AsNumber.Micros, Number.Places),
        ValueKind.Boolean => value.AsBoolean,
        ValueKind.Text => value.AsText,
        _ => null,
    };
}
