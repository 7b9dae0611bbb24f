using System.CommandLine;
using System.Globalization;
using Ciclo.Core;
using Ciclo.Core.Time;
using Ciclo.Core.Values;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Lifecycles.Contracts;

namespace Ciclo.Modules.Lifecycles;

/// <summary>`ciclo settings` and `ciclo rates`: currency, time zone, event aliases, dated rates.</summary>
internal static class SettingsCommands
{
    private const int MaxRates = 1_000_000;

    public static Command Settings(CommandRunner runner)
    {
        var name = new Argument<string>("NAME") { Description = "currency, timezone or margin." };
        name.AcceptOnlyFromAmong(SettingsStore.Currency, SettingsStore.Timezone, SettingsStore.Margin);
        var value = new Argument<string>("VALUE") { Description = "An ISO 4217 code such as MXN; an IANA zone such as America/Mexico_City; the gross margin in per cent such as 60; - to clear." };
        var sent = new Argument<string>("SENT") { Description = "An event's name as clients send it." };
        var known = new Argument<string>("NAME") { Description = "The name that rules see; - to clear." };
        return new Command("settings", "Currency, time zone, margin and event aliases of the workspace.")
        {
            runner.Bind(new Command("list", "The settings."), (_, context, _) => Task.FromResult(List(context))),
            runner.Bind(new Command("set", "Change a setting; histories that depend on it are recomputed.") { name, value }, (arguments, context, cancellation) =>
                SetAsync(context, arguments.GetValue(name)!, arguments.GetValue(value)!, cancellation)),
            runner.Bind(new Command("alias", "Let an event's name stand for another.") { sent, known }, (arguments, context, cancellation) =>
                AliasAsync(context, arguments.GetValue(sent)!, arguments.GetValue(known)!, cancellation)),
        };
    }

    public static Command Rates(CommandRunner runner)
    {
        var file = new Argument<string>("FILE") { Description = "CSV with the columns date,currency,rate: one unit of the currency in the workspace's." };
        return new Command("rates", "Dated exchange rates for money().")
        {
            runner.Bind(new Command("import", "Add rates; one for a known date and currency takes its place.") { file }, (arguments, context, cancellation) =>
                ImportAsync(context, context.PathOf(arguments.GetValue(file)!), cancellation)),
            runner.Bind(new Command("list", "The rates."), (_, context, _) =>
            {
                using var rows = context.Rows("date", "currency", "rate");
                foreach (var (currency, day, rate) in context.Host.Database.Read(new SettingsStore(context.Engine.Id).Rates))
                {
                    rows.Write(DateOf(day), currency, rate);
                }
                return Task.FromResult(0);
            }),
        };
    }

    private static int List(CommandContext context)
    {
        var store = new SettingsStore(context.Engine.Id);
        using var rows = context.Rows("name", "value");
        foreach (var (name, value) in context.Host.Database.Read(store.Settings))
        {
            rows.Write(name, value);
        }
        foreach (var (sent, known) in context.Host.Database.Read(store.Aliases))
        {
            rows.Write("alias:" + sent, known);
        }
        return 0;
    }

    private static async Task<int> SetAsync(CommandContext context, string name, string value, CancellationToken cancellation)
    {
        var cleared = value == "-";
        if (!cleared && name == SettingsStore.Timezone && !Zone.TryGet(value, out _))
        {
            return context.Fail(new Text($"'{value}' is no IANA time zone. Write one such as America/Mexico_City.", $"'{value}' no es una zona horaria IANA. Escribe una como America/Mexico_City."));
        }
        if (!cleared && name == SettingsStore.Currency && !(value.Length == 3 && value.All(char.IsAsciiLetterUpper)))
        {
            return context.Fail(new Text($"'{value}' is no currency. Write an ISO 4217 code such as MXN.", $"'{value}' no es una moneda. Escribe un código ISO 4217 como MXN."));
        }
        if (!cleared && name == SettingsStore.Margin && WorkspaceMargin.Read(value) is null)
        {
            return context.Fail(new Text($"'{value}' is no margin. Write per cent from 0 to 100, such as 62.5.", $"'{value}' no es un margen. Escribe un porcentaje de 0 a 100, como 62.5."));
        }
        var store = new SettingsStore(context.Engine.Id);
        await context.Host.Database.WriteAsync((connection, transaction) =>
        {
            store.Set(connection, transaction, name, cleared ? null : value);
            AuditLog.Write(connection, transaction, context.Host.NowMs, new AuditEntry(context.Engine.Id, Actor.CommandLine, AuditActions.SettingChanged, name, value));
            return 0;
        }, cancellation);
        await context.Host.ReloadRulesAsync(context.Engine, cancellation);
        return 0;
    }

    private static async Task<int> AliasAsync(CommandContext context, string sent, string known, CancellationToken cancellation)
    {
        var refusal = await EventAliases.SetAsync(context.Host, context.Engine, sent, known == "-" ? null : known, Actor.CommandLine, cancellation);
        return refusal is { } said ? context.Fail(said) : 0;
    }

    private static async Task<int> ImportAsync(CommandContext context, string path, CancellationToken cancellation)
    {
        if (!File.Exists(path))
        {
            return context.Fail(new Text($"There is no file {path}.", $"No existe el archivo {path}."));
        }
        var rates = new List<(string, int, Number)>();
        var line = 0;
        foreach (var text in File.ReadLines(path))
        {
            line++;
            if (text.Trim().Length == 0 || (line == 1 && text.TrimStart('\uFEFF').StartsWith("date,", StringComparison.OrdinalIgnoreCase)))
            {
                continue;
            }
            if (Read(text) is not { } rate || rates.Count == MaxRates)
            {
                return context.Fail(new Text(
                    $"{path}:{line}: found '{text}'; expected date,currency,rate, such as 2026-01-31,USD,17.25 (at most {MaxRates} rows). Nothing was imported.",
                    $"{path}:{line}: hay '{text}'; se esperaba fecha,moneda,tipo, como 2026-01-31,USD,17.25 ({MaxRates} filas como máximo). No se importó nada."));
            }
            rates.Add(rate);
        }
        var store = new SettingsStore(context.Engine.Id);
        await context.Host.Database.WriteAsync((connection, transaction) =>
        {
            store.AddRates(connection, transaction, rates);
            AuditLog.Write(connection, transaction, context.Host.NowMs, new AuditEntry(context.Engine.Id, Actor.CommandLine, AuditActions.RatesImported, "", $"rows={rates.Count}"));
            return 0;
        }, cancellation);
        await context.Host.ReloadRulesAsync(context.Engine, cancellation);
        using var rows = context.Rows("rates");
        rows.Write(rates.Count);
        return 0;
    }

    private static (string, int, Number)? Read(string text)
    {
        var cells = text.TrimStart('\uFEFF').Split(',');
        if (cells.Length != 3
            || !DateTime.TryParseExact(cells[0].Trim(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var date)
            || cells[1].Trim() is not { Length: 3 } currency || !currency.All(char.IsAsciiLetter)
            || !Number.TryParse(cells[2].Trim(), out var rate) || rate <= Number.Zero)
        {
            return null;
        }
        return (currency.ToUpperInvariant(), (int)(date - DateTime.UnixEpoch).TotalDays, rate);
    }

    private static string DateOf(int day) => DateTime.UnixEpoch.AddDays(day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
