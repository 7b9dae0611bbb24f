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

    /// <summary>Of each event: times in 30, 90 and 365 days, and days since the last.</summary>
    public const int OfEvent = 4;

    private const int MostEvents = 16;
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
        return new HabitColumns([Views, .. events], [.. traits]);
    }

    /// <summary>A column in words.</summary>
    public static Text Says(string column)
    {
        var at = column.IndexOf(':', StringComparison.Ordinal);
        var (kind, name) = at < 0 ? (column, "") : (column[..at], column[(at + 1)..]);
        var (en, es) = name == Views ? ("page views", "páginas vistas") : ($"“{name}”", $"«{name}»");
        return kind switch
        {
            "times_30" => new($"{en} in 30 days", $"{es} en 30 días"),
            "times_90" => new($"{en} in 90 days", $"{es} en 90 días"),
            "times_365" => new($"{en} in a year", $"{es} en un año"),
            "days_since" => new($"Days since {en}", $"Días desde {es}"),
            "trait" => Text.Same(name),
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
        : decimal.TryParse(value, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out var number) ? l.Number(Math.Round(number, number < 10 ? 1 : 0)) : value;
}
