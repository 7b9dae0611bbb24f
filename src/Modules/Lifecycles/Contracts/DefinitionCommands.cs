using System.CommandLine;
using Ciclo.Core;
using Ciclo.Core.Time;
using Ciclo.Engine.Definitions;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Access.Contracts;

namespace Ciclo.Modules.Lifecycles.Contracts;

/// <summary>`ciclo lifecycle …`, `ciclo segments …` and `ciclo journeys …`: what they have in common, and what the first two add.</summary>
internal static class DefinitionCommands
{
    private static readonly Actor By = Actor.CommandLine;

    public static Command Lifecycle(CommandRunner runner)
    {
        var command = Common(runner, DefinitionKind.Lifecycle, "lifecycle", "Lifecycles: check, apply, simulate, list, show.", context => List(context, DefinitionKind.Lifecycle));
        command.Subcommands.Add(SimulateCommand.Make(runner));
        return command;
    }

    public static Command Segments(CommandRunner runner)
    {
        var command = Common(runner, DefinitionKind.Segment, "segments", "Segments: check, apply, list, show, members.", context => List(context, DefinitionKind.Segment));
        command.Subcommands.Add(Members(runner));
        return command;
    }

    public static DefinitionService ServiceOf(CommandContext context) => new(context.Host, context.Engine);

    /// <summary>Reads files of one kind; a file that is missing or unreadable is a refusal.</summary>
    public static List<DefinitionFile> ReadFiles(CommandContext context, DefinitionKind kind, IEnumerable<string> paths)
    {
        var files = new List<DefinitionFile>();
        foreach (var path in paths)
        {
            var yaml = DefinitionText.Read(context.PathOf(path));
            files.Add(DefinitionFile.Read(kind, yaml, path));
        }
        return files;
    }

    /// <summary>Prints findings to standard error; answers whether one of them is an error.</summary>
    public static bool Print(CommandContext context, IReadOnlyList<FileFinding> findings)
    {
        context.Error.Write(DiagnosticPrinter.Print(findings, context.Language));
        return findings.Any(found => found.IsError);
    }

    /// <summary>The commands that definitions of any kind have: validate, apply, list, show, history, retire. <paramref name="list"/> prints those in force.</summary>
    public static Command Common(CommandRunner runner, DefinitionKind kind, string name, string description, Func<CommandContext, int> list)
    {
        var files = new Argument<string[]>("FILE") { Description = "YAML files; several are checked and applied together.", Arity = ArgumentArity.OneOrMore };
        var id = new Argument<string>("ID") { Description = "The definition's id." };
        var version = new Option<int?>("--version") { Description = "An earlier version; default: the current one." };
        return new Command(name, description)
        {
            runner.Bind(new Command("validate", "Check files and change nothing.") { files }, (arguments, context, _) =>
            {
                var read = ReadFiles(context, kind, arguments.GetValue(files)!);
                return Task.FromResult(Print(context, ServiceOf(context).Check(read)) ? 1 : Done(context, "ok", "correcto"));
            }),
            runner.Bind(new Command("apply", "Make files the current versions and recompute every history.") { files }, async (arguments, context, cancellation) =>
            {
                var read = ReadFiles(context, kind, arguments.GetValue(files)!);
                var (findings, applied) = await ServiceOf(context).ApplyAsync(read, By, cancellation);
                if (Print(context, findings))
                {
                    return context.Fail(new Text("Nothing was applied.", "No se aplicó nada."));
                }
                using var rows = context.Rows("id", "version");
                foreach (var one in applied)
                {
                    rows.Write(one.Id, one.Version);
                }
                return 0;
            }),
            runner.Bind(new Command("list", "The definitions in force."), (_, context, _) => Task.FromResult(list(context))),
            runner.Bind(new Command("show", "A definition's text.") { id, version }, (arguments, context, _) =>
                Task.FromResult(Show(context, kind, arguments.GetValue(id)!, arguments.GetValue(version)))),
            runner.Bind(new Command("history", "The versions of a definition, newest first.") { id }, (arguments, context, _) =>
                Task.FromResult(History(context, kind, arguments.GetValue(id)!))),
            runner.Bind(new Command("retire", "End a definition; its versions are kept.") { id }, async (arguments, context, cancellation) =>
            {
                var (findings, retired) = await ServiceOf(context).RetireAsync(kind, arguments.GetValue(id)!, By, cancellation);
                if (Print(context, findings))
                {
                    return context.Fail(new Text("Nothing was retired: others refer to it.", "No se retiró nada: otras definiciones la usan."));
                }
                return retired is null ? context.Fail(NoneOf(arguments.GetValue(id)!)) : Done(context, "retired", "retirada");
            }),
        };
    }

