using System.CommandLine;
using System.Text.Json;
using Ciclo.Core;
using Ciclo.Core.Explain;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Lifecycles.Contracts;

namespace Ciclo.Modules.Lifecycles;

/// <summary>`ciclo explain USER --lifecycle ID`: why here, what next.</summary>
internal static class ExplainCommand
{
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    };

    public static Command Make(CommandRunner runner)
    {
        var user = new Argument<string>("USER") { Description = "A user id, or user_id:V, anonymous_id:V, email:V, prf_…" };
        var lifecycle = new Option<string?>("--lifecycle") { Description = "The lifecycle's id." };
        var segment = new Option<string?>("--segment") { Description = "A segment's id, to ask why in it or not." };
        var at = AtOption.Make();
        var command = new Command("explain", "Why a person is in a stage, and what each other stage lacks.") { user, lifecycle, segment, at };
        command.Validators.Add(result =>
        {
            if (result.GetValue(lifecycle) is null == result.GetValue(segment) is null)
            {
                result.AddError("Name one of --lifecycle ID and --segment ID.");
            }
        });
        return runner.Bind(command, (arguments, context, _) =>
        {
            var instant = AtOption.Read(arguments, at) ?? context.Host.NowMs;
            return Task.FromResult(Run(context, arguments.GetValue(user)!, arguments.GetValue(lifecycle), arguments.GetValue(segment), instant));
        });
    }

    private static int Run(CommandContext context, string user, string? lifecycle, string? segment, long at)
    {
        var (isKnown, stage, member) = context.Engine.Read(state =>
        {
            var node = state.Staged.Identity.Find(user);
            if (node < 0)
            {
                return (false, null, null);
            }
            var profile = state.Staged.Identity.ProfileOf(node);
            return (true,
                lifecycle is null ? null : Explanations.OfStage(state, profile, lifecycle, at),
                segment is null ? null : Explanations.OfSegment(state, profile, segment, at));
        });
        if (!isKnown)
        {
            return context.Fail(new Text($"Nobody is known as '{user}'. `ciclo events --user` finds people by user_id:V, anonymous_id:V, email:V or prf_….",
                $"No se conoce a nadie como '{user}'. `ciclo events --user` busca por user_id:V, anonymous_id:V, email:V o prf_…."));
        }
        if (stage is null && member is null)
        {
            return context.Fail(DefinitionCommands.NoneOf(lifecycle ?? segment!));
        }
        if (context.Format == OutputFormat.Json)
        {
            context.Out.WriteLine(stage is not null
                ? JsonSerializer.Serialize(ExplainFormatter.View(stage, context.Language), Json)
                : JsonSerializer.Serialize(ExplainFormatter.View(member!, context.Language), Json));
            return 0;
        }
        context.Out.Write(stage is not null ? ExplainPrinter.Print(stage, context.Language) : ExplainPrinter.Print(member!, context.Language));
        return 0;
    }
}
