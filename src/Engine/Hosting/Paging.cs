using System.Text;
using Ciclo.Core;
using Ciclo.Core.Time;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Ciclo.Engine.Hosting;

/// <summary>A page of an API answer: the rows, and the cursor that asks for what comes after them (null: that was all).</summary>
public sealed record Page<T>(IReadOnlyList<T> Data, string? Next);

/// <summary>What requests have in common: limits, cursors, instants. Cursors are opaque to callers.</summary>
public static class Paging
{
    public const int DefaultLimit = 100;
    public const int MaxLimit = 1_000;

    /// <summary>Rows per page; null, and nothing else to say, if the number is no limit.</summary>
    public static int? Limit(int? asked) => asked switch
    {
        null => DefaultLimit,
        >= 1 and <= MaxLimit => asked,
        _ => null,
    };

    public static string Cursor(string position) => WebEncoders.Base64UrlEncode(Encoding.UTF8.GetBytes(position));

    /// <summary>The position in a cursor; false for a text that is none. No cursor is the beginning: null.</summary>
    public static bool TryReadCursor(string? cursor, out string? position)
    {
        position = null;
        if (string.IsNullOrEmpty(cursor))
        {
            return true;
        }
        try
        {
            position = Encoding.UTF8.GetString(WebEncoders.Base64UrlDecode(cursor));
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    /// <summary>An instant of the query; false if there is one that cannot be read.</summary>
    public static bool TryReadInstant(string? text, out long? at)
    {
        at = null;
        if (string.IsNullOrEmpty(text))
        {
            return true;
        }
        if (!Instants.TryParse(text, Zone.Utc, out var ms))
        {
            return false;
        }
        at = ms;
        return true;
    }

    public static IResult BadLimit(HttpContext http) => Problems.BadRequest(http, "bad_limit", new Text($"`limit` is a number from 1 to {MaxLimit}.", $"`limit` es un número de 1 a {MaxLimit}."));

    public static IResult BadCursor(HttpContext http) => Problems.BadRequest(http, "bad_cursor", new Text(
        "This cursor is none of ours. Take `next` of the page before, or leave it out to begin.", "Este cursor no es nuestro. Toma `next` de la página anterior, o quítalo para empezar."));

    public static IResult BadInstant(HttpContext http) => Problems.BadRequest(http, "bad_instant", new Text(
        "Write an instant as RFC 3339, such as 2026-01-31T10:00:00Z, or a date.", "Escribe un instante como RFC 3339, p. ej. 2026-01-31T10:00:00Z, o una fecha."));
}
