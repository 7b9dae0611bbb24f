using System.CommandLine;
using Ciclo.Core;
using Ciclo.Data.Sql;
using Ciclo.Engine.Hosting;

namespace Ciclo.Modules.Ask.Parts;

/// <summary>`ciclo parts`: what the program can use beside itself, and how to get it.</summary>
internal static class PartsCommands
{
    public static Command Make(CommandRunner runner)
    {
        var id = new Argument<string>("part") { Description = "The part's id: duckdb." };
        var add = runner.BindFolder(new Command("add", "Fetch a part by npm, check it against its pinned checksum, and keep it in the data directory.") { id }, async (arguments, context, cancellation) =>
        {
            var part = Part.All.FirstOrDefault(one => one.Id == arguments.GetValue(id)) ?? throw new RefusedException(new Text(
                $"There is no part '{arguments.GetValue(id)}'. `ciclo parts` lists them.", $"No hay un componente '{arguments.GetValue(id)}'. `ciclo parts` los muestra."));
            var place = await PartFetch.AddAsync(part, context.Folder, cancellation);
            await context.Environment.Out.WriteLineAsync(place);
            return 0;
        });
        var command = new Command("parts", "What the program can use and does not hold: what for, where it was found, its version.") { add };
        command.Action = new CommandRunner.DeferredAction();
        return runner.BindFolder(command, (_, context, _) =>
        {
            using var rows = new RowWriter(context.Environment.Out, context.Environment.Format, ["part", "for", "pinned", "found", "version"]);
            foreach (var part in Part.All)
            {
                var found = part.Find(context.Folder);
                rows.Write(part.Id, part.For.In(context.Environment.Language), part.Version, found, found is null ? null : VersionOf(found));
            }
            return Task.FromResult<int?>(0);
        });
    }

    private static string VersionOf(string path)
    {
        try
        {
            return DuckSession.Load(path);
        }
        catch (Exception broken) when (broken is DllNotFoundException or BadImageFormatException or EntryPointNotFoundException)
        {
            return broken.Message;
        }
    }
}
