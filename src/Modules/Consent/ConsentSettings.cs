using System.Text.Json;
using System.Text.RegularExpressions;
using Ciclo.Core;
using Ciclo.Core.Rules;
using Ciclo.Core.Time;
using Ciclo.Engine.Hosting;

namespace Ciclo.Modules.Consent;

/// <summary>What holds of a purpose until a person says otherwise. Stored by name, so names only grow.</summary>
public enum ConsentDefault
{
    /// <summary>Nothing is sent before a yes.</summary>
    OptIn = 0,

    /// <summary>It is sent until a no.</summary>
    OptOut = 1,

    /// <summary>Needs no consent, and no cap or hour holds it up: receipts, passwords.</summary>
    Transactional = 2,
}

/// <summary>What messages are for. <paramref name="NeedsConfirming"/>: a yes counts once it was confirmed from the person's own mailbox (double opt-in).</summary>
public sealed record Purpose(string Id, string En, string Es, ConsentDefault Default, bool NeedsConfirming = false)
{
    public Text Label => new(En, Es);
}

/// <summary>The hours in which nothing is sent, in minutes after midnight by the person's own clock: from the first on, up to but not with the second. They may go over midnight.</summary>
public sealed record QuietHours(int From, int To)
{
    public const int MinutesOfDay = 24 * 60;

    /// <summary>The first instant from <paramref name="now"/> on that is not quiet.</summary>
    public long NextAllowed(Zone zone, long now)
    {
        var at = now;
        while (WaitAt(zone, at) is > 0 and var wait)
        {
            // Within one stretch of even clocks the wait is what the clock says; a change of clocks is looked at anew.
            var change = zone.NextChange(at);
            if (at + wait <= change)
            {
                return at + wait;
            }
            at = change;
        }
        return at;
    }

    /// <summary>How long the clock of the zone has until the quiet is over; 0 where it is not quiet.</summary>
    private long WaitAt(Zone zone, long at)
    {
        var clock = zone.ToLocal(at) % Durations.Day;
        clock = clock < 0 ? clock + Durations.Day : clock;
        var (from, to) = (From * Durations.Minute, To * Durations.Minute);
        var isQuiet = from < to ? clock >= from && clock < to : clock >= from || clock < to;
        return !isQuiet ? 0 : to > clock ? to - clock : to + Durations.Day - clock;
    }
}

/// <summary>At most so many messages within so many days (of 24 hours, counted back from now); an empty channel is all of them together.</summary>
public sealed record FrequencyCap(string Channel, int Most, int Days)
{
    /// <summary>When there is a place again; 0 if there is one now.</summary>
    public long FreeAt(IReadOnlyList<long> sent, long now)
    {
        var window = Days * Durations.Day;
        var within = 0;
        for (var i = 0; i < sent.Count; i++)
        {
            within += sent[i] > now - window && sent[i] <= now ? 1 : 0;
        }
        if (within < Most)
        {
            return 0;
        }
        // The place of the one that is Most-th from the end becomes free first that lets another in.
        var latest = sent.Where(at => at > now - window && at <= now).Order().ToList();
        return latest[^Most] + window;
    }
}

/// <summary>Nothing but what is transactional goes to whoever meets the rule.</summary>
public sealed record HoldBack(string En, string Es, string Rule)
{
    public Text Label => new(En, Es);
}

/// <summary>A refusal of settings or of what was typed, with a stable code.</summary>
public sealed record ConsentError(string Code, Text Message);

