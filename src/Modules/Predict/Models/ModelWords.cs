using Ciclo.Core;
using Ciclo.Core.Predict.Value;
using Ciclo.Kit;

namespace Ciclo.Modules.Predict.Models;

/// <summary>How models and their tests read.</summary>
internal static class ModelWords
{
    public static Text State(VersionState state) => state switch
    {
        VersionState.Waiting => new("Waits for your approval", "Espera tu aprobación"),
        VersionState.InUse => new("In use", "En uso"),
        VersionState.Replaced => new("Replaced by a newer one", "Reemplazado por uno más nuevo"),
        VersionState.NoSignal => new("No signal: not used", "Sin señal: no se usa"),
        _ => new("Refused", "Rechazado"),
    };

    public static Verdict VerdictOf(VersionState state) => state switch
    {
        VersionState.InUse => Verdict.Good,
        VersionState.Waiting => Verdict.Warn,
        VersionState.NoSignal or VersionState.Refused => Verdict.Bad,
        _ => Verdict.None,
    };

    /// <summary>What an AUC or a correlation of ranks means, in words.</summary>
    public static Text Quality(ModelCard card) => !card.HasSignal ? new("no better than chance", "no mejor que el azar") : card is GoalCard goal ? OfAuc(goal.Auc) : RankOf(card) switch
    {
        < 0.15 => new("weak", "débil"),
        < 0.3 => new("fair", "aceptable"),
        < 0.5 => new("good", "buena"),
        _ => new("very good", "muy buena"),
    };

    /// <summary>The correlation of ranks of a model of money.</summary>
    public static double RankOf(ModelCard card) => card is ContractCard contract ? contract.Test.Rank : ((ValueCard)card).Test.Rank;

    private static Text OfAuc(double auc) => auc switch
    {
        < 0.6 => new("weak", "débil"),
        < 0.7 => new("fair", "aceptable"),
        < 0.8 => new("good", "buena"),
        < 0.9 => new("very good", "muy buena"),
        < 0.97 => new("excellent", "excelente"),
        _ => new("nearly perfect: is the question about people who could go either way?", "casi perfecta: ¿la pregunta es sobre personas que podrían hacerlo o no?"),
    };

    public static string NameOf(PurchaseKind kind) => kind switch { PurchaseKind.BgNbd => "BG/NBD", PurchaseKind.MbgNbd => "MBG/NBD", _ => "Pareto/NBD" };
}
