using System.CommandLine;
using Ciclo.Core;
using Ciclo.Core.Access;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Access.Audit;
using Ciclo.Modules.Access.Contracts;

namespace Ciclo.Modules.Access;

/// <summary>`ciclo users` and `ciclo audit`: people without mail at hand, and the proof of the log.</summary>
internal static class AccessCommands
{
    public static Command Users(CommandRunner runner)
    {
        var email = new Option<string>("--email") { Description = "The person's e-mail address.", Required = true };
        var role = new Option<string>("--role") { Description = "owner, marketer, analyst, agent or developer.", Required = true };
        role.AcceptOnlyFromAmong([.. Roles.All.Select(one => one.Name())]);
        var url = new Option<string?>("--url") { Description = "How people reach the server, for the link, such as https://ciclo.example.com. Default: the running server's own address." };
        return new Command("users", "People who may sign in to the workspace.")
        {
            runner.Bind(new Command("add", "Invite somebody: prints a link that works once, for 72 hours.") { email, role, url }, async (arguments, context, cancellation) =>
                Print(context, arguments.GetValue(url), await new LinkService(context.Host).InviteAsync(
                    context.Engine.Id, arguments.GetValue(email), arguments.GetValue(role), Actor.CommandLine, cancellation))),
            runner.Bind(new Command("list", "Who is in the workspace, and as what."), (_, context, _) => Task.FromResult(List(context))),
            runner.Bind(new Command("reset", "Let somebody choose a new password: prints a link that works once, for an hour.") { email, url }, async (arguments, context, cancellation) =>
                Print(context, arguments.GetValue(url), await new LinkService(context.Host).ResetByEmailAsync(
                    context.Engine.Id, arguments.GetValue(email), Actor.CommandLine, cancellation))),
            runner.Bind(new Command("disable", "Close an account in every workspace, and end its sessions.") { email }, (arguments, context, cancellation) =>
                SetDisabledAsync(context, arguments.GetValue(email), true, cancellation)),
            runner.Bind(new Command("enable", "Open a closed account again.") { email }, (arguments, context, cancellation) =>
                SetDisabledAsync(context, arguments.GetValue(email), false, cancellation)),
        };
    }

    public static Command Audit(CommandRunner runner)
    {
        var limit = new Option<int>("--limit") { Description = "Rows, newest first: 1 to 10000.", DefaultValueFactory = _ => 100 };
        limit.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && !(int.TryParse(result.Tokens[0].Value, out var rows) && rows is >= 1 and <= 10_000))
            {
                result.AddError("--limit is a number from 1 to 10000.");
            }
        });
        var kept = new Option<string?>("--kept") { Description = "NUMBER:HASH of a row, as this command printed it before: it must still be there." };
        kept.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && KeptOf(result.Tokens[0].Value) is null)
            {
                result.AddError("--kept is NUMBER:HASH, such as 120:9f86d0…, with all 64 characters of the hash.");
            }
        });
        return new Command("audit", "The audit log: who did what, in an order that cannot be rewritten unseen.")
        {
            runner.Bind(new Command("list", "The newest rows of the workspace.") { limit }, (arguments, context, _) => Task.FromResult(ListAudit(context, arguments.GetValue(limit)))),
            runner.Bind(new Command("verify", "Prove that no row was changed, taken out or cut off; name the first that was.") { kept }, (arguments, context, _) =>
                Task.FromResult(Verify(context, KeptOf(arguments.GetValue(kept))))),
        };
    }

    private static int Print(CommandContext context, string? url, MadeLink made)
    {
        if (made.Error is { } error)
        {
            return context.Fail(error.Message);
        }
        var reached = (url ?? ServerTicket.Read(context.Host.Folder)?.Url ?? "http://127.0.0.1:5080").TrimEnd('/');
        using var rows = context.Rows("kind", "email", "role", "expires_at", "link");
        rows.Write(made.Link!.Kind.Name(), made.Link.Email, made.Link.Role?.Name() ?? "", new InstantCell(made.Link.ExpiresAt), reached + made.Path);
        return 0;
    }

    private static int List(CommandContext context)
    {
        using var rows = context.Rows("id", "email", "name", "role", "created_at", "ended_at", "seen_at", "sessions");
        foreach (var member in new MemberService(context.Host).List(context.Engine.Id))
        {
            rows.Write(member.UserId, member.Email, member.Name, member.Role.Name(), new InstantCell(member.CreatedAt),
                member.EndedAt is { } ended ? new InstantCell(ended) : null, member.SeenAt is { } seen ? new InstantCell(seen) : null, member.Sessions);
        }
        return 0;
    }

    private static async Task<int> SetDisabledAsync(CommandContext context, string? email, bool isDisabled, CancellationToken cancellation)
    {
        var error = await new MemberService(context.Host).SetDisabledAsync(context.Engine.Id, email, isDisabled, Actor.CommandLine, cancellation);
        return error is null ? 0 : context.Fail(error.Message);
    }

    private static int ListAudit(CommandContext context, int limit)
    {
        using var rows = context.Rows("number", "at", "actor", "action", "object", "detail", "address", "hash");
        foreach (var row in context.Host.Database.Read(connection => AuditStore.Page(connection, context.Engine.Id, new AuditFilter("", "", "", null, null), long.MaxValue, limit)))
        {
            rows.Write(row.Number, new InstantCell(row.At), row.Actor, row.Action, row.Object, row.Detail, row.Address, row.Hash);
        }
        return 0;
    }

    private static int Verify(CommandContext context, (long Number, string Hash)? kept)
    {
        var state = context.Host.Database.Read(connection => AuditChain.Verify(connection, kept));
        if (state.Broken is { } number)
        {
            return context.Fail(new Text(
                $"The audit log is broken at row {number}: {state.Why!.Value.En}. The rows before it hold.",
                $"El registro de auditoría está roto en la fila {number}: {state.Why!.Value.Es}. Las filas anteriores son válidas."));
        }
        using var rows = context.Rows("rows", "keep");
        rows.Write(state.Rows, $"{state.Rows}:{state.Hash}");
        return 0;
    }

    private static (long, string)? KeptOf(string? text) =>
        text?.Split(':') is [var number, { Length: 64 } hash] && long.TryParse(number, out var row) && row > 0 && hash.All(char.IsAsciiHexDigitLower) ? (row, hash) : null;
}
