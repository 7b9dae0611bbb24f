using System.Buffers.Text;
using System.Text;

namespace Ciclo.Bench;

/// <summary>
/// Batches of 100 Segment track calls as libraries send them, about 290 bytes an event, each with a message id of its own. Deterministic but
/// for the time. An instance belongs to one connection.
/// </summary>
internal sealed class Batches(int connection, int users)
{
    public const int Size = 100;

    private static readonly byte[][] Names = [.. new[]
    {
        "Product Viewed", "Product Viewed", "Product Viewed", "Product Added", "Product Added", "Order Completed", "Checkout Started", "Signed Up",
        "Email Opened", "NPS Answered",
    }.Select(Encoding.UTF8.GetBytes)];

    private readonly Random random = new(connection);
    private readonly byte[] buffer = new byte[64 * 1024];
    private readonly byte[] prefix = Encoding.ASCII.GetBytes($"b{connection}-");
    private int next;
    private int used;

    /// <param name="at">When the events happened.</param>
    /// <param name="isOnTime">False: `sentAt` is left out, so that the server does not take the difference for a wrong clock.</param>
    /// <param name="count">Events in it, at most <see cref="Size"/>.</param>
    public ReadOnlyMemory<byte> Next(long at, bool isOnTime = true, int count = Size)
    {
        used = 0;
        var time = Encoding.ASCII.GetBytes(Core.Time.Instants.Format(at));
        Add("{"u8);
        if (isOnTime)
        {
            Add("\"sentAt\":\""u8);
            Add(time);
            Add("\","u8);
        }
        Add("\"batch\":["u8);
        for (var i = 0; i < count; i++)
        {
            AddEvent(i, time);
        }
        Add("]}"u8);
        return buffer.AsMemory(0, used);
    }

    private void AddEvent(int i, byte[] time)
    {
        Add(i == 0 ? "{\"type\":\"track\",\"messageId\":\""u8 : ",{\"type\":\"track\",\"messageId\":\""u8);
        Add(prefix);
        Add(next++);
        Add("\",\"userId\":\"u"u8);
        Add(random.Next(users));
        Add("\",\"event\":\""u8);
        Add(Names[random.Next(Names.Length)]);
        Add("\",\"timestamp\":\""u8);
        Add(time);
        Add("\",\"properties\":{\"revenue\":"u8);
        Add(random.Next(5, 200));
        Add(",\"currency\":\"EUR\",\"product_id\":\"sku-"u8);
        Add(random.Next(5_000));
        Add("\",\"score\":"u8);
        Add(random.Next(11));
        Add("},\"context\":{\"library\":{\"name\":\"analytics.js\",\"version\":\"2.1.0\"},\"locale\":\"es-MX\"}}"u8);
    }

    private void Add(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(buffer.AsSpan(used));
        used += bytes.Length;
    }

    private void Add(int number)
    {
        Utf8Formatter.TryFormat(number, buffer.AsSpan(used), out var written);
        used += written;
    }
}
