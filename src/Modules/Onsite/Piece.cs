using System.Text.Json;
using System.Text.RegularExpressions;
using Ciclo.Core;
using Ciclo.Core.Rules;
using Ciclo.Core.Time;
using Ciclo.Engine.Hosting;

namespace Ciclo.Modules.Onsite;

/// <summary>How a piece appears. Stored by name, so names only grow.</summary>
public enum PieceForm
{
    /// <summary>Inside the slot of the page.</summary>
    Inline = 0,

    /// <summary>At the foot of the window.</summary>
    Banner = 1,

    /// <summary>Over the page, until it is closed.</summary>
    Modal = 2,
}

/// <summary>
/// What a piece says in one language. Plain text: no markup of it is ever read. <paramref name="Href"/> and <paramref name="Image"/> are https addresses or paths of the site. <paramref name="Json"/>:
/// an object for programs that draw it themselves, instead of the rest.
/// </summary>
public sealed record PieceText(string Title = "", string Text = "", string Button = "", string Href = "", string Image = "", string Json = "")
{
    public bool IsEmpty => Title.Length + Text.Length + Button.Length + Image.Length + Json.Length == 0;
}

/// <summary>Why a piece cannot be as it is, with a stable code.</summary>
public sealed record PieceError(string Code, Text Message);

/// <summary>A piece of content for a slot.</summary>
/// <param name="Id">Lower-case letters, digits and -, at most 60.</param>
/// <param name="Name">As the team calls it.</param>
/// <param name="Slot">Where it goes: `banner`, or the name in `data-ciclo-slot`.</param>
/// <param name="Form">How it appears.</param>
/// <param name="Texts">By language; at least one.</param>
/// <param name="When">For whom, a condition as a segment's; empty for everybody, strangers too.</param>
/// <param name="Priority">Of several for a slot the highest is shown, then the one with the first id.</param>
/// <param name="From">Not before, Unix milliseconds; 0 for at once.</param>
/// <param name="To">Not from then on; 0 for no end.</param>
/// <param name="Holdout">The share of people, 0 to 0.9, who do not see it, to know what it changes.</param>
/// <param name="EveryHours">Shown again to the same browser after so many hours at the earliest; 0 for each time.</param>
/// <param name="IsOn">Whether it is shown at all.</param>
public sealed record Piece(
    string Id, string Name, string Slot, PieceForm Form, IReadOnlyDictionary<string, PieceText> Texts, string When = "", int Priority = 0, long From = 0, long To = 0, double Holdout = 0, int EveryHours = 0, bool IsOn = true)
{
    public const int Most = 500;
    public const int LongestName = 80;
    public const int LongestText = 1_000;
    public const int LongestJson = 16_000;
    public const int LongestRule = 2_000;
    public const int MostHours = 24 * 90;

    private static readonly Regex Word = new("^[a-z0-9][a-z0-9_-]{0,59}$", RegexOptions.NonBacktracking);

    /// <summary>The id of the experiment that says who sees it.</summary>
    public string Experiment => "onsite:" + Id;

    public bool IsTime(long now) => IsOn && now >= From && (To == 0 || now < To);

    /// <summary>The text in a language such as `es-MX`; in the other one where there is none.</summary>
    public (string Language, PieceText Text) In(string locale)
    {
        var language = locale.StartsWith("es", StringComparison.OrdinalIgnoreCase) ? "es" : "en";
        var found = Texts.ContainsKey(language) ? language : Texts.Keys.First();
        return (found, Texts[found]);
    }

    public static bool IsWord(string text) => Word.IsMatch(text);

    public PieceError? Refuse(Zone zone)
    {
        if (!IsWord(Id) || !IsWord(Slot))
        {
            return new("bad_id", new("Id and slot are lower-case letters, digits, - and _, at most 60.", "Id y espacio son minúsculas, dígitos, - y _, 60 como máximo."));
        }
        if (Name.Trim().Length is 0 or > LongestName)
        {
            return new("bad_name", new($"A name has 1 to {LongestName} characters.", $"Un nombre tiene de 1 a {LongestName} caracteres."));
        }
        if (Texts.Count == 0 || Texts.Keys.Any(language => language is not ("es" or "en")))
        {
            return new("no_text", new("Write the text in at least one language.", "Escribe el texto en al menos un idioma."));
        }
        if (Priority is < 0 or > 100 || Holdout is not (>= 0 and <= 0.9) || EveryHours is < 0 or > MostHours || (To > 0 && To <= From))
        {
            return new("bad_number", new($"Priority is 0 to 100, the share held out 0 to 90 %, hours 0 to {MostHours}; the end lies after the beginning.", $"La prioridad va de 0 a 100, la parte de control de 0 a 90 %, las horas de 0 a {MostHours}; el final va después del inicio."));
        }
        return Texts.Values.Select(RefuseText).FirstOrDefault(wrong => wrong is not null) ?? RefuseRule(zone);
    }

    private static PieceError? RefuseText(PieceText text)
    {
        if (text.Title.Length > LongestName || text.Text.Length > LongestText || text.Button.Length > LongestName || (text.Button.Length > 0 && text.Href.Length == 0))
        {
            return new("bad_text", new($"A title or button has at most {LongestName} characters, a text {LongestText}; a button needs an address.", $"Un título o botón tiene {LongestName} caracteres como máximo, un texto {LongestText}; un botón necesita una dirección."));
        }
        if (!IsAddress(text.Href) || !IsAddress(text.Image))
        {
            return new("bad_address", new("Addresses begin with https:// or with / on your own site.", "Las direcciones empiezan con https:// o con / en tu propio sitio."));
        }
        if (text.Json.Length > LongestJson || (text.Json.Length > 0 && !IsObject(text.Json)))
        {
            return new("bad_json", new($"JSON is an object of at most {LongestJson} characters.", $"El JSON es un objeto de {LongestJson} caracteres como máximo."));
        }
        return null;
    }

    private PieceError? RefuseRule(Zone zone)
    {
        if (When.Length > LongestRule)
        {
            return new("rule_too_long", new($"A rule has at most {LongestRule} characters.", $"Una regla tiene {LongestRule} caracteres como máximo."));
        }
        try
        {
            if (When.Length > 0)
            {
                Checker.CheckCondition(Parser.Parse(When, RuleContext.Segment, zone));
            }
            return null;
        }
        catch (RuleException wrong)
        {
            var column = wrong.Error.Extent.Start + 1;
            return new("bad_rule", new($"The rule, character {column}: found {wrong.Error.Found.En}; expected {wrong.Error.Expected.En}.", $"La regla, carácter {column}: hay {wrong.Error.Found.Es}; se esperaba {wrong.Error.Expected.Es}."));
        }
    }

    /// <summary>Https, or a path of the site itself; empty is none and fine.</summary>
    internal static bool IsAddress(string text) => text.Length == 0 || (text.Length <= 2_000 && !text.Any(char.IsControl)
        && ((text[0] == '/' && (text.Length == 1 || text[1] is not ('/' or '\\'))) || (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme == "https")));

    private static bool IsObject(string json)
    {
        try
        {
            using var read = JsonDocument.Parse(json);
            return read.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    public string ToJson() => JsonSerializer.Serialize(this, ApiJson.Options);

    /// <summary>Throws <see cref="JsonException"/> for what was not written by <see cref="ToJson"/>.</summary>
    public static Piece FromJson(string json) => JsonSerializer.Deserialize<Piece>(json, ApiJson.Options)!;
}