    private static int List(CommandContext context, DefinitionKind kind)
    {
        var definitions = context.Engine.Rules.Definitions;
        using var rows = context.Rows("id", "version", "label", kind == DefinitionKind.Lifecycle ? "stages" : "members", "applied_at");
        foreach (var version in ServiceOf(context).Current(kind))
        {
            if (kind == DefinitionKind.Lifecycle)
            {
                var lifecycle = definitions.Lifecycles.First(candidate => candidate.Id == version.Id);
                rows.Write(version.Id, version.Version, lifecycle.Label.In(context.Language), string.Join(' ', lifecycle.Stages.Select(stage => stage.Id)), new InstantCell(version.AppliedAt));
                continue;
            }
            var segment = definitions.Segments.First(candidate => candidate.Id == version.Id);
            var members = context.Engine.Read(state => Queries.Members(state, state.Placement.Plan.SegmentIndex(version.Id), null).Count);
            rows.Write(version.Id, version.Version, segment.Label.In(context.Language), members, new InstantCell(version.AppliedAt));
        }
        return 0;
    }

    private static int Show(CommandContext context, DefinitionKind kind, string id, int? version)
    {
        if (ServiceOf(context).Find(kind, id, version) is not { Yaml: { } yaml } found)
        {
            return context.Fail(NoneOf(id));
        }
        if (context.Format == OutputFormat.Json)
        {
            using var rows = context.Rows("id", "version", "applied_at", "applied_by", "yaml");
            rows.Write(found.Id, found.Version, new InstantCell(found.AppliedAt), found.AppliedBy, yaml);
            return 0;
        }
        context.Out.Write(yaml.EndsWith('\n') ? yaml : yaml + "\n");
        return 0;
    }

    private static int History(CommandContext context, DefinitionKind kind, string id)
    {
        var versions = ServiceOf(context).History(kind, id);
        if (versions.Count == 0)
        {
            return context.Fail(NoneOf(id));
        }
        using var rows = context.Rows("version", "applied_at", "applied_by", "is_current", "is_retired");
        foreach (var version in versions)
        {
            rows.Write(version.Version, new InstantCell(version.AppliedAt), version.AppliedBy, version.IsCurrent, version.IsRetired);
        }
        return 0;
    }

    private static Command Members(CommandRunner runner)
    {
        var id = new Argument<string>("ID") { Description = "A segment, or a sub-segment as lifecycle/stage/id." };
        var at = AtOption.Make();
        return runner.Bind(new Command("members", "Who is in a segment, and since when.") { id, at }, (arguments, context, _) =>
        {
            var segment = arguments.GetValue(id)!;
            var instant = AtOption.Read(arguments, at);
            var members = context.Engine.Read(state => state.Placement.Plan.SegmentIndex(segment) is >= 0 and var index ? Queries.Members(state, index, instant) : null);
            if (members is null)
            {
                return Task.FromResult(context.Fail(NoneOf(segment)));
            }
            using var rows = context.Rows("user_id", "since");
            foreach (var member in members)
            {
                rows.Write(member.UserId, new InstantCell(member.Since));
            }
            return Task.FromResult(0);
        });
    }

    public static Text NoneOf(string id) => new(
        $"There is no '{id}' in this workspace. `ciclo lifecycle list` and `ciclo segments list` show what there is.",
        $"No hay '{id}' en este espacio de trabajo. `ciclo lifecycle list` y `ciclo segments list` muestran lo que hay.");

    private static int Done(CommandContext context, string en, string es)
    {
        context.Out.WriteLine(new Text(en, es).In(context.Language));
        return 0;
    }
}

/// <summary>`--at INSTANT`: the clock stands there.</summary>
public static class AtOption
{
    public static Option<string?> Make()
    {
        var option = new Option<string?>("--at") { Description = "As of an instant (RFC 3339, or a date in UTC): deadlines up to it have passed, later events are not seen. Default: now." };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } text && !Instants.TryParse(text, Zone.Utc, out _))
            {
                result.AddError($"'{text}' is no instant. Write RFC 3339, such as 2026-01-31T10:00:00Z, or a date.");
            }
        });
        return option;
    }

    public static long? Read(ParseResult arguments, Option<string?> option) =>
        arguments.GetValue(option) is { } text && Instants.TryParse(text, Zone.Utc, out var ms) ? ms : null;
}

/// <summary>Reads a file of rules from disk.</summary>
internal static class DefinitionText
{
    private const long MaxBytes = 1 << 20;

    public static string Read(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            throw new RefusedException(new Text($"There is no file {path}.", $"No existe el archivo {path}."));
        }
        if (file.Length > MaxBytes)
        {
            throw new RefusedException(new Text($"{path} is larger than 1 MiB.", $"{path} pesa más de 1 MiB."));
        }
        return File.ReadAllText(path);
    }
}
