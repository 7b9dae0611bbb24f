using System.Text;
using System.Text.Json;
using Ciclo.Core.Events;
using Ciclo.Data.Journal;

namespace Ciclo.Tests.Simulation;

/// <summary>
/// The way from clients to the server and back: requests get lost, cut, doubled and late, answers get lost. A client sends again what it has
/// no answer for, as every library does.
/// </summary>
internal sealed class SimulatedNetwork(Random random)
{
    private readonly List<byte[]> unanswered = [];
    private readonly HashSet<string> given = [];

    /// <summary>Sends a body, and perhaps one again that had no answer. <paramref name="server"/> says whether it took a request.</summary>
    public async Task<string> SendAsync(byte[] body, Func<ReadOnlyMemory<byte>, Task<bool>> server)
    {
        Note(body);
        var way = await OnceAsync(body, server);
        if (unanswered.Count > 0 && random.Next(2) == 0)
        {
            var again = unanswered[random.Next(unanswered.Count)];
            unanswered.Remove(again);
            way += ", again: " + await OnceAsync(again, server);
        }
        return way;
    }

    /// <summary>The network is whole again, and every client has its answer.</summary>
    public async Task HealAsync(Func<ReadOnlyMemory<byte>, Task<bool>> server)
    {
        while (unanswered.Count > 0)
        {
            Assert.True(await server(unanswered[0]), "A request that was whole was refused.");
            unanswered.RemoveAt(0);
        }
    }

    /// <summary>Each item that a client ever meant to send is in the journal, admitted or refused.</summary>
    public void HoldAllArrived(IEnumerable<byte[]> frames) => Assert.Empty(given.Except(frames.SelectMany(MessageIds)));

    private async Task<string> OnceAsync(byte[] body, Func<ReadOnlyMemory<byte>, Task<bool>> server)
    {
        switch (random.Next(12))
        {
            case 0:
                unanswered.Add(body);
                return "lost";
            case 1:
                unanswered.Add(body);
                Assert.False(await server(body.AsMemory(0, random.Next(body.Length))), "A request that was cut was taken.");
                return "cut";
            case 2:
                // Noted before it is sent: the server may go down over it.
                unanswered.Add(body);
                await server(body);
                return "answer lost";
            case 3:
                unanswered.Add(body);
                await server(body);
                await server(body);
                unanswered.Remove(body);
                return "twice";
            default:
                unanswered.Add(body);
                await server(body);
                unanswered.Remove(body);
                return "arrived";
        }
    }

    private void Note(byte[] body)
    {
        using var json = JsonDocument.Parse(body);
        given.UnionWith(json.RootElement.GetProperty("batch").EnumerateArray().Select(item => item.GetProperty("messageId").GetString()!));
    }

    private static List<string> MessageIds(byte[] frame)
    {
        var ids = new List<string>();
        var records = new FrameReader(frame);
        while (records.Read())
        {
            if (records.Kind == RecordKind.Event && EventRecord.TryRead(records.Body, out var e))
            {
                ids.Add(Encoding.UTF8.GetString(e.MessageId));
            }
            else if (records.Kind == RecordKind.Rejected)
            {
                using var json = JsonDocument.Parse(RejectedItem.Read(records.Body).Item);
                ids.Add(json.RootElement.GetProperty("messageId").GetString()!);
            }
        }
        return ids;
    }
}
