using System.Text;

namespace Ciclo.Modules.Demo;

/// <summary>The files that lie beside the demo's data.</summary>
public static class DemoFiles
{
    public const string Customers = "customers.csv";
    public const string AdCosts = "ad-costs.csv";
    public const string GroundTruth = "ground-truth.json";

    /// <summary>Opens customers.csv, to be handed to <see cref="DemoShop.Frames"/>; the caller disposes it after the last frame.</summary>
    public static StreamWriter CreateCustomers(string directory) => Create(Path.Combine(directory, Customers));

    /// <summary>Writes ad-costs.csv and ground-truth.json of a shop whose frames were read to their end; files of before are replaced.</summary>
    public static void Write(DemoShop shop, string directory)
    {
        using (var costs = Create(Path.Combine(directory, AdCosts)))
        {
            shop.WriteAdCosts(costs);
        }
        using var truth = File.Create(Path.Combine(directory, GroundTruth));
        shop.WriteGroundTruth(truth);
    }

    private static StreamWriter Create(string path) => new(path, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { NewLine = "\n" };
}
