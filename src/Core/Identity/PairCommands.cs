namespace Ciclo.Core.Identity;

/// <summary>What a person can say of two identifiers. Persisted: values only grow. Of commands with one instant and id the greater value counts.</summary>
public enum IdentityCommandKind : byte
{
    Join = 0,
    Lift = 1,
    Separate = 2,
}

/// <summary>The latest command on each pair of nodes, and the separations that stand.</summary>
internal sealed class PairCommands
{
    private readonly Dictionary<(int A, int B), Command> latest = [];
    private readonly Dictionary<int, List<int>> separated = [];

    public readonly record struct Command(IdentityCommandKind Kind, long At, byte[] Id);

    /// <summary>In order of first appearance.</summary>
    public IReadOnlyDictionary<(int A, int B), Command> Latest => latest;

    /// <summary>Takes note of a command; true if a separation came to stand or was lifted by it.</summary>
    public bool Offer(int a, int b, Command command)
    {
        var pair = a < b ? (a, b) : (b, a);
        var stood = false;
        if (latest.TryGetValue(pair, out var known))
        {
            if (!IsLater(command, known))
            {
                return false;
            }
            stood = known.Kind == IdentityCommandKind.Separate;
        }
        latest[pair] = command;
        var stands = command.Kind == IdentityCommandKind.Separate;
        if (stands == stood)
        {
            return false;
        }
        Change(a, b, stands);
        Change(b, a, stands);
        return true;
    }

    /// <summary>The nodes that may not be in one profile with this one.</summary>
    public IReadOnlyList<int> SeparatedFrom(int node) => separated.TryGetValue(node, out var others) ? others : [];

    private void Change(int node, int other, bool stands)
    {
        if (!separated.TryGetValue(node, out var others))
        {
            separated[node] = others = [];
        }
        if (stands)
        {
            others.Add(other);
        }
        else
        {
            others.Remove(other);
        }
    }

    private static bool IsLater(Command command, Command known)
    {
        if (command.At != known.At)
        {
            return command.At > known.At;
        }
        var order = command.Id.AsSpan().SequenceCompareTo(known.Id);
        return order != 0 ? order > 0 : command.Kind > known.Kind;
    }
}
