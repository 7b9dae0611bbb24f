namespace Ciclo.Core.Predict.Goals;

/// <summary>Lists in the bytes of a model: how many, then each, numbers to their last bit.</summary>
internal static class ModelBytes
{
    public static void Put(this BinaryWriter to, double[] values) => Put(to, values, to.Write);

    public static void Put(this BinaryWriter to, int[] values) => Put(to, values, to.Write);

    public static void Put(this BinaryWriter to, ulong[] values) => Put(to, values, to.Write);

    public static void Put<T>(this BinaryWriter to, IReadOnlyList<T> values, Action<T> one)
    {
        to.Write(values.Count);
        foreach (var value in values)
        {
            one(value);
        }
    }

    public static double[] Doubles(this BinaryReader from) => List(from, from.ReadDouble);

    public static int[] Ints(this BinaryReader from) => List(from, from.ReadInt32);

    public static ulong[] Words(this BinaryReader from) => List(from, from.ReadUInt64);

    public static T[] List<T>(this BinaryReader from, Func<T> one)
    {
        var values = new T[from.ReadInt32()];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = one();
        }
        return values;
    }
}
