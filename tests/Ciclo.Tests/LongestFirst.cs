using Xunit.Abstractions;

[assembly: TestCollectionOrderer("Ciclo.Tests.LongestFirst", "Ciclo.Tests")]

namespace Ciclo.Tests;

/// <summary>Starts the classes that take longest first, so that no long one is left alone at the end while the other cores rest. What is not named follows as it comes.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Longest =
    [
        "Screens.DemoScreenTests", "Simulation.EngineSimulationTests", "RealProcess.KillTests", "Screens.ScreenTests", "Screens.BoardScreenTests", "Rules.EngineTests", "RealProcess.MessageKillTests", "Screens.CartTests", "Screens.JourneyScreenTests",
        "Tests.SqlPageTests", "Access.Tests.MatrixTests", "Screens.ModelScreenTests", "Screens.SourceScreenTests", "Docs.ReadmeTests", "Screens.GoalScreenTests", "Rules.TwinTests", "Screens.LifecycleScreenTests",
        "Access.Tests.SignInTests", "RealProcess.ImportKillTests", "RealProcess.ClientLibraryTests", "Revenue.Tests.RevenueSourceTests", "Faults.FullDiskTests",
    ];

    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) => testCollections.OrderBy(RankOf);

    private static int RankOf(ITestCollection collection)
    {
        var rank = Array.FindIndex(Longest, name => collection.DisplayName.Contains(name, StringComparison.Ordinal));
        return rank < 0 ? Longest.Length : rank;
    }
}
