using Ciclo.Core.Folds;

namespace Ciclo.Tests.Folds;

public class WindowRingTests
{
    [Fact]
    public void A_ring_that_grows_keeps_every_instant()
    {
        var ring = new WindowRing();
        for (var at = 0; at < 100; at++)
        {
            ring.Add(at);
        }
        Assert.Equal(Enumerable.Range(0, 100).Select(at => (long)at), Enumerable.Range(0, ring.Count).Select(ring.TimeAt));
    }
}
