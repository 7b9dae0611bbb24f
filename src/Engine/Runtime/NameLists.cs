using Ciclo.Core.Events;

namespace Ciclo.Engine.Runtime;

/// <summary>Names in a checkpoint: how many, then each, in the order of their numbers.</summary>
internal static class NameLists
{
    public static void Write(BinaryWriter writer, IReadOnlyList<string> names)
    {
        writer.Write(names.Count);
        foreach (var name in names)
        {
            writer.Write(name);
        }
    }

    public static Names Read(BinaryReader reader)
    {
        var names = new Names();
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            names.Add(reader.ReadString());
        }
        return names;
    }
}
