using Ciclo.Core.Events;
using Ciclo.Data.Files;
using Ciclo.Data.Journal;

namespace Ciclo.Engine.Runtime;

/// <summary>
/// Where the larger parts of what is staged lie: histories and message ids. Making everything anew writes into folders of its own, beside
/// those in force.
/// </summary>
public sealed class StagedHome(IStorage storage, Journal journal, HistoryOptions options)
{
    private readonly HistoryHome histories = new(storage, paths => new JournalRecords(journal, paths), options);

    public History FreshHistory(Names paths) => histories.Fresh(paths);

    public MessageLog FreshMessages(int slot) => MessageLog.Create(storage, slot);

    /// <summary>Throws <see cref="Data.History.HistoryDamagedException"/> where a segment is missing or damaged.</summary>
    public History OpenHistory(HistoryManifest manifest, Names paths) => histories.Open(manifest, paths);

    /// <summary>Throws <see cref="Data.Keys.KeysDamagedException"/> where a file is missing or damaged.</summary>
    public MessageLog OpenMessages(MessageManifest manifest) => MessageLog.Open(storage, manifest);

    /// <summary>A checkpoint that names these files is durable: those that nothing needs any more are deleted.</summary>
    public void MadeDurable(HistoryManifest history, MessageManifest messages)
    {
        histories.MadeDurable(history);
        MessageLog.ClearOthers(storage, messages.Generation);
    }

    public void Close(History history) => histories.Close(history);

    /// <summary>Lets go of what was staged. Its files go when no checkpoint names them.</summary>
    public void Close(Staged staged)
    {
        histories.Close(staged.History);
        staged.Messages.Dispose();
    }
}
