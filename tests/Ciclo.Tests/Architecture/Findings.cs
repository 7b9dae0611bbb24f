namespace Ciclo.Tests.Architecture;

public static class Findings
{
    /// <summary>Fails with every breach on a line of its own.</summary>
    public static void AssertNone(IEnumerable<string> breaches)
    {
        var found = breaches.ToList();
        Assert.True(found.Count == 0, string.Join('\n', found));
    }
}
