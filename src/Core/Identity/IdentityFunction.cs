namespace Ciclo.Core.Identity;

/// <summary>What an event says of identity. <paramref name="AliasOf"/> is the `previousId` of an alias, null for other calls.</summary>
public sealed record IdentityCall(IReadOnlyList<Identifier> Identifiers, string? AliasOf, long Timestamp, string MessageId);

public sealed record IdentityCommand(IdentityCommandKind Kind, Identifier A, Identifier B, long At, string CommandId);

/// <summary>A profile: its identifiers, the one seen first, and how it is printed.</summary>
public sealed record IdentityProfile(Identifier Canonical, IReadOnlyCollection<Identifier> Members, string PrintedUserId);

/// <summary>The answer: who is one person, and how many identifiers each quarantined component has.</summary>
public sealed record IdentityPartition(IReadOnlyList<IdentityProfile> Profiles, IReadOnlyList<int> Quarantined);

/// <summary>
/// Identity as a pure function of (events, commands, limits), written plainly and slowly from the rules, to hold
/// <see cref="IdentityGraph"/> against. The rules, in the order of the code:
/// <list type="number">
/// <item>A call with several identifiers links its highest to each other one. An alias links its caller to the user id and to the anonymous id
/// of its `previousId`, each where events carry it; a person's join links two. The latter two kinds are exempt.</item>
/// <item>Links are taken exempt first, then by the rank of the weaker end, timestamp, message id.</item>
/// <item>Each joins unless a type would exceed its limit (exempt: user ids may), or two separated identifiers would come together.</item>
/// <item>In a component over the size limit only exempt links are taken.</item>
/// </list>
/// </summary>
public static class IdentityFunction
{
    private sealed record Evidence(Identifier Low, Identifier High, bool IsExempt, int Rank, long At, byte[] MessageId);

    private sealed record Pair(Identifier A, Identifier B);

    public static IdentityPartition Of(IEnumerable<IdentityCall> calls, IEnumerable<IdentityCommand> commands, IdentityLimits limits)
    {
        var callList = calls.ToList();
        var commandList = commands.ToList();
        var seen = FirstSeen(callList);
        var links = InOrder(Links(callList, commandList).Where(link => seen.ContainsKey(link.Low) && seen.ContainsKey(link.High)));
        var separations = Separations(commandList);
        var components = Join(seen.Keys, links, static (_, _, _) => true);
        var quarantined = components.Where(component => component.Count > limits.MaxComponent).ToList();
        var locked = quarantined.SelectMany(component => component).ToHashSet();
        var profiles = Join(
            seen.Keys,
            links.Where(link => link.IsExempt || !locked.Contains(link.Low)),
            (a, b, link) => IsWithinLimits(a, b, link, limits) && !separations.Exists(pair => Separates(pair, a, b)));
        return new IdentityPartition(
            profiles.ConvertAll(members => Profile(members, seen)), quarantined.ConvertAll(component => component.Count));
    }

    private static Dictionary<Identifier, long> FirstSeen(List<IdentityCall> calls)
    {
        var seen = new Dictionary<Identifier, long>();
        foreach (var call in calls)
        {
            foreach (var identifier in call.Identifiers.Where(identifier => identifier.Counts))
            {
                seen[identifier] = Math.Min(call.Timestamp, seen.GetValueOrDefault(identifier, long.MaxValue));
            }
        }
        return seen;
    }

    private static IEnumerable<Evidence> Links(List<IdentityCall> calls, List<IdentityCommand> commands)
    {
        foreach (var call in calls)
        {
            var carried = call.Identifiers.Where(identifier => identifier.Counts).Distinct()
                .OrderBy(identifier => identifier.Kind).ThenBy(identifier => identifier.Bytes, Ordinal).ToList();
            foreach (var other in carried.Skip(1))
            {
                yield return Link(carried[0], other, false, call.Timestamp, call.MessageId);
            }
            foreach (var link in AliasLinks(call, carried))
            {
                yield return link;
            }
        }
        foreach (var join in commands.Where(command => command.Kind == IdentityCommandKind.Join))
        {
            yield return Link(join.A, join.B, true, join.At, join.CommandId);
        }
    }

    private static IEnumerable<Evidence> AliasLinks(IdentityCall call, List<Identifier> carried)
    {
        var nears = carried.Where(identifier => identifier.Kind is IdentifierKind.UserId or IdentifierKind.AnonymousId).Take(1);
        foreach (var near in nears.Where(_ => call.AliasOf is not null))
        {
            foreach (var far in new[] { Identifier.UserId(call.AliasOf!), Identifier.AnonymousId(call.AliasOf!) })
            {
                if (far.Counts && far != near)
                {
                    yield return Link(near, far, true, call.Timestamp, call.MessageId);
                }
            }
        }
    }

