using System.Numerics;

namespace Ciclo.Core.Identity;

/// <summary>The partition as last computed: for each node its profile, and for each profile its members, ascending.</summary>
internal sealed class ProfileTable
{
    // Blocks of 4, 8, 16, … entries: the number of members, then the members. Freed blocks of a size are chained through their first entry.
    private readonly int[] free = new int[32];
    private int[] pool = new int[16];
    private int used = 1;
    private PagedRows<int> profileOf = new();
    private PagedRows<int> membersAt = new();

    public void Add(int node)
    {
        profileOf.Ensure(node + 1);
        membersAt.Ensure(node + 1);
        profileOf.Own(node) = -1;
        membersAt.Own(node) = 0;
    }

    /// <summary>The profile of a node; -1 if no event carries it.</summary>
    public int Of(int node) => profileOf[node];

    public bool IsProfile(int node) => profileOf[node] == node;

    public void Assign(int node, int profile) => profileOf.Own(node) = profile;

    public ReadOnlySpan<int> MembersOf(int profile)
    {
        if (!IsProfile(profile))
        {
            return [];
        }
        var at = membersAt[profile];
        return at == 0 ? profileOf.Span(profile) : pool.AsSpan(at + 1, pool[at]);
    }

    /// <summary>Makes <paramref name="members"/> (ascending, with the profile among them) the profile's members.</summary>
    public void Set(int profile, ReadOnlySpan<int> members)
    {
        Release(profile);
        foreach (var member in members)
        {
            profileOf.Own(member) = profile;
        }
        if (members.Length > 1)
        {
            var at = Take(SizeClass(members.Length));
            pool[at] = members.Length;
            members.CopyTo(pool.AsSpan(at + 1));
            membersAt.Own(profile) = at;
        }
    }

    public void Release(int profile)
    {
        var at = membersAt[profile];
        if (at == 0)
        {
            return;
        }
        var size = SizeClass(pool[at]);
        pool[at] = free[size];
        free[size] = at;
        membersAt.Own(profile) = 0;
    }

    private static int SizeClass(int members) => Math.Max(2, 32 - BitOperations.LeadingZeroCount((uint)members));

    private int Take(int size)
    {
        var at = free[size];
        if (at != 0)
        {
            free[size] = pool[at];
            return at;
        }
        at = used;
        used = checked(used + (1 << size));
        Rows.Ensure(ref pool, used);
        return at;
    }

    public void Capture(SnapshotBlocks blocks)
    {
        blocks.Add<int>(free);
        blocks.Add(used);
        blocks.Add<int>(pool.AsSpan(0, used));
        blocks.Share(profileOf);
        blocks.Share(membersAt);
    }

    public void Restore(SnapshotReader reader, NodeTable nodes)
    {
        reader.Fill<int>(free);
        used = reader.Count();
        IdentityCheckpoint.Require(used > 0);
        pool = reader.Table<int>(used);
        profileOf = reader.Paged<int>(nodes.Count);
        membersAt = reader.Paged<int>(nodes.Count);
        CheckFree();
        for (var node = 0; node < nodes.Count; node++)
        {
            var profile = profileOf[node];
            IdentityCheckpoint.Require(profile < 0 ? profile == -1 && !nodes.IsHeld(node) : profile < nodes.Count && nodes.IsHeld(node));
            CheckMembers(node, membersAt[node]);
        }
    }

    private void CheckMembers(int profile, int at)
    {
        if (at == 0)
        {
            return;
        }
        IdentityCheckpoint.Require(at > 0 && at < used && pool[at] > 1 && pool[at] < used - at && SizeClass(pool[at]) < free.Length);
        foreach (var member in pool.AsSpan(at + 1, pool[at]))
        {
            IdentityCheckpoint.Require((uint)member < (uint)profileOf.Count && (profileOf[profile] != profile || profileOf[member] == profile));
        }
    }

    private void CheckFree()
    {
        var left = used;
        for (var size = 0; size < free.Length; size++)
        {
            for (var at = free[size]; at != 0; at = pool[at])
            {
                IdentityCheckpoint.Require(left-- > 0 && at > 0 && (long)at + (1L << size) <= used);
            }
        }
    }
}
