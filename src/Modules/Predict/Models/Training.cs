using Ciclo.Core;
using Ciclo.Core.Predict.Goals;

namespace Ciclo.Modules.Predict.Models;

/// <summary>How one kind of model learns from the history.</summary>
internal interface ITraining
{
    /// <summary>Learns from what was known until <paramref name="now"/>; throws <see cref="CannotTrainException"/> with the reason for people.</summary>
    Trained Train(PredictModel model, long now, CancellationToken cancellation);

    /// <summary>What was trained before, from the bytes that were kept of it; null where they cannot be read.</summary>
    Trained? Restore(PredictModel model, ModelCard card, byte[] file) => null;
}

/// <summary>What was trained. <paramref name="Score"/>: scores everybody it speaks of, as of an instant.</summary>
/// <param name="File">The bytes to keep, which score the same after a restart; null of what is trained again then.</param>
internal sealed record Trained(ModelCard Card, Func<long, CancellationToken, IReadOnlyList<PersonScored>> Score, byte[]? File = null)
{
    /// <summary>After a scoring: how far people have moved since the training.</summary>
    public IReadOnlyList<ColumnDrift> Drift { get; set; } = [];
}

/// <summary>A person's score, and what moved it most.</summary>
/// <param name="Before">The score that stands in the history; null for none.</param>
/// <param name="Between">What it lies between with 80 % probability; null where that is not known.</param>
/// <param name="Worth">Of a score that is money.</param>
/// <param name="Lead">Of a lead; <paramref name="Graded"/>: the grade that stands in the history.</param>
internal sealed record PersonScored(
    int Profile, double Score, double? Before, IReadOnlyList<Reason> Reasons, (double Low, double High)? Between = null, Worth? Worth = null, LeadScore? Lead = null, string? Graded = null);

/// <summary>What an amount foreseen is made of.</summary>
/// <param name="Alive">The probability of still being a customer.</param>
/// <param name="Orders">Expected; null of what is paid by the month.</param>
/// <param name="Months">Expected, of what is paid by the month.</param>
internal sealed record Worth(double Alive, double? Orders, string Currency, double? Months = null);

/// <summary>Why a training came to nothing, to people.</summary>
public sealed class CannotTrainException(Text why) : Exception(why.En)
{
    public Text Why => why;

    /// <summary>Whether it is worth trying again soon.</summary>
    public bool IsPassing { get; private init; }

    internal static CannotTrainException Recount() => new(new("Everything is being counted anew. It is tried again in a minute.", "Todo se está contando de nuevo. Se intenta otra vez en un minuto.")) { IsPassing = true };
}
