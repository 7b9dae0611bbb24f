using Ciclo.Core;
using Ciclo.Core.Events;
using Ciclo.Engine.Runtime;
using Ciclo.Kit;

namespace Ciclo.Modules.Predict.Models;

/// <summary>
/// What is known of a person at an instant, as columns: how often they did what in 30, 90 and 365 days and how long ago, how active they are, what they spent, and their traits.
/// Nothing later than the instant enters.
/// </summary>
/// <param name="Events">Names of the track events that have columns of their own; the first is page and screen views.</param>
/// <param name="Traits">Paths of traits.</param>
internal sealed record HabitColumns(IReadOnlyList<string> Events, IReadOnlyList<string> Traits)
{
    public const string Views = "page";

    /// <summary>The subject of orders, and how the subject of an event begins.</summary>
    public const string Orders = "orders";
    public const string EventSubject = "event:";

    /// <summary>Of each event: times in 30, 90 and 365 days, and days since the last.</summary>
    public const int OfEvent = 4;

    /// <summary>Rare events say much of those who leave: a complaint, a payment that failed.</summary>
    private const int MostEvents = 28;
    private const int MostTraits = 20;

    private static readonly string[] General =
    [
        "days_known", "days_since_last", "active_days_30", "active_days_90", "active_days_365", "orders_90", "orders_365", "orders_all", "spent_90", "spent_365", "mean_order", "days_since_order",
        "days_between_orders", "late_for_order",
    ];

    /// <summary>What names a person says nothing of others: neither is it learned from, nor shown as a reason.</summary>
    private static readonly string[] Naming =
        ["email", "phone", "name", "first_name", "last_name", "firstname", "lastname", "username", "id", "avatar", "address", "street", "birthday", "website", "description", "title", "postal_code", "zip"];

    public int Numbers => General.Length + (Events.Count * OfEvent);

    public IReadOnlyList<string> NumberNames { get; } = [.. General, .. Events.SelectMany(name => new[] { $"times_30:{name}", $"times_90:{name}", $"times_365:{name}", $"days_since:{name}" })];

    /// <summary>The columns of a workspace as of now: its most frequent events, and traits that do not name people.</summary>
    public static HabitColumns Of(EngineState state)
    {
        var (schema, names, paths) = (state.Staged.Schema, state.Staged.EventNames, state.Staged.Paths);
        var events = schema.Events.OrderByDescending(pair => pair.Value).Select(pair => names[pair.Key]).OfType<string>()
            .Where(name => name.Length > 0 && !SystemEvents.Contains(System.Text.Encoding.UTF8.GetBytes(name))).Take(MostEvents);
        var traits = schema.Traits.Where(path => path >= 0).Select(path => paths[path]).OfType<string>()
            .Where(path => !path.StartsWith('$') && !Naming.Contains(path.Split('.')[^1].Replace("Name", "_name", StringComparison.Ordinal).ToLowerInvariant(), StringComparer.Ordinal))
            .Order(StringComparer.Ordinal).Take(MostTraits);
        return new HabitColumns([Views, .. events], [.. traits, FirstTouch.Column]);
    }

    /// <summary>Columns of one subject, told and acted on as one: an event with its times, the rhythm of orders, what is spent, how active somebody is; each trait alone.</summary>
    public static string SubjectOf(string column) => column.Split(':', 2) switch
    {
        ["trait", _] => column,
        [_, "Order Completed"] => Orders,
        [_, var name] => EventSubject + name,
        ["orders_90" or "orders_365" or "orders_all" or "days_since_order" or "days_between_orders" or "late_for_order"] => Orders,
        ["spent_90" or "spent_365" or "mean_order"] => "spending",
        ["days_since_last" or "active_days_30" or "active_days_90" or "active_days_365"] => "activity",
        _ => column,
    };

    /// <summary>A subject in words.</summary>
    public static Text SubjectSays(string subject) => subject switch
    {
        Orders => new("How often and how lately they order", "Cada cuánto y hace cuánto piden"),
        "spending" => new("What they spend", "Lo que gastan"),
        "activity" => new("How active they are", "Qué tan activos están"),
        EventSubject + Views => new("Page views", "Páginas vistas"),
        _ when subject.StartsWith(EventSubject, StringComparison.Ordinal) => new($"“{subject[EventSubject.Length..]}”", $"«{subject[EventSubject.Length..]}»"),
        _ => Says(subject),
    };

    /// <summary>Whether a column says who somebody is rather than what they did.</summary>
    public static bool IsFit(string column) => column.StartsWith("trait:", StringComparison.Ordinal);

    /// <summary>A column in words.</summary>
    public static Text Says(string column)
    {
        var at = column.IndexOf(':', StringComparison.Ordinal);
        var (kind, name) = at < 0 ? (column, "") : (column[..at], column[(at + 1)..]);
        var of = SubjectSays(EventSubject + name);
        var (en, es) = name == Views ? ("page views", "páginas vistas") : (of.En, of.Es);
        return kind switch
        {
            "times_30" => new($"{of.En} in 30 days", $"{of.Es} en 30 días"),
            "times_90" => new($"{of.En} in 90 days", $"{of.Es} en 90 días"),
            "times_365" => new($"{of.En} in a year", $"{of.Es} en un año"),
            "days_since" => new($"Days since {en}", $"Días desde {es}"),
            "trait" => name == FirstTouch.Column ? new("First channel", "Primer canal") : Text.Same(name),
            "days_known" => new("Days since the first visit", "Días desde la primera visita"),
            "days_since_last" => new("Days without a sign", "Días sin dar señales"),
            "active_days_30" => new("Active days of 30", "Días activos de 30"),
            "active_days_90" => new("Active days of 90", "Días activos de 90"),
            "active_days_365" => new("Active days of a year", "Días activos de un año"),
            "orders_90" => new("Orders in 90 days", "Pedidos en 90 días"),
            "orders_365" => new("Orders in a year", "Pedidos en un año"),
            "orders_all" => new("Orders so far", "Pedidos hasta ahora"),
            "spent_90" => new("Spent in 90 days", "Gasto en 90 días"),
            "spent_365" => new("Spent in a year", "Gasto en un año"),
            "mean_order" => new("Mean order", "Pedido medio"),
            "days_since_order" => new("Days since the last order", "Días desde el último pedido"),
            "days_between_orders" => new("Usual days between orders", "Días habituales entre pedidos"),
            "late_for_order" => new("Time since the last order, in usual gaps", "Tiempo desde el último pedido, en pausas habituales"),
            _ => Text.Same(column),
        };
    }

    /// <summary>A value of a column as a person reads it.</summary>
    public static string Shown(Locale l, string column, string? value) => value is null ? l.Say("unknown", "sin dato")
        : column == "trait:" + FirstTouch.Column ? l.Say(Core.Metrics.ChannelNames.OfValue(value))
        : decimal.TryParse(value, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out var number) ? l.Number(Math.Round(number, number < 10 ? 1 : 0)) : value;
}
