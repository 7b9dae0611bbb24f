using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Ciclo.Core;
using Ciclo.Engine.Hosting;

namespace Ciclo.Modules.Templates.Content;

/// <summary>What a block is. Persisted by name, so names only grow.</summary>
public enum BlockKind
{
    Heading = 0,

    /// <summary>Markdown with Liquid.</summary>
    Text = 1,
    Image = 2,
    Button = 3,

    /// <summary>Products of a list in the model, such as those of a cart.</summary>
    Products = 4,
    Coupon = 5,
    Divider = 6,
    Spacer = 7,
    Columns = 8,
    Social = 9,
    Footer = 10,

    /// <summary>A row of numbers, each a link: 0 to 10 of an NPS question, 1 to 5 of a review.</summary>
    Scores = 11,

    /// <summary>HTML of the user's own.</summary>
    Html = 12,

    /// <summary>A band of colour with the heading of the whole message.</summary>
    Hero = 13,
}

/// <summary>What becomes of a message whose template writes a variable that is missing. Persisted by name, so names only grow.</summary>
public enum MissingPolicy
{
    /// <summary>Nothing stands in its place.</summary>
    Empty = 0,

    /// <summary>The message is not sent.</summary>
    Skip = 1,
}

/// <summary>One column of a block of columns.</summary>
public sealed record Cell
{
    public string Src { get; init; } = "";

    public string Alt { get; init; } = "";

    public string Title { get; init; } = "";

    public string Text { get; init; } = "";

    public string Label { get; init; } = "";

    public string Href { get; init; } = "";
}

/// <summary>One block of a message. Each kind reads the fields that it needs; every text may hold Liquid. <paramref name="Id"/> stays while a block is edited and moved.</summary>
public sealed record Block(string Id, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] BlockKind Type)
{
    /// <summary>What a heading, text, coupon or footer says, the HTML of a block of HTML, the label below products.</summary>
    public string Text { get; init; } = "";

    /// <summary>`left`, `center` or empty for the kind's own.</summary>
    public string Align { get; init; } = "";

    /// <summary>Of a button or of each product.</summary>
    public string Label { get; init; } = "";

    /// <summary>Where it leads. Of scores: what the number is put behind, such as `https://…?score=`.</summary>
    public string Href { get; init; } = "";

    /// <summary>An image's address.</summary>
    public string Src { get; init; } = "";

    public string Alt { get; init; } = "";

    /// <summary>The list of products in the model: `event.products`.</summary>
    public string Items { get; init; } = "";

    /// <summary>How many products at most; the height of a space in pixels; the last of the scores.</summary>
    public int Size { get; init; }

    /// <summary>What the lowest and the highest score mean. Of a hero: the line below its heading, and the one above.</summary>
    public string Low { get; init; } = "";

    public string High { get; init; } = "";

    /// <summary>A condition of Liquid, such as `person.plan == "pro"`: without it being so, the block is not there.</summary>
    public string If { get; init; } = "";

    /// <summary>Of columns.</summary>
    public IReadOnlyList<Cell> Cells { get; init; } = [];

    /// <summary>Of social links: label and address.</summary>
    public IReadOnlyList<Cell> Links { get; init; } = [];
}

/// <summary>What a message says in one language: blocks, or HTML of the user's own, and then the blocks are not looked at.</summary>
public sealed record LocaleContent
{
    public string Subject { get; init; } = "";

    /// <summary>What mail programs show beside the subject.</summary>
    public string Preheader { get; init; } = "";

    public IReadOnlyList<Block> Blocks { get; init; } = [];

    public string Html { get; init; } = "";

    /// <summary>The text part of a message of own HTML; made from it where this is empty.</summary>
    public string Text { get; init; } = "";

    [JsonIgnore]
    public bool IsHtml => Html.Length > 0;
}

/// <summary>How a message looks. Colours are `#rrggbb`.</summary>
public sealed record Theme
{
    public string Accent { get; init; } = "#0a5a74";

    public string Background { get; init; } = "#f3f4f6";

    public string Surface { get; init; } = "#ffffff";

    public string Ink { get; init; } = "#1c2733";

    /// <summary>`sans`, `serif`, `rounded` or `mono`: the letters that every mail program has.</summary>
    public string Font { get; init; } = "sans";

    /// <summary>Width of the message in pixels, 480 to 720.</summary>
    public int Width { get; init; } = 600;

    /// <summary>Roundness of buttons and of the card, in pixels.</summary>
    public int Radius { get; init; } = 10;

    /// <summary>The logo's address; without one the name stands there.</summary>
    public string Logo { get; init; } = "";

