using System.CommandLine;
using Ciclo.Core;
using Ciclo.Core.Identity;
using Ciclo.Core.Time;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Profiles.Contracts;

namespace Ciclo.Modules.Profiles;

/// <summary>`ciclo events`, `rejected`, `identity`.</summary>
internal static class ProfileCommands
{
    public static Command Events(CommandRunner runner)
    {
        var user = new Option<string?>("--user") { Description = "A user id, or user_id:V, anonymous_id:V, email:V, prf_…" };
        var from = Instant("--from", "The first instant (RFC 3339, or a date in UTC).");
        var to = Instant("--to", "The instant to stop before.");
        return runner.Bind(new Command("events", "Admitted events, in order of time.") { user, from, to }, (arguments, context, _) =>
        {
            int? profile = null;
            if (arguments.GetValue(user) is { } reference)
            {
                profile = context.Engine.Read(state => state.Staged.Identity.Find(reference) is >= 0 and var node ? state.Staged.Identity.ProfileOf(node) : -1);
                if (profile < 0)
                {
                    return Task.FromResult(context.Fail(new Text($"Nobody is known as '{reference}'.", $"No se conoce a nadie como '{reference}'.")));
                }
            }
            var filter = new EventFilter(profile, Read(arguments, from) ?? long.MinValue, Read(arguments, to) ?? Instants.Never);
            using var rows = context.Rows("id", "message_id", "type", "event", "user_id", "anonymous_id", "timestamp", "received_at", "properties");
            foreach (var address in context.Engine.Read(filter.Addresses))
            {
                var row = EventRow.Read(context.Engine.Journal, address);
                rows.Write(row.Id, row.MessageId, row.Type, row.Event, row.UserId, row.AnonymousId,
                    new InstantCell(row.Timestamp), new InstantCell(row.ReceivedAt), new JsonCell(row.Properties));
            }
            return Task.FromResult(0);
        });
    }

    public static Command Rejected(CommandRunner runner) => runner.Bind(new Command("rejected", "What was refused, and why."), (_, context, _) =>
    {
        using var rows = context.Rows("received_at", "reason", "event");
        foreach (var address in context.Engine.Read(state => state.Staged.Rejected.ToArray()))
        {
            var row = RejectedRow.Read(context.Engine.Journal, address);
            rows.Write(new InstantCell(row.ReceivedAt), row.Reason, row.IsJson ? new JsonCell(row.Item) : row.Item);
        }
        return Task.FromResult(0);
    });

    public static Command Identity(CommandRunner runner) => new("identity", "Who is who: join, separate, lift, list.")
    {
        Pair(runner, "join", "Say that two identifiers are one person.", IdentityCommandKind.Join),
        Pair(runner, "separate", "Say that two identifiers are not one person: undoes a merge.", IdentityCommandKind.Separate),
        Pair(runner, "lift", "Take a separation back.", IdentityCommandKind.Lift),
        runner.Bind(new Command("list", "Separations, quarantined groups and links that a limit refused."), (_, context, _) => Task.FromResult(List(context))),
    };

    private static Command Pair(CommandRunner runner, string name, string description, IdentityCommandKind kind)
    {
        var a = new Argument<string>("A") { Description = "user_id:V, anonymous_id:V, email:V or prf_…" };
        var b = new Argument<string>("B") { Description = "The other one." };
        return runner.Bind(new Command(name, description) { a, b }, async (arguments, context, cancellation) =>
        {
            var id = "cmd_" + Guid.CreateVersion7(context.Host.Clock.GetUtcNow()).ToString("N");
            var refusal = await IdentityService.RunAsync(
                context.Host, context.Engine, kind, arguments.GetValue(a)!, arguments.GetValue(b)!, context.Host.NowMs, id, Actor.CommandLine, cancellation);
            return refusal is { } text ? context.Fail(text) : 0;
        });
    }

    private static int List(CommandContext context)
    {
        var (separations, quarantined, refused) = context.Engine.Read(state => (
            state.Staged.Identity.Separations.ToList(),
            state.Staged.Identity.Quarantined.ToList(),
            state.Staged.Identity.Links.Where(link => link.State == LinkState.Refused || link.Source != LinkSource.Call).ToList()));
        using var rows = context.Rows("kind", "a", "b", "state", "at");
        foreach (var separation in separations)
        {
            rows.Write("separation", separation.A.ToString(), separation.B.ToString(), "standing", new InstantCell(separation.At));
        }
        foreach (var group in quarantined)
        {
            rows.Write("quarantine", group.Hub.ToString(), null, $"{group.Identifiers} identifiers", null);
        }
        foreach (var link in refused)
        {
            rows.Write(NameOf(link.Source), link.A.ToString(), link.B.ToString(), NameOf(link.State), new InstantCell(link.At));
        }
        return 0;
    }

    private static string NameOf(LinkSource source) => source switch
    {
        LinkSource.Alias => "alias",
        LinkSource.Person => "join",
        _ => "link",
    };

    private static string NameOf(LinkState state) => state switch
    {
        LinkState.Joined => "joined",
        LinkState.Refused => "refused",
        _ => "waiting",
    };

    private static Option<string?> Instant(string name, string description)
    {
        var option = new Option<string?>(name) { Description = description };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } text && !Instants.TryParse(text, Zone.Utc, out _))
            {
                result.AddError($"'{text}' is no instant. Write RFC 3339, such as 2026-01-31T10:00:00Z, or a date.");
            }
        });
        return option;
    }

    private static long? Read(ParseResult arguments, Option<string?> option) =>
        arguments.GetValue(option) is { } text && Instants.TryParse(text, Zone.Utc, out var ms) ? ms : null;
}
