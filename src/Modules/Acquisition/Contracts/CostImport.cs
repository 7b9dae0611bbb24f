using Ciclo.Engine.Hosting;
using Ciclo.Modules.Access.Contracts;

namespace Ciclo.Modules.Acquisition.Contracts;

/// <summary>Advertising costs from a file, for other modules.</summary>
public static class CostImport
{
    /// <summary>Takes in the costs of a file in one of the shapes that `ciclo costs import` reads; answers how many. Throws <see cref="RefusedException"/> for another.</summary>
    public static async Task<int> FromFileAsync(DataHost host, string workspace, Stream file, Actor by, CancellationToken cancellation)
    {
        var (read, refusal) = CostFile.Read(file, new FileHints());
        if (read is null)
        {
            throw new RefusedException(refusal!.Value);
        }
        await new CostService(host).KeepAsync(workspace, read, by, cancellation);
        return read.Rows.Count;
    }
}
