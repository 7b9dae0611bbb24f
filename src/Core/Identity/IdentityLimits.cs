namespace Ciclo.Core.Identity;

/// <summary>
/// How many identifiers of one type a profile may hold: user ids, and each other type (external types each on their own);
/// and how many identifiers may hang together before the whole component is quarantined.
/// </summary>
public sealed record IdentityLimits(int UserIds = 1, int Others = 5, int MaxComponent = 1_000)
{
    public int UserIds { get; } = AtLeastOne(UserIds, nameof(UserIds));

    public int Others { get; } = AtLeastOne(Others, nameof(Others));

    public int MaxComponent { get; } = AtLeastOne(MaxComponent, nameof(MaxComponent));

    private static int AtLeastOne(int value, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, name);
        return value;
    }
}
