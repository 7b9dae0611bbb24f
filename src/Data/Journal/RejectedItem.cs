using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Ciclo.Data.Journal;

/// <summary>
/// A refused item: when, why, from where, and what was sent (cut to <see cref="MaxKept"/> bytes, with its whole length beside it).
/// <paramref name="Source"/> is `api`, or `import:ID` for a row of a file; <paramref name="Detail"/> says more than the reason's code can.
/// </summary>
public sealed record RejectedItem(long ReceivedAt, string Reason, string Detail, string Source, ReadOnlyMemory<byte> Item, int ItemLength)
{
    public const int MaxKept = 65_536;

    public void Write(IBufferWriter<byte> writer) => Write(writer, ReceivedAt, Reason, Detail, Source, Item.Span, ItemLength);

    /// <summary>Writes a refused item from its parts, without a copy of what was sent: a body full of wrong items must not cost its size again.</summary>
    public static void Write(IBufferWriter<byte> writer, long receivedAt, string reason, string detail, string source, ReadOnlySpan<byte> item, int itemLength)
    {
        Span<byte> fixedPart = stackalloc byte[12];
        BinaryPrimitives.WriteInt64LittleEndian(fixedPart, receivedAt);
        BinaryPrimitives.WriteInt32LittleEndian(fixedPart[8..], itemLength);
        writer.Write(fixedPart);
        WriteText(writer, reason);
        WriteText(writer, detail);
        WriteText(writer, source);
        writer.Write(item[..Math.Min(item.Length, MaxKept)]);
    }

    public static RejectedItem Read(ReadOnlySpan<byte> body)
    {
        var receivedAt = BinaryPrimitives.ReadInt64LittleEndian(body);
        var length = BinaryPrimitives.ReadInt32LittleEndian(body[8..]);
        body = body[12..];
        var reason = ReadText(ref body);
        var detail = ReadText(ref body);
        var source = ReadText(ref body);
        return new RejectedItem(receivedAt, reason, detail, source, body.ToArray(), length);
    }

    private static void WriteText(IBufferWriter<byte> writer, string text)
    {
        var kept = text.AsSpan(0, Math.Min(text.Length, 1_000));
        var target = writer.GetSpan(2 + Encoding.UTF8.GetMaxByteCount(kept.Length));
        var length = Encoding.UTF8.GetBytes(kept, target[2..]);
        BinaryPrimitives.WriteUInt16LittleEndian(target, (ushort)length);
        writer.Advance(2 + length);
    }

    private static string ReadText(ref ReadOnlySpan<byte> body)
    {
        var length = BinaryPrimitives.ReadUInt16LittleEndian(body);
        var text = Encoding.UTF8.GetString(body.Slice(2, length));
        body = body[(2 + length)..];
        return text;
    }
}
