using Ciclo.Core.Time;
using Ciclo.Core.Values;

namespace Ciclo.Core.Folds;

/// <summary>Dated exchange rates to the workspace's currency.</summary>
public interface IRates
{
    /// <summary>An amount in the workspace's currency at the rate of that instant; null where no rate is known.</summary>
    Number? Convert(Number amount, string? currency, long at);
}

/// <summary>The traits of groups over time. A group is named by the text of its id.</summary>
public interface IGroupTraits
{
    /// <summary>A trait of a group as of <paramref name="now"/>; null if it was never set or was cleared.</summary>
    Value Get(string group, string path, long now);

    /// <summary>The first instant after <paramref name="now"/> at which a trait of the group changes; <see cref="Instants.Never"/> if none does.</summary>
    long NextChange(string group, long now);
}

/// <summary>What a history depends on beside the profile's own events and the definitions.</summary>
public sealed record FoldSettings(IRates Rates, IGroupTraits Groups)
{
    public static FoldSettings Default { get; } = new(new SameCurrency(), new NoGroups());

    private sealed class SameCurrency : IRates
    {
        public Number? Convert(Number amount, string? currency, long at) => amount;
    }

    private sealed class NoGroups : IGroupTraits
    {
        public Value Get(string group, string path, long now) => Value.Null;

        public long NextChange(string group, long now) => Instants.Never;
    }
}
