using System.Runtime.InteropServices;

namespace Ciclo.Core.Predict;

/// <summary>Lists in the bytes of a model: how many, then each, numbers to their last bit.</summary>
public static class ModelBytes
{
    private const int AtOnce = 1 << 16;

    public static void Put(this BinaryWriter to, double[] values) => Put(to, values, to.Write);

    public static void Put(this BinaryWriter to, int[] values) => Put(to, values, to.Write);

    public static void Put(this BinaryWriter to, ulong[] values) => Put(to, values, to.Write);

    public static void Put(this BinaryWriter to, bool[] values) => Put(to, values, to.Write);

    /// <summary>As they lie in memory: there may be millions.</summary>
    public static void Put(this BinaryWriter to, float[] values)
    {
        to.Write(values.Length);
        var bytes = MemoryMarshal.AsBytes<float>(values);
        for (var at = 0; at < bytes.Length; at += AtOnce)
        {
            to.Write(bytes[at..Math.Min(bytes.Length, at + AtOnce)]);
        }
    }

    public static void Put<T>(this BinaryWriter to, IReadOnlyCollection<T> values, Action<T> one)
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

    public static bool[] Bools(this BinaryReader from) => List(from, from.ReadBoolean);

    public static float[] Floats(this BinaryReader from)
    {
        var values = new float[from.ReadInt32()];
        from.BaseStream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

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
