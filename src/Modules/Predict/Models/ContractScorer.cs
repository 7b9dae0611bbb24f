using Ciclo.Core.Predict;
using Ciclo.Core.Predict.Value;

namespace Ciclo.Modules.Predict.Models;

/// <summary>Contracts that were learned from, and the plans by their number.</summary>
internal sealed class ContractScorer(IReadOnlyList<string> plans, IReadOnlyList<ContractSpell> spells)
{
    public IReadOnlyList<string> Plans => plans;

    public ContractModel Model { get; } = ContractModel.Fitted(spells, plans.Count);

    public byte[] Bytes() => ModelFile.Of(ModelFile.Contract, to =>
    {
        to.Put(plans, to.Write);
        to.Put(spells, spell =>
        {
            to.Write(spell.Months);
            to.Write(spell.IsOver);
            to.Write(spell.Group);
        });
    });

    /// <summary>Null where the bytes cannot be read.</summary>
    public static ContractScorer? Of(byte[] file) => ModelFile.Read(
        file, ModelFile.Contract, from => new ContractScorer(from.List(from.ReadString), from.List(() => new ContractSpell(from.ReadDouble(), from.ReadBoolean(), from.ReadInt32()))));
}