    /// <summary>The name of whoever writes.</summary>
    public string Brand { get; init; } = "{{ workspace.name }}";
}

/// <summary>All of a template: what is kept of each version, and what a file of it holds.</summary>
public sealed record TemplateContent(string Name, IReadOnlyDictionary<string, LocaleContent> Locales)
{
    public const int LongestName = 80;
    public const int LongestSubject = 300;
    public const int LongestText = 20_000;
    public const int LongestHtml = 300_000;
    public const int MostBlocks = 60;
    public const int MostLocales = 12;

    public const string Onsite = "onsite";

    /// <summary>The channels that templates are of: what each may hold, and what is made of it.</summary>
    public static readonly IReadOnlyList<string> Channels = ["email", Onsite];

    public string Channel { get; init; } = "email";

    /// <summary>`marketing` always has a footer with the way out; `transactional` has none.</summary>
    public string Purpose { get; init; } = "marketing";

    public MissingPolicy Missing { get; init; }

    public Theme Theme { get; init; } = new();

    /// <summary>How it lies in the records, in files and in the API: names in snake_case, what is at its default left out.</summary>
    public static JsonSerializerOptions Json { get; } = new(ApiJson.Options)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { LeaveOutDefaults } },
    };

    [JsonIgnore]
    public bool IsOnsite => Channel == Onsite;

    [JsonIgnore]
    public bool IsMarketing => Purpose == "marketing";

    private static void LeaveOutDefaults(JsonTypeInfo type)
    {
        var usual = new Theme();
        foreach (var property in type.Properties)
        {
            if (property.PropertyType == typeof(string) || typeof(System.Collections.ICollection).IsAssignableFrom(property.PropertyType) || property.PropertyType.IsGenericType)
            {
                property.ShouldSerialize = (_, value) => value is not ("" or null or System.Collections.ICollection { Count: 0 });
            }
            if (type.Type == typeof(Theme))
            {
                property.ShouldSerialize = (_, value) => !Equals(value, property.Get!(usual));
            }
        }
    }

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    public static TemplateContent FromJson(string json) => JsonSerializer.Deserialize<TemplateContent>(json, Json)!;

    /// <summary>The nearest of the template's locales: the same, the same language, or the first.</summary>
    public string Nearest(string locale)
    {
        var language = locale.Split('-', '_')[0];
        return Locales.Keys.FirstOrDefault(known => known.Equals(locale, StringComparison.OrdinalIgnoreCase))
            ?? Locales.Keys.FirstOrDefault(known => known.Equals(language, StringComparison.OrdinalIgnoreCase))
            ?? Locales.Keys.FirstOrDefault(known => known.Split('-', '_')[0].Equals(language, StringComparison.OrdinalIgnoreCase))
            ?? Locales.Keys.First();
    }

    public TemplateContent With(string locale, LocaleContent content) => this with
    {
        Locales = Locales.ContainsKey(locale)
            ? Locales.ToDictionary(pair => pair.Key, pair => pair.Key == locale ? content : pair.Value, StringComparer.Ordinal)
            : Locales.Append(new(locale, content)).ToDictionary(StringComparer.Ordinal),
    };
}

/// <summary>A template as it lies in the records. <paramref name="Version"/> is the one in force, 0 for none yet; <paramref name="DraftNumber"/> counts changes of the draft.</summary>
public sealed record Template(string Id, int Version, TemplateContent Draft, int DraftNumber, bool HasChanges, long UpdatedAt);

/// <summary>A version that was published.</summary>
public sealed record TemplateVersion(int Version, string MadeBy, long MadeAt);

/// <summary>A refusal of this module: a stable code, and what is wrong and what next.</summary>
public sealed record TemplateError(string Code, Text Message)
{
    public static readonly TemplateError NotFound = new("no_template", new(
        "There is no such template. `ciclo templates list` and the page Templates show them.", "No existe esa plantilla. `ciclo templates list` y la página Plantillas las muestran."));

    public static readonly TemplateError Changed = new("changed_meanwhile", new(
        "Somebody changed this template meanwhile, so your change was not made. This is how it is now: make yours again.",
        "Alguien cambió esta plantilla mientras tanto y tu cambio no se hizo. Así está ahora: vuelve a hacer el tuyo."));

    public static readonly TemplateError TooMany = new("too_many_templates", new(
        $"A workspace holds {TemplateService.Most} templates. Delete one that nobody uses.", $"Un espacio tiene {TemplateService.Most} plantillas como máximo. Borra una que nadie use."));

    public static readonly TemplateError NothingToUndo = new("nothing_to_undo", new("There is nothing to undo.", "No hay nada que deshacer."));
}
