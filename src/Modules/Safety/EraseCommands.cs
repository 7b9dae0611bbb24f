using System.CommandLine;
using Ciclo.Core;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Safety.Contracts;

namespace Ciclo.Modules.Safety;

/// <summary>`ciclo erase`: a person out of everything, with a proof.</summary>
internal static class EraseCommands
{
    public static Command Erase(CommandRunner runner)
    {
        var user = new Option<string?>("--user") { Description = "The person's user id." };
        var profile = new Option<string?>("--profile") { Description = "The person's prf_…, or user_id:V, anonymous_id:V, email:V." };
        var email = new Option<string?>("--email") { Description = "The person's e-mail address." };
        var reason = new Option<string?>("--reason") { Description = "Why, for the proof: up to 500 characters that do not name the person." };
        var yes = new Option<bool>("--yes") { Description = "Do it. Without it the command says what there is, and stops with exit code 1." };
        var lift = new Option<bool>("--lift") { Description = "Take events of an erased person in again. What was erased does not come back." };
        var command = runner.Bind(
            new Command("erase", "Erase a person: journal, history, feed, everything derived. It cannot be undone.") { user, profile, email, reason, yes, lift },
            (arguments, context, cancellation) => RunAsync(
                context, Reference(arguments.GetValue(user), arguments.GetValue(profile), arguments.GetValue(email)), arguments.GetValue(reason),
                arguments.GetValue(yes), arguments.GetValue(lift), cancellation));
        command.Action = new CommandRunner.DeferredAction();
        command.Validators.Add(result =>
        {
            if (result.Children.OfType<System.CommandLine.Parsing.CommandResult>().Any())
            {
                return;
            }
            if (new Option[] { user, profile, email }.Count(option => result.GetResult(option) is not null) != 1)
            {
                result.AddError("Name the person by one of --user, --profile and --email.");
            }
        });
        command.Subcommands.Add(runner.Bind(new Command("list", "Who was erased when, by whom and why; nothing of the person."), async (_, context, cancellation) =>
        {
            Print(context, await ErasureService.ListAsync(context.Host, context.Engine, cancellation));
            return 0;
        }));
        return command;
    }

    private static string Reference(string? user, string? profile, string? email) => user is not null ? "user_id:" + user : email is not null ? "email:" + email : profile ?? "";

    private static async Task<int> RunAsync(CommandContext context, string reference, string? reason, bool isMeant, bool isLift, CancellationToken cancellation)
    {
        if (isLift)
        {
            return await LiftAsync(context, reference, cancellation);
        }
        if (context.Engine.Read(state => PersonExtent.Of(state, reference)) is not { } person)
        {
            return context.Fail(new Text(
                $"Nobody is known as '{reference}'. Somebody who was erased before is in `ciclo erase list`.",
                $"No se conoce a nadie como '{reference}'. Quien ya fue borrado está en `ciclo erase list`."));
        }
        if (!isMeant)
        {
            using (var rows = context.Rows("what", "count"))
            {
                rows.Write("identifiers", person.Identifiers.Count);
                rows.Write("events", person.Events);
                rows.Write("moves", person.Moves);
            }
            return context.Fail(new Text(
                "Nothing was erased yet. The same with --yes erases it for good.", "Aún no se borró nada. Lo mismo con --yes lo borra para siempre."));
        }
        var id = await ErasureService.BeginAsync(context.Host, context.Engine, reference, Actor.CommandLine, reason, cancellation);
        if (id is not null)
        {
            await context.Engine.ErasedAsync(id, cancellation);
        }
        Print(context, (await ErasureService.ListAsync(context.Host, context.Engine, cancellation)).Where(proof => proof.Id == id));
        context.Error.WriteLine(new Text(
            "Erased. Backups made before still hold this person until they are deleted; `ciclo erase --lift` takes their events in again.",
            "Borrado. Las copias de seguridad anteriores conservan a esta persona hasta que se eliminen; `ciclo erase --lift` vuelve a admitir sus eventos.").In(context.Language));
        return 0;
    }

    private static async Task<int> LiftAsync(CommandContext context, string reference, CancellationToken cancellation)
    {
        if (await ErasureService.LiftAsync(context.Host, context.Engine, reference, Actor.CommandLine, cancellation) is not { } id)
        {
            return context.Fail(new Text($"No standing erasure knows '{reference}'.", $"Ningún borrado vigente conoce '{reference}'."));
        }
        Print(context, (await ErasureService.ListAsync(context.Host, context.Engine, cancellation)).Where(proof => proof.Id == id));
        return 0;
    }

    private static void Print(CommandContext context, IEnumerable<ErasureProof> proofs)
    {
        using var rows = context.Rows("id", "state", "asked_at", "done_at", "by", "reason", "identifiers", "events", "redacted", "rejected", "commands", "moves");
        foreach (var proof in proofs)
        {
            var state = proof.DoneAt is null ? "running" : proof.LiftedAt is null ? "done" : "lifted";
            rows.Write(proof.Id, state, new InstantCell(proof.At), proof.DoneAt is { } done ? new InstantCell(done) : null, proof.By, proof.Reason, proof.Identifiers,
                proof.Removed?.Events, proof.Removed?.Redacted, proof.Removed?.Rejected, proof.Removed?.Commands, proof.Removed?.Moves);
        }
    }
}
