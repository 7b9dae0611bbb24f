using System.CommandLine;
using System.Globalization;
using Ciclo.Core;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Access.Contracts;

namespace Ciclo.Modules.Acquisition;

/// <summary>`ciclo costs`, `ciclo followers`, `ciclo web`: what is imported for the numbers of acquisition, and what is said of the workspace's own traffic.</summary>
internal static class CostCommands
{
    private const int MostFaults = 20;

    public static IEnumerable<Command> All(CommandRunner runner)
    {
        yield return new Command("costs", "What advertising cost, by day and campaign.")
        {
            Import(runner, isOfCosts: true), runner.Bind(new Command("list", "The costs."), (_, context, _) => Task.FromResult(List(context))), Remove(runner),
        };
        yield return new Command("followers", "Followers of social networks, by day.") { Import(runner, isOfCosts: false), runner.Bind(new Command("list", "The counts."), (_, context, _) => Task.FromResult(Followers(context))) };
        var name = new Argument<string>("NAME") { Description = "own_hosts: coming from there is no source. internal_domains: people with an address there are left out." };
        name.AcceptOnlyFromAmong(CostStore.OwnHosts, CostStore.InternalDomains);
        var words = new Argument<string[]>("HOST") { Description = "Hosts such as shop.example; none to clear.", Arity = ArgumentArity.ZeroOrMore };
        yield return new Command("web", "What is the workspace's own traffic.")
        {
            runner.Bind(new Command("list", "The settings."), (_, context, _) => Task.FromResult(Settings(context))),
            runner.Bind(new Command("set", "Change one.") { name, words }, (arguments, context, cancellation) => SetAsync(context, arguments.GetValue(name)!, arguments.GetValue(words) ?? [], cancellation)),
        };
    }

    private static Command Import(CommandRunner runner, bool isOfCosts)
    {
        var file = new Argument<string>("FILE") { Description = isOfCosts ? "CSV: Google Analytics' cost data, or an export of Google Ads or Meta by day." : "CSV with the columns date, network, followers." };
        var source = new Option<string>("--source") { Description = "utm_source of the campaigns, where the file names none.", DefaultValueFactory = _ => "" };
        var medium = new Option<string>("--medium") { Description = "utm_medium of the campaigns, where the file names none.", DefaultValueFactory = _ => "" };
        var currency = new Option<string>("--currency") { Description = "Of costs that name none. Default: the workspace's.", DefaultValueFactory = _ => "" };
        var dates = new Option<string>("--dates") { Description = "How the file writes days, such as d/M/yyyy. Default: found out.", DefaultValueFactory = _ => "" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Read the file, say what would happen, change nothing." };
        var command = new Command("import", "Take in a file; the latest value of a day and campaign wins, so importing again changes nothing.") { file, dates, dryRun };
        foreach (var option in isOfCosts ? new[] { source, medium, currency } : [])
        {
            command.Add(option);
        }
        return runner.Bind(command, async (arguments, context, cancellation) =>
        {
            var path = context.PathOf(arguments.GetValue(file)!);
            if (!File.Exists(path))
            {
                return context.Fail(new Text($"There is no file {path}.", $"No existe el archivo {path}."));
            }
            await using var stream = File.OpenRead(path);
            var (service, isDry) = (new CostService(context.Host), arguments.GetValue(dryRun));
            if (!isOfCosts)
            {
                var (followers, wrong) = FollowerFile.Read(stream, new FileHints(Dates: arguments.GetValue(dates)!));
                return followers is null ? context.Fail(wrong!.Value)
                    : await DoneAsync(context, followers, row => row.Day, isDry ? null : () => service.KeepAsync(context.Engine.Id, followers, Actor.CommandLine, cancellation));
            }
            var hints = new FileHints(arguments.GetValue(source)!, arguments.GetValue(medium)!, arguments.GetValue(currency)!.ToUpperInvariant(), arguments.GetValue(dates)!);
            var (read, refusal) = CostFile.Read(stream, hints);
            return read is null ? context.Fail(refusal!.Value) : await DoneAsync(context, read, row => row.Day, isDry ? null : () => service.KeepAsync(context.Engine.Id, read, Actor.CommandLine, cancellation));
        });
    }

    private static Command Remove(CommandRunner runner)
    {
        var source = new Argument<string>("SOURCE") { Description = "As `costs list` shows it." };
        var medium = new Argument<string>("MEDIUM") { Description = "As `costs list` shows it." };
        return runner.Bind(new Command("remove", "Take out every cost of a source and medium, such as those of a file with the wrong ones.") { source, medium }, async (arguments, context, cancellation) =>
        {
            var removed = await new CostService(context.Host).RemoveAsync(context.Engine.Id, arguments.GetValue(source)!, arguments.GetValue(medium)!, Actor.CommandLine, cancellation);
            using var rows = context.Rows("removed");
            rows.Write(removed);
            return 0;
        });
    }

    private static async Task<int> DoneAsync<T>(CommandContext context, ReadFile<T> read, Func<T, int> dayOf, Func<Task>? keep)
    {
        foreach (var fault in read.Faults.Take(MostFaults))
        {
            context.Error.WriteLine(new Text($"line {fault.Line}: {fault.Reason.En}", $"línea {fault.Line}: {fault.Reason.Es}").In(context.Language));
        }
        if (keep is not null)
        {
            await keep();
        }
        using var rows = context.Rows("rows", "replaced", "skipped", "rejected", "first_day", "last_day", "dates");
        rows.Write(
            read.Rows.Count, read.Replaced, read.Skipped, read.Faults.Count, read.Rows.Count == 0 ? null : DateOf(read.Rows.Min(dayOf)), read.Rows.Count == 0 ? null : DateOf(read.Rows.Max(dayOf)), read.Dates);
        return 0;
    }

    private static int List(CommandContext context)
    {
        using var rows = context.Rows("date", "source", "medium", "campaign", "cost", "currency", "clicks", "impressions");
        foreach (var row in context.Host.Database.Read(connection => new CostStore(context.Engine.Id).Costs(connection, int.MinValue, int.MaxValue)))
        {
            rows.Write(DateOf(row.Day), row.Source.Source, row.Source.Medium, row.Source.Campaign, row.Cost, row.Currency, row.Clicks, row.Impressions);
        }
        return 0;
    }

    private static int Followers(CommandContext context)
    {
        using var rows = context.Rows("date", "network", "followers");
        foreach (var row in context.Host.Database.Read(new CostStore(context.Engine.Id).Followers))
        {
            rows.Write(DateOf(row.Day), row.Network, row.Followers);
        }
        return 0;
    }

    private static int Settings(CommandContext context)
    {
        var settings = context.Host.Database.Read(new CostStore(context.Engine.Id).Settings);
        using var rows = context.Rows("name", "value");
        rows.Write(CostStore.OwnHosts, string.Join(' ', settings.OwnHosts));
        rows.Write(CostStore.InternalDomains, string.Join(' ', settings.InternalDomains));
        return 0;
    }

    private static async Task<int> SetAsync(CommandContext context, string name, string[] words, CancellationToken cancellation)
    {
        if (!WebSettings.TryHosts(words, out var hosts, out var refusal))
        {
            return context.Fail(refusal);
        }
        await new CostService(context.Host).SetAsync(context.Engine.Id, name, hosts, Actor.CommandLine, cancellation);
        return 0;
    }

    private static string DateOf(int day) => DateTime.UnixEpoch.AddDays(day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
