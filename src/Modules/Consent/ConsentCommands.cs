using System.CommandLine;
using Ciclo.Core;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Consent.Contracts;

namespace Ciclo.Modules.Consent;

/// <summary>`ciclo consent` and `ciclo suppressions`.</summary>
internal static class ConsentCommands
{
    public static IEnumerable<Command> All(CommandRunner runner)
    {
        var user = new Option<string>("--user") { Description = "prf_…, user_id:V, anonymous_id:V, email:V, or a bare user id.", Required = true };
        var isHistory = new Option<bool>("--history") { Description = "Every answer with how it was given, instead of what holds now." };
        yield return runner.Bind(new Command("consent", "What a person agreed to, by purpose and channel.") { user, isHistory }, (arguments, context, _) =>
        {
            var settings = ConsentDesk.Of(context.Host).Settings(context.Engine.Id).Settings;
            if (ConsentDesk.Find(context.Engine, arguments.GetValue(user)!, settings) is not { } person)
            {
                return Task.FromResult(context.Fail(new Text("Nobody is known by this. `ciclo profiles list` finds people.", "No se conoce a nadie así. `ciclo profiles list` encuentra personas.")));
            }
            if (arguments.GetValue(isHistory))
            {
                using var lines = context.Rows("at", "purpose", "channel", "answer", "method", "source", "message_id");
                foreach (var (row, answer) in Evidence.Of(context.Engine, person.Id).SelectMany(row => row.Answers.Select(answer => (row, answer))))
                {
                    lines.Write(new InstantCell(row.At), answer.Purpose, answer.Channel, answer.IsYes ? "yes" : "no", row.Method, row.Source, row.MessageId);
                }
                return Task.FromResult(0);
            }
            using var rows = context.Rows("purpose", "channel", "answer", "may_send");
            foreach (var purpose in settings.Asked)
            {
                foreach (var channel in settings.Channels)
                {
                    var answer = person.State.Of(purpose.Id, channel);
                    rows.Write(purpose.Id, channel, ConsentApi.Word(purpose, answer), PublicEndpoints.Stands(purpose, answer) ? "yes" : "no");
                }
            }
            return Task.FromResult(0);
        });
        yield return Suppressed(runner);
    }

    private static Command Suppressed(CommandRunner runner)
    {
        var channel = new Option<string>("--channel") { Description = "The channel.", DefaultValueFactory = _ => "email" };
        channel.AcceptOnlyFromAmong([.. ConsentWords.Channels.Keys]);
        var address = new Argument<string>("ADDRESS") { Description = "An e-mail address, a telephone number." };
        return new Command("suppressions", "Addresses that get nothing.")
        {
            runner.Bind(new Command("list", "The list, newest first."), (_, context, _) =>
            {
                using var rows = context.Rows("channel", "address", "reason", "added_at");
                foreach (var row in context.Host.Database.Read(connection => Suppressions.List(connection, context.Engine.Id, "", "", 0, int.MaxValue)))
                {
                    rows.Write(row.Channel, row.Address, row.Reason, new InstantCell(row.AddedAt));
                }
                return Task.FromResult(0);
            }),
            runner.Bind(new Command("add", "Suppress an address.") { address, channel }, async (arguments, context, cancellation) =>
            {
                var (to, on) = (arguments.GetValue(address)!, arguments.GetValue(channel)!);
                if (SuppressionEndpoints.Refuse(on, [to]) is { } error)
                {
                    return context.Fail(error.Message);
                }
                await context.Host.Database.WriteAsync((connection, transaction) =>
                {
                    Suppressions.Add(connection, transaction, context.Engine.Id, on, to, SuppressionReasons.Manual, context.Host.NowMs, "cli");
                    AuditLog.Write(connection, transaction, context.Host.NowMs, new AuditEntry(context.Engine.Id, Actor.CommandLine, AuditActions.AddressSuppressed, on));
                    return 0;
                }, cancellation);
                return 0;
            }),
            runner.Bind(new Command("lift", "Take an address off the list.") { address, channel }, async (arguments, context, cancellation) =>
            {
                var (to, on) = (arguments.GetValue(address)!, arguments.GetValue(channel)!);
                var isLifted = await context.Host.Database.WriteAsync((connection, transaction) =>
                {
                    var lifted = Suppressions.Lift(connection, transaction, context.Engine.Id, on, to);
                    if (lifted)
                    {
                        AuditLog.Write(connection, transaction, context.Host.NowMs, new AuditEntry(context.Engine.Id, Actor.CommandLine, AuditActions.SuppressionLifted, on));
                    }
                    return lifted;
                }, cancellation);
                return isLifted ? 0 : context.Fail(new Text("This address is not on the list of that channel. `ciclo suppressions list` shows it.", "Esta dirección no está en la lista de ese canal. `ciclo suppressions list` la muestra."));
            }),
        };
    }
}
