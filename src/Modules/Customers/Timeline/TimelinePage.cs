using System.Globalization;
using Ciclo.Data.Journal;
using Ciclo.Kit;
using Ciclo.Modules.Customers.Records;
using Ciclo.Modules.Profiles.Contracts;
using Microsoft.AspNetCore.Http;

namespace Ciclo.Modules.Customers.Timeline;

/// <summary>
/// What a timeline is asked for: one kind or all, a text to find, and up to which line, counted from the oldest; counting from there, a page
/// stays what it is while new lines come. <paramref name="At"/>: the instant for which the page says why, as it was typed; empty for now.
/// </summary>
public sealed record TimelineAsked(string Lifecycle, LineKind? Kind, string? Find, int Until, string At = "")
{
    public static readonly TimelineAsked Everything = new("", null, null, int.MaxValue);

    private const int LongestFind = 100;
    private const int LongestAt = 40;

    public static TimelineAsked From(IQueryCollection query)
    {
        var find = query["find"].ToString().Trim();
        return new TimelineAsked(
            query["lifecycle"].ToString(), LineKinds.Find(query["kind"]), find.Length == 0 ? null : find[..Math.Min(find.Length, LongestFind)],
            int.TryParse(query["until"], NumberStyles.None, CultureInfo.InvariantCulture, out var until) && until > 0 ? until : int.MaxValue,
            query["at"].ToString().Trim() is { Length: <= LongestAt } at ? at : "");
    }

    public string PathOf(string id)
    {
        var fields = new (string Name, string? Value)[]
        {
            ("lifecycle", Lifecycle.Length == 0 ? null : Lifecycle), ("kind", Kind?.Word()), ("find", Find),
            ("at", At.Length == 0 ? null : At), ("until", Until == int.MaxValue ? null : Until.ToString(CultureInfo.InvariantCulture)),
        };
        return $"/customers/{id}" + QueryString.Create(fields.Where(field => field.Value is not null).Select(field => new KeyValuePair<string, string?>(field.Name, field.Value)));
    }
}

/// <summary>One line as it is shown: an event, a move of the lifecycle that is looked at, or a note.</summary>
public sealed record TimelineItem(long At, EventRow? Event, Step? Move, TeamNote? Note);

/// <summary>
/// A page of everything that has happened to a person, newest first. Lines <see cref="First"/> to <see cref="Until"/> of <see cref="Total"/>,
/// counted from the oldest; with a text to find, what was found among the newest <see cref="MostSearched"/> lines.
/// </summary>
public sealed record TimelinePage(
    TimelineAsked Asked, IReadOnlyList<TimelineItem> Items, IReadOnlyDictionary<LineKind, int> Counts, int First, int Until, int Total, bool IsCut)
{
    public const int PageSize = 50;

    /// <summary>Finding a text reads events from the journal, which may touch the disk for each.</summary>
    public const int MostSearched = 2_000;

    public bool IsNewest => Until == Total;

    public int Everything => Counts.Values.Sum();

    /// <summary>Reads the page's events from the journal: outside the engine's lock.</summary>
    public static TimelinePage Of(TimelineAsked asked, List<Line> events, IReadOnlyList<Step> moves, IReadOnlyList<TeamNote> notes, Journal journal, Locale locale)
    {
        var all = events.Concat(moves.Select((move, i) => new Line(move.At, LineKind.Stage, -1, i, -1)))
            .Concat(notes.Select((note, i) => new Line(note.At, LineKind.Note, -1, -1, i)));
        // Stable: a move stands after the event of its instant, which it came from.
        var lines = all.OrderBy(line => line.At).ToList();
        var counts = lines.CountBy(line => line.Kind).ToDictionary();
        var kept = asked.Kind is { } kind ? lines.FindAll(line => line.Kind == kind) : lines;
        TimelineItem Item(Line line) => new(
            line.At, line.Address < 0 ? null : EventRow.Read(journal, line.Address), line.Move < 0 ? null : moves[line.Move], line.Note < 0 ? null : notes[line.Note]);
        if (asked.Find is { } text)
        {
            var searched = Enumerable.Reverse(kept).Take(MostSearched).Select(Item).Where(item => IsAbout(item, text, locale)).Take(PageSize + 1).ToList();
            return new TimelinePage(asked, [.. searched.Take(PageSize)], counts, 0, searched.Count, searched.Count, searched.Count > PageSize || kept.Count > MostSearched);
        }
        var until = Math.Min(asked.Until, kept.Count);
        var first = Math.Max(0, until - PageSize);
        return new TimelinePage(asked, [.. Enumerable.Range(0, until - first).Select(i => Item(kept[until - 1 - i]))], counts, first, until, kept.Count, false);
    }

    /// <summary>Whether the text stands in what was sent or in the words that a reader sees for it, whatever the case or the accents.</summary>
    private static bool IsAbout(TimelineItem item, string text, Locale locale)
    {
        bool Has(string? where) => where is not null && locale.Culture.CompareInfo.IndexOf(where, text, CompareOptions.IgnoreCase | CompareOptions.IgnoreNonSpace) >= 0;
        return item.Event is { } row
            ? Has(row.Event) || Has(EventWords.TitleOf(row, locale)) || Has(Unescaped(row.Properties))
            : item.Note is { } note && (Has(note.Text) || Has(note.AuthorName));
    }

    /// <summary>A client may send letters as JSON escapes; people look for the letters.</summary>
    private static string Unescaped(string json) =>
        json.Contains("\\u", StringComparison.Ordinal) ? System.Text.Json.Nodes.JsonNode.Parse(json)?.ToJsonString(Relaxed) ?? json : json;

    private static readonly System.Text.Json.JsonSerializerOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
