using Ciclo.Engine.Runtime;
using Ciclo.Engine.Runtime.Analysis;

namespace Ciclo.Modules.Consent;

/// <summary>Whom settings let through as of now. <paramref name="Reached"/>: people with an e-mail address who may get a purpose on a channel; <paramref name="Held"/>: people that each rule holds back.</summary>
public sealed record Impact(long People, long WithAddress, IReadOnlyDictionary<(string Purpose, string Channel), long> Reached, long Paused, IReadOnlyList<long?> Held)
{
    private const int Slice = 20_000;

    /// <summary>Counts everybody, in slices between which folds go on.</summary>
    internal static Impact Of(WorkspaceEngine engine, ConsentSettings settings, CancellationToken cancellation)
    {
        var pairs = settings.Asked.SelectMany(purpose => settings.Channels.Select(channel => (Purpose: purpose, Channel: channel))).ToList();
        var reached = new long[pairs.Count];
        var (people, withAddress, paused) = (0L, 0L, 0L);
        var at = engine.Read(state => state.Now);
        for (var from = 0; from >= 0;)
        {
            cancellation.ThrowIfCancellationRequested();
            from = engine.Read(state =>
            {
                var identity = state.Staged.Identity;
                var end = Math.Min(identity.NodeCount, from + Slice);
                using var reader = new ConsentReader(state);
                ConsentPath[] paths = [.. pairs.Select(pair => reader.PathOf(pair.Purpose.Id, pair.Channel))];
                var answers = new Answer[pairs.Count];
                for (var node = from; node < end; node++)
                {
                    if (!identity.IsProfile(node))
                    {
                        continue;
                    }
                    people++;
                    if (!HasAddress(identity, node))
                    {
                        continue;
                    }
                    withAddress++;
                    reader.Read(node, paths, answers, at);
                    paused += reader.PausedUntil > at ? 1 : 0;
                    for (var i = 0; i < answers.Length; i++)
                    {
                        reached[i] += PublicEndpoints.Stands(pairs[i].Purpose, answers[i]) ? 1 : 0;
                    }
                }
                return end == identity.NodeCount ? -1 : end;
            });
        }
        return new Impact(
            people, withAddress, pairs.Zip(reached).ToDictionary(both => (both.First.Purpose.Id, both.First.Channel), both => both.Second), paused,
            [.. settings.HoldBacks.Select(held => CountHeld(engine, held.Rule, cancellation))]);
    }

    private static bool HasAddress(Core.Identity.IdentityGraph identity, int profile)
    {
        foreach (var member in identity.MembersOf(profile))
        {
            if (identity.IdentifierOf(member).Kind == Core.Identity.IdentifierKind.Email)
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Null for a rule that names what is not defined.</summary>
    private static long? CountHeld(WorkspaceEngine engine, string rule, CancellationToken cancellation) => engine.Read<long?>(state =>
    {
        try
        {
            return new SegmentCount(state, rule, state.Rules.Zone, state.Now).Count(cancellation);
        }
        catch (ArgumentException)
        {
            return null;
        }
    });
}
