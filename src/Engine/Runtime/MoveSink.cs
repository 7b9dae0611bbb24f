using Ciclo.Core.Identity;
using Ciclo.Data.Journal;

namespace Ciclo.Engine.Runtime;

/// <summary>Where moves go that become known at one instant. Threads that fold pack their own side by side; what they packed is taken in order.</summary>
internal sealed class MoveSink(Feed feed, MoveRows rows, IdentityGraph identity, long now)
{
    private readonly FrameBuilder own = new();

    /// <summary>Packs moves as rows; on any thread.</summary>
    public void Pack(List<FeedMove> moves, FrameBuilder into)
    {
        foreach (ref readonly var move in System.Runtime.InteropServices.CollectionsMarshal.AsSpan(moves))
        {
            rows.Write(into, identity, move, now);
        }
    }

    /// <summary>Adds packed rows to the feed, and empties the builder. One thread at a time, as all that follows.</summary>
    public void Take(FrameBuilder packed)
    {
        feed.Add(packed);
        packed.Clear();
    }

    public void Take(FeedMove move)
    {
        rows.Write(own, identity, move, now);
        Take(own);
    }

    /// <summary>Withdraws moves of somebody who is no profile any more.</summary>
    public void Withdraw(string publicId, IEnumerable<PlacedMove> moves)
    {
        foreach (var move in moves)
        {
            rows.Write(own, publicId, move, true, now);
        }
        Take(own);
    }
}
