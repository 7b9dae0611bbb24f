using System.CommandLine;
using Ciclo.Engine.Hosting;

namespace Ciclo.Modules.Predict;

/// <summary>`ciclo model …`: the models on plain files. They open no data directory; each prints one JSON object.</summary>
internal static class ModelCommands
{
    public static Command Make(CommandRunner runner) => new("model", "Models on plain files: value, survival, lift. One JSON object comes out; no data directory is opened.")
    {
        PurchasesCommand.Make(runner),
        SpendingCommand.Make(runner),
        SurvivalCommand.Make(runner),
        TrainCommand.Make(runner),
        RecommendCommand.Make(runner),
        UpliftCommand.Make(runner),
    };

    /// <summary>Gives a command of `ciclo model` its handler.</summary>
    public static Command Bind(CommandRunner runner, Command command, Action<ParseResult, ModelRun> handler) => runner.BindFolder(command, (arguments, context, _) =>
    {
        handler(arguments, new ModelRun(context.Environment, TimeProvider.System));
        return Task.FromResult<int?>(0);
    });

    /// <summary>The file that a command reads.</summary>
    public static Option<string> File(string name) => new(name) { Description = "A CSV file with a header, plain or gzip, with , ; or tab between cells.", Required = true };
}
