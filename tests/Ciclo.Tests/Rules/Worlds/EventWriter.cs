using System.Globalization;
using Ciclo.Core.Events;
using Ciclo.Core.Time;
using Ciclo.Tests.Rules.Twin;

namespace Ciclo.Tests.Rules.Worlds;

/// <summary>Writes events at random: on a grid with a millisecond of jitter, several at once, with properties of the wrong type, null and odd numbers.</summary>
public sealed class EventWriter(Dice dice, Scale scale)
{
    private int count;

    public TwinEvent Next()
    {
        count++;
        var at = scale.Start + dice.Between(0, scale.SpanMs / scale.GridMs) * scale.GridMs + dice.Of(-1, 0, 0, 0, 0, 1);
        // Ids in another order than time, so that ties are decided by them and not by the order of writing.
        var id = string.Create(CultureInfo.InvariantCulture, $"{dice.Of("m", "M", "k", "z")}{dice.Below(900) + 100}-{count}");
        return dice.Below(20) switch
        {
            < 5 => Track("A", Origin.Customer),
            < 8 => Track("B", Origin.Customer),
            < 11 => Track("Order Completed", Origin.Customer),
            11 => Track("Email Sent", Origin.System),
            12 => new(CallType.Track, "Scores Updated", at, id, Origin.System, Object(Some("health", Scalar), Some("churn", Scalar))),
            13 => new(CallType.Track, "Segment Consent Preference Updated", at, id, Origin.Customer, "{}") { Context = Consent() },
            < 17 => new(CallType.Identify, "", at, id, Origin.Customer, Traits()),
            17 => new(CallType.Group, "", at, id, Origin.Customer, Object(Some("plan", Plan), Some("seats", Scalar))) { GroupId = dice.Of("g1", "g2") },
            18 => new(dice.Of(CallType.Page, CallType.Screen), dice.Of("", "pricing", "pro"), at, id, Origin.Customer, Properties()) { Category = dice.Of("", "docs", "pro") },
            _ => Track("Unheard Of", dice.Of(Origin.Customer, Origin.System)),
        };

        TwinEvent Track(string name, Origin origin) => new(CallType.Track, name, at, id, origin, Properties());
    }

    private string Properties() => dice.OneIn(8) ? "" : Object(
        Some("revenue", () => dice.OneIn(4) ? dice.Of("\"12.50\"", "\" 7 \"", "\"x\"", "\"1e2\"") : Number()),
        Some("qty", Scalar), Some("total", Number), Some("plan", Plan),
        Some("flag", () => dice.Of("true", "false", "\"true\"", "null")),
        Some("tags", List), Some("due", Due), Some("address", Address), Some("products", Products), Some("name", () => dice.Of("\"pro\"", "1")),
        Some("currency", () => dice.Of("\"EUR\"", "\"USD\"", "\"XXX\"", "null", "5")), Some("true", Scalar));

    private string Traits() => Object(
        Some("plan", Plan), Some("vip", () => dice.Of("true", "false", "null", "\"yes\"")), Some("points", Scalar), Some("tags", List),
        Some("company", () => dice.Of("null", "\"Acme\"", "{\"name\":\"pro\",\"size\":3}", "{\"size\":\"3\"}")),
        Some("birthday", Due), Some(dice.Of("firstName", "first_name"), Plan));

    private string Consent()
    {
        var answer = () => dice.Of("true", "false", "\"granted\"", "\"denied\"", "null", "\"perhaps\"");
        var purposes = Object(Some("email", answer), Some("marketing", () => dice.OneIn(2) ? answer() : Object(Some("sms", answer), Some("email", answer))));
        return $"{{\"consent\":{{\"{dice.Of("categoryPreferences", "categoryPreferences", "categoryPreference")}\":{purposes}}}}}";
    }

    private (string Name, string Value)? Some(string name, Func<string> value) => dice.OneIn(2) ? (name, value()) : null;

    private static string Object(params (string Name, string Value)?[] members) =>
        "{" + string.Join(',', members.OfType<(string Name, string Value)>().Select(m => $"\"{m.Name}\":{m.Value}")) + "}";

    private string Number() => dice.Of("0", "1", "2", "2.5", "10", "-3", "0.1", "1e1", "33.3333335", "33.3333345", "0.0000005", "999999999999999", "1e15", "null");

    private string Scalar() => dice.OneIn(5) ? dice.Of("\"2\"", "true", "[1,2]", "{}", "null") : Number();

    private string Plan() => dice.Of("\"pro\"", "\"free\"", "\"Pro\"", "\"\"", "\"ñandú \\\"x\\\"\"", "null", "1", "[\"pro\"]");

    private string List() => dice.Of("[]", "[\"coffee\"]", "[1,2.5,\"p\",null]", "[\"coffee\",\"pro\",true]", "\"coffee\"", "[[1],[\"coffee\"]]", "null");

    private string Address() => dice.Of("{\"country\":\"MX\"}", "{\"country\":null}", "{}", "\"MX\"", "null");

    private string Products() => dice.Of(
        "[]", "[{\"category\":\"coffee\",\"price\":\"3.50\"},{\"category\":\"pro\",\"price\":2}]", "[{\"category\":null}]", "{\"category\":\"coffee\",\"price\":2.5}",
        "[{\"price\":1}]", "null");

    private string Due()
    {
        var at = scale.Start + dice.Between(0, scale.SpanMs / scale.GridMs) * scale.GridMs;
        return dice.Of("\"" + Instants.Format(at) + "\"", "\"" + Instants.Format(at)[..10] + "\"", "\"" + Instants.Format(at)[..19] + "\"", "\"1990" + Instants.Format(at)[4..10] + "\"", "\"1988-02-29\"", "\"soon\"", "null", "5");
    }
}
