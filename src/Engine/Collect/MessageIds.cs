using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Ciclo.Engine.Collect;

/// <summary>
/// Ids for events that came without one: `srv_`, then 26 characters of Crockford's base 32 that begin with the time and go on at random.
/// They ascend in the order in which they are given, so that items of one batch with one timestamp keep the batch's order
/// (order within a profile is timestamp, then messageId). Where the bytes come from is an argument: a simulation gives seeded ones.
/// </summary>
public sealed class MessageIds(MessageIds.Source random)
{
    public delegate void Source(Span<byte> destination);

    public const int Length = 30;

    private readonly Lock gate = new();
    private UInt128 last;

    public static MessageIds FromSystem() => new(RandomNumberGenerator.Fill);

    /// <summary>Writes the next id into <paramref name="destination"/>, which has <see cref="Length"/> bytes.</summary>
    public void Write(Span<byte> destination, long nowMs)
    {
        Span<byte> bytes = stackalloc byte[16];
        random(bytes);
        var time = (UInt128)(ulong)(Math.Max(nowMs, 0) & 0xffff_ffff_ffff) << 80;
        var fresh = time | (BinaryPrimitives.ReadUInt128BigEndian(bytes) & ((UInt128.One << 80) - 1));
        UInt128 id;
        lock (gate)
        {
            // A second id in one millisecond, or a clock set back, follows the last one given.
            id = fresh >> 80 > last >> 80 ? fresh : last + 1;
            last = id;
        }
        "srv_"u8.CopyTo(destination);
        for (var i = Length - 1; i >= 4; i--)
        {
            destination[i] = "0123456789abcdefghjkmnpqrstvwxyz"u8[(int)(id & 31)];
            id >>= 5;
        }
    }
}
