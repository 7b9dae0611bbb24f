using Ciclo.Core.Identity;

namespace Ciclo.Modules.Profiles;

/// <summary>A command as it was asked for.</summary>
internal sealed record SentCommand(IdentityCommandKind Kind, string A, string B);

/// <summary>
/// The commands carried out lately, by Idempotency-Key, so that a request sent again is not carried out again. The newest are kept in memory:
/// a client that never heard the answer repeats within minutes, and a repetition after a restart only says the same once more.
/// </summary>
internal sealed class SentCommands
{
    private const int Kept = 10_000;

    private readonly Lock gate = new();
    private readonly Dictionary<(string Workspace, string Key), SentCommand> byKey = [];
    private readonly Queue<(string Workspace, string Key)> oldest = new();

    public SentCommand? Find(string workspace, string key)
    {
        lock (gate)
        {
            return byKey.GetValueOrDefault((workspace, key));
        }
    }

    public void Note(string workspace, string key, SentCommand command)
    {
        lock (gate)
        {
            if (!byKey.TryAdd((workspace, key), command))
            {
                return;
            }
            oldest.Enqueue((workspace, key));
            if (oldest.Count > Kept)
            {
                byKey.Remove(oldest.Dequeue());
            }
        }
    }
}