    private static Evidence Link(Identifier a, Identifier b, bool isExempt, long at, string messageId)
    {
        var (low, high) = a.Key < b.Key ? (a, b) : (b, a);
        return new Evidence(low, high, isExempt, Math.Max(Rank(a), Rank(b)), at, System.Text.Encoding.UTF8.GetBytes(messageId));
    }

    private static int Rank(Identifier identifier) => identifier.Kind switch
    {
        IdentifierKind.UserId => 0,
        IdentifierKind.Email => 1,
        _ => 2,
    };

    private static List<Evidence> InOrder(IEnumerable<Evidence> links) =>
        links.OrderByDescending(link => link.IsExempt).ThenBy(link => link.Rank).ThenBy(link => link.At).ThenBy(link => link.MessageId, Ordinal)
            .ThenBy(link => link.Low.Key).ThenBy(link => link.High.Key).ToList();

    /// <summary>Of the commands on one pair the latest decides: only a separation separates; a lift or a join takes it back.</summary>
    private static List<Pair> Separations(List<IdentityCommand> commands) =>
        commands
            .Select(command => (Pair: command.A.Key < command.B.Key ? new Pair(command.A, command.B) : new Pair(command.B, command.A), Command: command))
            .GroupBy(entry => entry.Pair, entry => entry.Command)
            .Where(pair => pair
                .OrderBy(command => command.At).ThenBy(command => System.Text.Encoding.UTF8.GetBytes(command.CommandId), Ordinal)
                .ThenBy(command => command.Kind).Last().Kind == IdentityCommandKind.Separate)
            .Select(pair => pair.Key).ToList();

    private static List<HashSet<Identifier>> Join(
        IEnumerable<Identifier> identifiers, IEnumerable<Evidence> links, Func<HashSet<Identifier>, HashSet<Identifier>, Evidence, bool> mayJoin)
    {
        var setOf = identifiers.ToDictionary(identifier => identifier, identifier => new HashSet<Identifier> { identifier });
        foreach (var link in links)
        {
            var (a, b) = (setOf[link.Low], setOf[link.High]);
            if (a == b || !mayJoin(a, b, link))
            {
                continue;
            }
            a.UnionWith(b);
            foreach (var identifier in b)
            {
                setOf[identifier] = a;
            }
        }
        return setOf.Values.Distinct().ToList();
    }

    private static bool IsWithinLimits(HashSet<Identifier> a, HashSet<Identifier> b, Evidence link, IdentityLimits limits)
    {
        foreach (var type in a.Concat(b).GroupBy(identifier => (identifier.Kind, identifier.ExternalType)))
        {
            var (kind, _) = type.Key;
            var (inA, inB) = (type.Count(a.Contains), type.Count(b.Contains));
            var limit = kind == IdentifierKind.UserId ? limits.UserIds : limits.Others;
            var isChecked = kind != IdentifierKind.UserId || !link.IsExempt;
            if (isChecked && inA + inB > limit && inA + inB > Math.Max(inA, inB))
            {
                return false;
            }
        }
        return true;
    }

    private static bool Separates(Pair pair, HashSet<Identifier> a, HashSet<Identifier> b) =>
        (a.Contains(pair.A) || b.Contains(pair.A)) && (a.Contains(pair.B) || b.Contains(pair.B));

    private static IdentityProfile Profile(HashSet<Identifier> members, Dictionary<Identifier, long> seen)
    {
        var inOrder = members.OrderBy(member => seen[member]).ThenBy(member => member.Kind).ThenBy(member => member.Bytes, Ordinal).ToList();
        var printed = inOrder.Find(member => member.Kind == IdentifierKind.UserId) is { Value: not null } user ? user.Value
            : inOrder.Find(member => member.Kind == IdentifierKind.AnonymousId) is { Value: not null } anonymous ? "anonymous:" + anonymous.Value
            : inOrder.Find(member => member.Kind == IdentifierKind.Email) is { Value: not null } email ? "email:" + email.Value
            : PublicIds.Of(inOrder[0].Key);
        return new IdentityProfile(inOrder[0], members, printed);
    }

    private static readonly Comparer<byte[]> Ordinal = Comparer<byte[]>.Create(static (a, b) => a.AsSpan().SequenceCompareTo(b));
}
