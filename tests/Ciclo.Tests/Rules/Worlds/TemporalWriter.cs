namespace Ciclo.Tests.Rules.Worlds;

/// <summary>Writes comparisons of instants and durations whose sides drift apart at rate 0, 1 or -1.</summary>
public sealed class TemporalWriter(Dice dice, Scale scale, RuleScope scope)
{
    private static readonly string[] Orders = ["<", "<=", ">", ">=", "<", "<=", ">", ">=", "==", "!="];

    private readonly SelectorWriter selectors = new(dice);

    public string Comparison()
    {
        var (left, right) = dice.Of((1, 0), (1, 0), (0, 1), (1, 1), (0, 0), (-1, 0), (2, 1));
        if (dice.OneIn(8))
        {
            return $"{Duration(1)} in [{Duration(0)}, {Constant()}]";
        }
        return left < 0 || left > 1 || dice.OneIn(2)
            ? $"{Duration(left)} {dice.Of(Orders)} {Duration(right)}"
            : $"{Instant(left)} {dice.Of(Orders)} {Instant(right)}";
    }

    /// <summary>An instant or a duration of some rate.</summary>
    public string Any() => dice.OneIn(2) ? Instant(dice.Below(2)) : Duration(dice.Below(2));

    public string Window() => dice.OneIn(6) ? Constant() : dice.Of(scale.Durations);

    private string Constant() => dice.Write(
        () => dice.Of(scale.Durations),
        () => dice.Of(scale.Durations),
        () => $"({dice.Of(scale.Durations)} + {dice.Of(scale.Durations)})",
        () => $"({dice.Of("2", "0.5", "3")} * {dice.Of(scale.Durations)})",
        () => $"({dice.Of(scale.Durations)} / {dice.Of("2", "3", "7")})");

    private string Duration(int rate) => rate switch
    {
        -1 => dice.Write(() => $"-{Duration(1)}", () => $"({Constant()} - {Duration(1)})", () => $"({Instant(0)} - now)"),
        0 => dice.Write(Constant, Constant, Constant,
            () => $"({Duration(1)} - {Duration(1)})",
            () => $"({Instant(0)} - {Instant(0)})"),
        1 => dice.Write(Since, Since, Since,
            () => "age",
            TimeInStage, TimeInStage,
            () => $"(now - {Instant(0)})",
            () => $"({Duration(1)} + {Constant()})",
            () => $"({Duration(1)} - {Constant()})",
            () => $"({Since()} * 2 / 2)",
            () => $"(0.5 * {Since()} + {Since()} / 2)",
            () => $"({Since()} + {Since()} - age)"),
        _ => $"({Duration(1)} + {Duration(1)})",
    };

    private string Since() => $"since({selectors.Events()})";

    private string TimeInStage() => scope.InLifecycle
        ? "time_in_stage"
        : scope.Lifecycles.Length > 0 ? $"time_in_stage(\"{dice.Of(scope.Lifecycles).Id}\")" : "age";

    private string Instant(int rate) => rate switch
    {
        0 => dice.Write(
            () => dice.Of(scale.Dates), () => dice.Of(scale.Dates),
            () => $"{dice.Of("first", "last")}({selectors.Events()})",
            () => $"{dice.Of("first", "last")}({selectors.Events()})",
            () => $"instant({dice.Of("traits.birthday", "last(\"A\".due)", "first(\"B\".due)", "traits.plan", "\"" + scale.Dates[0][1..] + "\"")})",
            () => scope.Anniversaries ? $"anniversary({dice.Of("instant(traits.birthday)", "traits.birthday", "first(any)", scale.Dates[1])})" : "first(any)",
            () => $"({Instant(0)} + {Constant()})",
            () => $"({Instant(0)} - {Constant()})"),
        _ => dice.Write(
            () => "now", () => "now",
            () => $"(now - {Constant()})",
            () => $"({Constant()} + now)",
            () => $"({Instant(0)} + {Since()})"),
    };
}
