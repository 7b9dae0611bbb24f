using Ciclo.Core.Predict.Value;

namespace Ciclo.Modules.Predict.Models;

/// <summary>Contracts that were learned from, and the plans by their number.</summary>
internal sealed class ContractScorer(IReadOnlyList<string> plans, IReadOnlyList<ContractSpell> spells)
{
    public IReadOnlyList<string> Plans => plans;

    public ContractModel Model { get; } = ContractModel.Fitted(spells, plans.Count);

    public byte[] Bytes() => ModelFile.Of(ModelFile.Contract, to =>
    {
        to.Write(plans.Count);
        foreach (var plan in plans)
        {
            to.Write(plan);
        }
        to.Write(spells.Count);
        foreach (var spell in spells)
        {
            to.Write(spell.Months);
            to.Write(spell.IsOver);
            to.Write(spell.Group);
        }
    });

    /// <summary>Null where the bytes cannot be read.</summary>
    public static ContractScorer? Of(byte[] file) => ModelFile.Read(file, ModelFile.Contract, from =>
    {
        var plans = new string[from.ReadInt32()];
        for (var i = 0; i < plans.Length; i++)
        {
            plans[i] = from.ReadString();
        }
        var spells = new ContractSpell[from.ReadInt32()];
        for (var i = 0; i < spells.Length; i++)
        {
            spells[i] = new ContractSpell(from.ReadDouble(), from.ReadBoolean(), from.ReadInt32());
        }
        return new ContractScorer(plans, spells);
    });
}
