using System.Globalization;
using Ciclo.Core;
using Ciclo.Core.Values;

namespace Ciclo.Kit;

/// <summary>Values of rules and properties as a person reads them.</summary>
public static class ValueWords
{
    public static readonly Text Yes = new("yes", "sí");
    public static readonly Text No = new("no", "no");
    public static readonly Text None = new("none", "ninguno");

    public static string Show(this Value value, Locale locale) => value.Kind switch
    {
        ValueKind.Null => locale.Say(None),
        ValueKind.Boolean => locale.Say(value.AsBoolean ? Yes : No),
        ValueKind.Number => decimal.TryParse(value.AsNumber.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? locale.Number(number) : value.AsNumber.ToString(),
        ValueKind.Instant => locale.Moment(value.AsMs),
        ValueKind.Duration => locale.Duration(value.AsMs),
        ValueKind.Text => value.AsText,
        ValueKind.List => string.Join(", ", value.AsList.Select(item => item.Show(locale))),
        _ => value.ToString(),
    };
}
