using System.CommandLine;
using System.Globalization;
using Ciclo.Core.Analytics;
using Ciclo.Engine.Hosting;

namespace Ciclo.Modules.Measure.Contracts;

/// <summary>`--from DATE --to DATE --by KIND`, of every command over periods.</summary>
public sealed class PeriodOptions
{
    public Option<string> From { get; } = new("--from") { Description = "The first date, in the workspace's zone.", Required = true };

    public Option<string> To { get; } = new("--to") { Description = "The date after the last.", Required = true };

    public Option<string> By { get; } = new("--by") { Description = "day, week, month, quarter or year.", DefaultValueFactory = _ => "month" };

    /// <summary>The periods; null after a line that says what is wrong.</summary>
    public Periods? Read(ParseResult arguments, CommandContext context)
    {
        if (!AskedPeriods.TryKind(arguments.GetValue(By), out var kind))
        {
            context.Fail(AskedPeriods.WrongKind);
            return null;
        }
        if (!AskedPeriods.TryBetween(kind, context.Engine.Rules.Zone, arguments.GetValue(From), arguments.GetValue(To), out var periods))
        {
            context.Fail(AskedPeriods.WrongDates);
            return null;
        }
        return periods;
    }

    /// <summary>A period by its first date.</summary>
    public static string NameOf(Periods periods, int period) => periods.DateOf(period).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
