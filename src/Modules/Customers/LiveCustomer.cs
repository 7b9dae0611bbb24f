using Ciclo.Engine.Runtime;
using Ciclo.Kit;
using Ciclo.Modules.Access.Contracts;
using Microsoft.AspNetCore.Http;

namespace Ciclo.Modules.Customers;

/// <summary>Says `changed` to whoever looks at a customer when something of that profile has changed, and `ready` at first, each with how many events there are.</summary>
internal static class LiveCustomer
{
    /// <summary>Under a flood of events a look this often is as live as eyes need.</summary>
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(250);

    public static IResult Follow(HttpContext http, string reference, TimeProvider clock)
    {
        var engine = http.Visitor().Engine;
        return engine.Read(state => People.Find(state, reference)).Profile < 0
            ? Results.NotFound()
            : new EventStream(clock, (line, cancellation) => FollowAsync(line, engine, reference, clock, cancellation));
    }

    private static async Task FollowAsync(EventStream.Line line, WorkspaceEngine engine, string reference, TimeProvider clock, CancellationToken cancellation)
    {
        var (seen, mark) = (engine.Changes, engine.Read(state => MarkOf(state, reference)));
        await line.SayAsync("ready", $"{mark.Events}", cancellation);
        while (true)
        {
            await line.UntilAsync(engine.ChangedAsync(seen, cancellation), cancellation);
            seen = engine.Changes;
            var now = engine.Read(state => MarkOf(state, reference));
            if (now != mark)
            {
                mark = now;
                await line.SayAsync("changed", $"{mark.Events}", cancellation);
            }
            await Task.Delay(Breath, clock, cancellation);
        }
    }

    /// <summary>What tells one state of a profile from another, at the cost of a few look-ups: nothing is folded or decoded.</summary>
    private static (string Id, int Events, int Moves, int Segments) MarkOf(EngineState state, string reference)
    {
        var (profile, id) = People.Find(state, reference);
        if (profile < 0)
        {
            return ("", 0, 0, 0);
        }
        var members = state.Staged.Identity.MembersOf(profile);
        var place = state.Placement.Of(profile);
        return (id, state.Staged.History.CountOf(members), place?.Moves.Length ?? 0, place is null ? 0 : Segments(place));
    }

    private static int Segments(ProfilePlace place)
    {
        var hash = default(HashCode);
        foreach (var held in place.Memberships)
        {
            hash.Add(held);
        }
        return hash.ToHashCode();
    }
}
