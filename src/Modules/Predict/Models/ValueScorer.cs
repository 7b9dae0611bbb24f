using Ciclo.Core.Predict.Value;

namespace Ciclo.Modules.Predict.Models;

/// <summary>A model of value, and how money foreseen and what it is foreseen from were spread over customers on the day it was trained.</summary>
internal sealed class ValueScorer(ValueModel model, string currency, SpreadSet spread)
{
    public ValueModel Model => model;

    public string Currency => currency;

    public SpreadSet Spread => spread;

    public byte[] Bytes() => ModelFile.Of(ModelFile.Value, to =>
    {
        to.Write(model.Kind.ToString());
        Numbers(to, model.Purchases.Fit.Parameters);
        Numbers(to, model.Spending.Fit.Parameters);
        to.Write(currency);
        spread.Write(to);
    });

    /// <summary>Null where the bytes cannot be read.</summary>
    public static ValueScorer? Of(byte[] file) => ModelFile.Read(file, ModelFile.Value, from =>
        new ValueScorer(ValueModel.Of(Enum.Parse<PurchaseKind>(from.ReadString()), Numbers(from), Numbers(from)), from.ReadString(), SpreadSet.Read(from)));

    private static void Numbers(BinaryWriter to, double[] values)
    {
        to.Write(values.Length);
        Array.ForEach(values, to.Write);
    }

    private static double[] Numbers(BinaryReader from)
    {
        var values = new double[from.ReadInt32()];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = from.ReadDouble();
        }
        return values;
    }
}