/// <summary>What a workspace asks consent for and when it writes to people.</summary>
/// <param name="Purposes">What messages are for; `transactional` is always among them.</param>
/// <param name="Channels">Those that the preference page offers, of <see cref="ConsentWords.Channels"/>.</param>
/// <param name="Quiet">Null: no hour is quiet.</param>
/// <param name="Caps">All of them hold.</param>
/// <param name="HoldBacks">Each holds back by itself.</param>
/// <param name="BaseUrl">Where people reach this server, such as `https://mail.example.com`; empty until it is set.</param>
/// <param name="Name">Who writes, as the public pages say it; empty for the workspace's id.</param>
/// <param name="Color">`#rrggbb` of the public pages; empty for the program's own.</param>
public sealed record ConsentSettings(
    IReadOnlyList<Purpose> Purposes, IReadOnlyList<string> Channels, QuietHours? Quiet, IReadOnlyList<FrequencyCap> Caps, IReadOnlyList<HoldBack> HoldBacks,
    string BaseUrl = "", string Name = "", string Color = "")
{
    public const string Transactional = "transactional";
    public const int MostPurposes = 20;
    public const int MostCaps = 10;
    public const int MostHoldBacks = 10;
    public const int LongestLabel = 80;
    public const int LongestRule = 2_000;
    public const int LongestName = 80;
    public const int LongestUrl = 300;

    private static readonly Regex PurposeId = new("^[a-z][a-z0-9_]{0,39}$", RegexOptions.NonBacktracking);
    private static readonly Regex ColorCode = new("^#[0-9a-fA-F]{6}$", RegexOptions.NonBacktracking);

    /// <summary>What holds until somebody sets something: the careful choice in each case.</summary>
    public static ConsentSettings Initial { get; } = new(
        [
            new("marketing", "News and offers", "Novedades y ofertas", ConsentDefault.OptIn),
            new("reviews", "Asking for your opinion", "Pedir tu opinión", ConsentDefault.OptOut),
            new(Transactional, "Your orders and your account", "Tus pedidos y tu cuenta", ConsentDefault.Transactional),
        ],
        ["email"], new QuietHours(21 * 60, 9 * 60), [new("", 2, 1), new("", 5, 7)], []);

    public Purpose? Find(string purpose) => Purposes.FirstOrDefault(one => one.Id == purpose);

    public bool IsTransactional(string purpose) => purpose == Transactional || Find(purpose)?.Default == ConsentDefault.Transactional;

    /// <summary>Those that a person decides on.</summary>
    public IEnumerable<Purpose> Asked => Purposes.Where(purpose => purpose.Default != ConsentDefault.Transactional);

    public string ToJson() => JsonSerializer.Serialize(this, ApiJson.Options);

    /// <summary>Throws <see cref="JsonException"/> for what was not written by <see cref="ToJson"/>.</summary>
    public static ConsentSettings FromJson(string json) => JsonSerializer.Deserialize<ConsentSettings>(json, ApiJson.Options)!;

    /// <summary>What is wrong with them; null where they can hold.</summary>
    public ConsentError? Refuse(Zone zone)
    {
        if (Purposes.Count is 0 or > MostPurposes || Find(Transactional) is not { Default: ConsentDefault.Transactional })
        {
            return new("bad_purposes", new($"There are 1 to {MostPurposes} purposes, and `transactional` stays among them.", $"Hay de 1 a {MostPurposes} finalidades, y `transactional` sigue entre ellas."));
        }
        foreach (var purpose in Purposes)
        {
            if (!PurposeId.IsMatch(purpose.Id) || Purposes.Count(one => one.Id == purpose.Id) > 1)
            {
                return new("bad_purpose", new(
                    $"'{purpose.Id}' cannot be the id of a purpose: lower-case letters, digits and _, at most 40, beginning with a letter, each once.",
                    $"'{purpose.Id}' no puede ser el id de una finalidad: minúsculas, dígitos y _, 40 como máximo, empezando por una letra, y sin repetirse."));
            }
            if (BadLabel(purpose.En) || BadLabel(purpose.Es))
            {
                return new("bad_label", new($"Say in English and in Spanish what '{purpose.Id}' is for, in at most {LongestLabel} characters each.", $"Di en inglés y en español para qué es '{purpose.Id}', en {LongestLabel} caracteres como máximo cada uno."));
            }
        }
        if (Channels.Count == 0 || Channels.Any(channel => !ConsentWords.Channels.ContainsKey(channel)))
        {
            return new("bad_channels", new($"Choose at least one channel, of {string.Join(", ", ConsentWords.Channels.Keys)}.", $"Elige al menos un canal, de {string.Join(", ", ConsentWords.Channels.Keys)}."));
        }
        if (Quiet is { } quiet && (quiet.From is < 0 or >= QuietHours.MinutesOfDay || quiet.To is < 0 or >= QuietHours.MinutesOfDay || quiet.From == quiet.To))
        {
            return new("bad_quiet_hours", new("Quiet hours go from one time of the day to another. Leave both empty for none.", "Las horas de silencio van de una hora del día a otra. Deja las dos vacías para no tenerlas."));
        }
        if (Caps.Count > MostCaps || Caps.Any(cap => cap.Most is < 1 or > 100 || cap.Days is < 1 or > 30 || (cap.Channel.Length > 0 && !ConsentWords.Channels.ContainsKey(cap.Channel))))
        {
            return new("bad_caps", new($"A cap is 1 to 100 messages within 1 to 30 days; there are at most {MostCaps}.", $"Un tope es de 1 a 100 mensajes en 1 a 30 días; hay {MostCaps} como máximo."));
        }
        return RefuseHoldBacks(zone) ?? RefusePages();
    }

    private ConsentError? RefuseHoldBacks(Zone zone)
    {
        if (HoldBacks.Count > MostHoldBacks)
        {
            return new("too_many_hold_backs", new($"There are at most {MostHoldBacks} rules that hold back.", $"Hay {MostHoldBacks} reglas que retienen como máximo."));
        }
        foreach (var held in HoldBacks)
        {
            if (BadLabel(held.En) || BadLabel(held.Es) || held.Rule.Length > LongestRule)
            {
                return new("bad_hold_back", new($"Name each rule that holds back in English and in Spanish, in at most {LongestLabel} characters; a rule has at most {LongestRule}.",
                    $"Nombra cada regla que retiene en inglés y en español, en {LongestLabel} caracteres como máximo; una regla tiene {LongestRule} como máximo."));
            }
            try
            {
                Checker.CheckCondition(Parser.Parse(held.Rule, RuleContext.Segment, zone));
            }
            catch (RuleException wrong)
            {
                var column = wrong.Error.Extent.Start + 1;
                return new("bad_rule", new(
                    $"The rule '{held.En}', character {column}: found {wrong.Error.Found.En}; expected {wrong.Error.Expected.En}.",
                    $"La regla '{held.Es}', carácter {column}: hay {wrong.Error.Found.Es}; se esperaba {wrong.Error.Expected.Es}."));
            }
        }
        return null;
    }

    private ConsentError? RefusePages()
    {
        if (BaseUrl.Length > 0 && (BaseUrl.Length > LongestUrl || !Uri.TryCreate(BaseUrl, UriKind.Absolute, out var uri) || uri.Scheme is not ("https" or "http") || uri.Query.Length > 0 || uri.Fragment.Length > 0))
        {
            return new("bad_base_url", new("The address is where people reach this server, such as https://mail.example.com, without ? or #.", "La dirección es donde la gente llega a este servidor, como https://correo.ejemplo.com, sin ? ni #."));
        }
        return Name.Length > LongestName ? new("bad_name", new($"The name has at most {LongestName} characters.", $"El nombre tiene {LongestName} caracteres como máximo."))
            : Color.Length > 0 && !ColorCode.IsMatch(Color) ? new("bad_color", new("A colour is written as #0a5a74.", "Un color se escribe como #0a5a74."))
            : null;
    }

    private static bool BadLabel(string label) => label.Trim().Length is 0 or > LongestLabel;
}
