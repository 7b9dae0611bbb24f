using Ciclo.Core.Events;
using Ciclo.Core.Identity;
using Ciclo.Core.Time;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Consent.Contracts;
using Ciclo.Modules.Customers.Contracts;
using Ciclo.Modules.Messages.Contracts;
using Ciclo.Modules.Predict.Contracts;

namespace Ciclo.Modules.Campaigns;

/// <summary>How many a plan means: <paramref name="Named"/> of the segments and lists, of them <paramref name="Reached"/> who may be written to, and why the others may not.</summary>
public sealed record Reach(int Named, int Reached, IReadOnlyList<(string Reason, int Count)> Reasons);

/// <summary>Finds who is meant, in slices between which folds go on.</summary>
/// <param name="host">Where lists are kept.</param>
/// <param name="engine">Whose people.</param>
/// <param name="policy">Who may be written to; null where nobody says, and then whoever has an address may be.</param>
internal sealed class Audience(DataHost host, WorkspaceEngine engine, ISendPolicy? policy)
{
    public const string NoAddress = "no_address";

    private const int AtOnce = 4_096;

    public Reach Count(CampaignPlan plan, CancellationToken cancellation)
    {
        var (named, reached, reasons) = (0, 0, new Dictionary<string, int>(StringComparer.Ordinal));
        Scan(plan, (_, _, _, reason) =>
        {
            named++;
            reached += reason is null ? 1 : 0;
            if (reason is not null)
            {
                reasons[reason] = reasons.GetValueOrDefault(reason) + 1;
            }
        }, cancellation);
        return new Reach(named, reached, [.. reasons.OrderByDescending(pair => pair.Value).Select(pair => (pair.Key, pair.Value))]);
    }

    /// <summary>
    /// Whoever may be written to now. Those who may not take no part in the draw either: they would only hide what the others do. The outbox asks once more when a message leaves.
    /// </summary>
    public IReadOnlyList<CampaignPerson> Freeze(CampaignPlan plan, CancellationToken cancellation)
    {
        var people = new List<CampaignPerson>();
        Scan(plan, (state, profile, identifiers, reason) =>
        {
            if (reason is null)
            {
                people.Add(new CampaignPerson(people.Count + 1, identifiers[0], identifiers, DueOf(state, profile, plan), null));
            }
        }, cancellation);
        return people;
    }

    /// <summary>When the person gets it, where that is not as soon as may be.</summary>
    private long? DueOf(EngineState state, int profile, CampaignPlan plan) => plan.Timing switch
    {
        CampaignTiming.Local => ZoneOf(state, profile).FromLocal(plan.DayMs!.Value + (plan.Hour * Durations.Hour)),
        CampaignTiming.Best => new BestReach(host, engine.Id).NextAt(state, profile, ZoneOf(state, profile), state.Now)?.At,
        _ => null,
    };

    private void Scan(CampaignPlan plan, Action<EngineState, int, IReadOnlyList<string>, string?> take, CancellationToken cancellation)
    {
        var (include, exclude) = (new Named(host, engine.Id, plan.Include), new Named(host, engine.Id, plan.Exclude));
        for (var (from, count) = (0, 1); from < count; from += AtOnce)
        {
            cancellation.ThrowIfCancellationRequested();
            var first = from;
            count = engine.Read(state =>
            {
                var nodes = state.Staged.Identity.NodeCount;
                Slice(state, include.In(state), exclude.In(state), first, Math.Min(first + AtOnce, nodes), plan, take);
                return nodes;
            });
        }
    }

    private void Slice(EngineState state, Func<int, bool> include, Func<int, bool> exclude, int from, int until, CampaignPlan plan, Action<EngineState, int, IReadOnlyList<string>, string?> take)
    {
        var identity = state.Staged.Identity;
        var people = new List<(int Profile, IReadOnlyList<string> Identifiers, string Address)>();
        for (var profile = from; profile < until; profile++)
        {
            if (identity.IsProfile(profile) && include(profile) && !exclude(profile))
            {
                var known = identity.IdentifiersOf(profile);
                // On the site the person is the address.
                people.Add((profile, [.. known.Select(one => one.Identifier.ToString())], plan.Channel == MessagePickup.Onsite ? known[0].Identifier.ToString() : known.FirstOrDefault(one => one.Identifier.Kind == IdentifierKind.Email).Identifier.Value ?? ""));
            }
        }
        var verdicts = policy?.Ask(state, engine.Id, [.. people.Select(one => new SendQuestion(one.Profile, plan.Channel, one.Address, plan.Purpose, null, [], state.Now))]);
        for (var i = 0; i < people.Count; i++)
        {
            var reason = people[i].Address.Length == 0 ? NoAddress : verdicts?[i] is { Answer: SendAnswer.Never } never ? never.Reason ?? "never" : null;
            take(state, people[i].Profile, people[i].Identifiers, reason);
        }
    }

    /// <summary>The zone that a person lives by as their traits say; else the workspace's.</summary>
    private static Zone ZoneOf(EngineState state, int profile)
    {
        var path = state.Staged.Paths.Find("timezone");
        var zone = state.Rules.Zone;
        if (path < 0)
        {
            return zone;
        }
        using var reader = new HistoryReader(state.Staged.History, kind => kind.Type == CallType.Identify);
        reader.Open(state.Staged.Identity.MembersOf(profile));
        while (reader.Next(out var e, hearsAll: false))
        {
            if (e.Get(path) is { Kind: Core.Values.ValueKind.Text } said && Zone.TryGet(said.AsText, out var known))
            {
                zone = known;
            }
        }
        return zone;
    }

    /// <summary>Segments and lists by name.</summary>
    private sealed class Named(DataHost host, string workspace, IReadOnlyList<string> sources)
    {
        private readonly bool everybody = sources.Contains(CampaignPlan.Everybody);
        private readonly string[] segments = [.. sources.Where(source => source.StartsWith("segment:", StringComparison.Ordinal)).Select(source => source["segment:".Length..])];
        private readonly string[] people = [.. sources.Where(source => source.StartsWith("list:", StringComparison.Ordinal)).SelectMany(source => CustomerLists.MembersOf(host, workspace, source["list:".Length..]))];

        public Func<int, bool> In(EngineState state)
        {
            var wanted = segments.Select(state.PlaceNames.Find).Where(name => name >= 0).ToHashSet();
            var listed = people.Select(id => state.Staged.Identity.Find(id)).Where(node => node >= 0).Select(state.Staged.Identity.ProfileOf).ToHashSet();
            return profile => everybody || listed.Contains(profile) || (wanted.Count > 0 && IsMember(state, profile, wanted));
        }

        private static bool IsMember(EngineState state, int profile, HashSet<int> wanted)
        {
            if (!state.Placement.Places.Has(profile))
            {
                return false;
            }
            foreach (var held in state.Placement.Places.View(profile).Memberships)
            {
                if (wanted.Contains(held.Segment))
                {
                    return true;
                }
            }
            return false;
        }
    }
}
