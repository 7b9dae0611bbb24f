using System.CommandLine;
using System.Text.Json;
using Ciclo.Core;
using Ciclo.Engine.Hosting;

namespace Ciclo.Modules.Predict.Models;

/// <summary>`ciclo models list`, `ciclo models show NAME` and `ciclo models train NAME`: the models on the history of a data directory. Those on plain files are `ciclo model …`.</summary>
internal static class ModelsCommand
{
    private static readonly JsonSerializerOptions Indented = new(ApiJson.Options) { WriteIndented = true };

    public static Command Make(CommandRunner runner)
    {
        var name = new Argument<string>("NAME") { Description = "The name of its score, its own name, or mdl_ and its number." };
        return new Command("models", "Models on the history: list, show, train.")
        {
            runner.Bind(new Command("list", "What is predicted of people, and how far each model is."), (_, context, _) => Task.FromResult(List(context))),
            runner.Bind(new Command("show", "One model as JSON: its test, its trainings, its drift, and what was foreseen against what came.") { name }, (arguments, context, _) =>
                Task.FromResult(Find(context, arguments.GetValue(name)!) is { } model ? Show(context, model) : Unknown(context, arguments.GetValue(name)!))),
            runner.Bind(new Command("train", "Train a model now; where it is in use and not clearly worse, everybody is scored by it.") { name }, (arguments, context, cancellation) =>
                Find(context, arguments.GetValue(name)!) is { } model ? TrainAsync(context, model, cancellation) : Task.FromResult(Unknown(context, arguments.GetValue(name)!))),
        };
    }

    private static PredictModel? Find(CommandContext context, string name) => ModelApi.Find(ModelDesk.Of(context.Host), context.Engine.Id, name);

    private static int Unknown(CommandContext context, string name) =>
        context.Fail(new Text($"There is no model '{name}'. `ciclo models list` shows them.", $"No existe el modelo '{name}'. `ciclo models list` los muestra."));

    private static int List(CommandContext context)
    {
        var desk = ModelDesk.Of(context.Host);
        var versions = desk.Versions(context.Engine.Id);
        using var rows = context.Rows("id", "score", "name", "kind", "state", "quality", "lift", "scored", "drift", "trained_at", "next_training_at");
        foreach (var model in desk.List(context.Engine.Id))
        {
            List<ModelVersion> own = [.. versions.Where(one => one.ModelId == model.Id)];
            var (answer, shown) = (ModelApi.AnswerOf(model, own, context.Language), ModelVersion.Shown(own));
            rows.Write(answer.Id, answer.Score, answer.Name, answer.Kind, answer.State, shown is null ? null : Math.Round(shown.Card.Quality.Value, 3), shown is null ? null : Math.Round(shown.Card.Lift, 2), answer.Scored, answer.Drift, answer.TrainedAt, answer.NextTrainingAt);
        }
        return 0;
    }

    private static int Show(CommandContext context, PredictModel model)
    {
        context.Out.WriteLine(JsonSerializer.Serialize(ModelApi.DetailOf(ModelDesk.Of(context.Host), model, context.Language), Indented));
        return 0;
    }

    private static async Task<int> TrainAsync(CommandContext context, PredictModel model, CancellationToken cancellation)
    {
        var desk = ModelDesk.Of(context.Host);
        await desk.TrainAsync(context.Engine, model, text => context.Error.WriteLine(text.In(context.Language)), cancellation);
        return desk.Find(context.Engine.Id, model.Id) is { Refusal: { } refusal } ? context.Fail(refusal) : Show(context, desk.Find(context.Engine.Id, model.Id) ?? model);
    }
}
