using Ciclo.Core;

namespace Ciclo.Modules.Predict.Kept;

/// <summary>One kind of training of a workspace as it is recorded.</summary>
/// <param name="IsUsed">Whether somebody approved it, and each later training with it.</param>
/// <param name="DueAt">When it is trained next, Unix milliseconds.</param>
/// <param name="Card">What the newest training that came to something found; null before that.</param>
/// <param name="Refusal">Why the newest training came to nothing.</param>
public sealed record KeptRecord<TCard>(string WorkspaceId, bool IsUsed, long DueAt, long? TrainedAt, TCard? Card, Text? Refusal)
    where TCard : class;

/// <summary>What was trained: answers from memory, for many threads at a time.</summary>
internal interface IKept<TSelf, TCard>
    where TSelf : class
{
    TCard Card { get; }

    /// <summary>All that is not in the card. Nothing in it is about one person; what texts of events may give away, <see cref="KeptDesk{TShelf, TCard}.MayKeep"/> guards.</summary>
    void Write(BinaryWriter to);

    /// <summary>What answers the same as what was written; null where this program understands it otherwise.</summary>
    static abstract TSelf? Read(BinaryReader from, TCard card, long trainedAt);
}

/// <summary>What tells one kind of training from another.</summary>
/// <param name="Name">As the records, the files and the audit log have it.</param>
/// <param name="File">Of <see cref="Models.ModelFile"/>.</param>
/// <param name="Trained">The audit log's word for asking for a training.</param>
/// <param name="Used">For approving.</param>
/// <param name="Stopped">For taking that back.</param>
internal sealed record KeptKind(string Name, byte File, string Trained, string Used, string Stopped);
