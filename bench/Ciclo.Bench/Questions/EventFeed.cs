using System.Globalization;
using System.Text;
using Ciclo.Core.Time;

namespace Ciclo.Bench.Questions;

/// <summary>The common data set as Segment batches of 100, in the order in which it happened, for as many connections as ask; each event once.</summary>
internal sealed class EventFeed(BenchEvents events) : IDisposable
{
    public const int Size = 100;
    public const int LongestBatch = Size * 320;

    private readonly IEnumerator<BenchEvent> next = events.Read().GetEnumerator();
    private readonly Lock gate = new();
    private long number;

    /// <summary>Writes the next batch into a buffer of at least <see cref="LongestBatch" /> bytes; empty at the end.</summary>
    public ReadOnlyMemory<byte> Next(byte[] buffer)
    {
        lock (gate)
        {
            var used = Add(buffer, 0, "{\"batch\":[");
            var count = 0;
            while (count < Size && next.MoveNext())
            {
                used = AddEvent(buffer, count == 0 ? used : Add(buffer, used, ","), next.Current);
                count++;
            }
            used = Add(buffer, used, "]}");
            return count == 0 ? default : buffer.AsMemory(0, used);
        }
    }

    /// <summary>All batches in one buffer: a batch is over when the next is asked for.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> All()
    {
        var buffer = new byte[LongestBatch];
        for (var batch = Next(buffer); !batch.IsEmpty; batch = Next(buffer))
        {
            yield return batch;
        }
    }

    public void Dispose() => next.Dispose();

    private int AddEvent(byte[] buffer, int used, BenchEvent each)
    {
        Span<byte> revenue = stackalloc byte[16];
        var digits = EventTable.Decimals(each.Cents, revenue);
        used = Add(buffer, used, string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"type":"track","messageId":"c{{number++}}","userId":"u{{each.Profile}}","event":"{{BenchEvents.Names[each.Name]}}","timestamp":"{{Instants.Format(each.At)}}","properties":{"category":"{{BenchEvents.Categories[each.Category]}}","revenue":"""));
        revenue[..digits].CopyTo(buffer.AsSpan(used));
        return Add(buffer, used + digits, "}}");
    }

    private static int Add(byte[] buffer, int used, string text) => used + Encoding.UTF8.GetBytes(text, buffer.AsSpan(used));
}
