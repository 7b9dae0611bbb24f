using System.Buffers.Binary;
using System.Text;
using Ciclo.Core.Events;
using Ciclo.Core.Identity;
using Ciclo.Data.Journal;

namespace Ciclo.Engine.Runtime;

/// <summary>
/// Packs moves as rows of the feed: kind (0 moved, 1 withdrawn), instant (8), when it was recorded (8), version of the lifecycle (4), then public
/// id of the profile, lifecycle, stage left (empty: none) and stage entered, each as length (1) and UTF-8. Names are looked up by number, and a
/// row allocates nothing.
/// </summary>
internal sealed class MoveRows(WorkspaceRules rules, Names names)
{
    private const int Head = 21;
    private byte[][] texts = [];
    private int[] versions = [];

    /// <summary>Whether rows are packed under these.</summary>
    public bool Fits(WorkspaceRules otherRules, Names otherNames) => rules == otherRules && names == otherNames;

    /// <summary>Takes in names that are new. Before anything is packed, with nobody beside it; afterwards any number of threads may pack.</summary>
    public void Refresh()
    {
        var known = texts.Length;
        if (names.Count == known)
        {
            return;
        }
        Array.Resize(ref texts, names.Count);
        Array.Resize(ref versions, names.Count);
        for (var i = known; i < texts.Length; i++)
        {
            texts[i] = Packed(names[i]);
            versions[i] = rules.VersionOf(names[i]);
        }
    }

    /// <summary>Packs a move of the profile with that number.</summary>
    public void Write(FrameBuilder into, IdentityGraph identity, in FeedMove move, long now)
    {
        Span<byte> profile = stackalloc byte[PublicIds.Length];
        identity.WritePublicId(move.Profile, profile);
        Write(into, profile, move.Move, move.IsWithdrawn, now);
    }

    /// <summary>Packs a move of a profile that has a number no longer.</summary>
    public void Write(FrameBuilder into, string publicId, PlacedMove move, bool isWithdrawn, long now) =>
        Write(into, Encoding.UTF8.GetBytes(publicId), move, isWithdrawn, now);

    private void Write(FrameBuilder into, ReadOnlySpan<byte> profile, in PlacedMove move, bool isWithdrawn, long now)
    {
        var (lifecycle, from, to) = (texts[move.Lifecycle], move.From < 0 ? Nothing : texts[move.From], texts[move.To]);
        into.Begin(RecordKind.Transition);
        var row = into.GetSpan(Head + 1 + profile.Length + lifecycle.Length + from.Length + to.Length);
        row[0] = isWithdrawn ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt64LittleEndian(row[1..], move.At);
        BinaryPrimitives.WriteInt64LittleEndian(row[9..], now);
        BinaryPrimitives.WriteInt32LittleEndian(row[17..], versions[move.Lifecycle]);
        row[Head] = (byte)profile.Length;
        profile.CopyTo(row[(Head + 1)..]);
        var next = Head + 1 + profile.Length;
        lifecycle.CopyTo(row[next..]);
        next += lifecycle.Length;
        from.CopyTo(row[next..]);
        next += from.Length;
        to.CopyTo(row[next..]);
        into.Advance(next + to.Length);
        into.End();
    }

    private static byte[] Nothing { get; } = [0];

    private static byte[] Packed(string text) => [(byte)Encoding.UTF8.GetByteCount(text), .. Encoding.UTF8.GetBytes(text)];
}
