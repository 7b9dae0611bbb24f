using Ciclo.Modules.Imports.Contracts;
using Ciclo.Tests.Collect;

namespace Ciclo.Tests.Predict;

/// <summary>Tables of the published data.</summary>
internal static class PublishedTable
{
    public static ColumnTable Read(string set, string file)
    {
        using var stream = File.OpenRead(Path.Combine(PublishedDataFactAttribute.Folder(set), file));
        return ColumnTable.Read(stream, file);
    }

    public static double[] Numbers(this ColumnTable table, string column) => table.Numbers(table.IndexOf(column));
}
