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

    public void Write(IBufferWriter<byte> writer)
    {
        Span<byte> fixedPart = stackalloc byte[12];
        BinaryPrimitives.WriteInt64LittleEndian(fixedPart, ReceivedAt);
        BinaryPrimitives.WriteInt32LittleEndian(fixedPart[8..], ItemLength);
        writer.Write(fixedPart);
        WriteText(writer, Reason);
        WriteText(writer, Detail);
        WriteText(writer, Source);
        writer.Write(Item.Span[..Math.Min(Item.Length, MaxKept)]);
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
        var bytes = Encoding.UTF8.GetBytes(text.Length > 1_000 ? text[..1_000] : text);
        Span<byte> length = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(length, (ushort)bytes.Length);
        writer.Write(length);
        writer.Write(bytes);
    }

    private static string ReadText(ref ReadOnlySpan<byte> body)
    {
        var length = BinaryPrimitives.ReadUInt16LittleEndian(body);
        var text = Encoding.UTF8.GetString(body.Slice(2, length));
        body = body[(2 + length)..];
        return text;
    }
}
