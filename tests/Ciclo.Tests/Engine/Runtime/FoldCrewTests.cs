using Ciclo.Engine.Runtime;

namespace Ciclo.Tests.Engine.Runtime;

public sealed class FoldCrewTests
{
    [Fact]
    public async Task Every_part_of_a_job_runs_once_and_all_are_done_when_it_returns()
    {
        using var crew = new FoldCrew(4);
        for (var round = 0; round < 2_000; round++)
        {
            var runs = new int[1 + (round % 70)];
            await crew.RunAsync(() =>
            {
                crew.Share(runs.Length, (_, part) => Interlocked.Increment(ref runs[part]));
                return true;
            });
            Assert.All(runs, times => Assert.Equal(1, times));
        }
    }

    [Fact]
    public async Task No_two_parts_run_on_one_worker_at_a_time()
    {
        using var crew = new FoldCrew(3);
        var busy = new int[crew.Size];
        await crew.RunAsync(() =>
        {
            crew.Share(5_000, (worker, _) =>
            {
                Assert.Equal(1, Interlocked.Increment(ref busy[worker]));
                Interlocked.Decrement(ref busy[worker]);
            });
            return true;
        });
    }

    [Fact]
    public async Task Jobs_run_in_the_order_of_asking_and_one_that_fails_is_its_askers()
    {
        using var crew = new FoldCrew(2);
        var order = new List<int>();
        var jobs = Enumerable.Range(0, 100).Select(number => crew.RunAsync(() =>
        {
            order.Add(number);
            return number == 50 ? throw new InvalidDataException("50") : number;
        })).ToList();
        await Assert.ThrowsAsync<InvalidDataException>(() => jobs[50]);
        Assert.Equal(99, await jobs[99]);
        Assert.Equal(Enumerable.Range(0, 100), order);
    }

    [Fact]
    public async Task A_part_that_fails_fails_the_job_and_the_next_job_runs()
    {
        using var crew = new FoldCrew(3);
        await Assert.ThrowsAsync<InvalidDataException>(() => crew.RunAsync(() =>
        {
            crew.Share(100, (_, part) => throw new InvalidDataException($"{part}"));
            return true;
        }));
        var runs = 0;
        await crew.RunAsync(() =>
        {
            crew.Share(100, (_, _) => Interlocked.Increment(ref runs));
            return true;
        });
        Assert.Equal(100, runs);
    }

    [Fact]
    public async Task A_job_without_parts_is_no_error()
    {
        using var crew = new FoldCrew(2);
        Assert.True(await crew.RunAsync(() =>
        {
            crew.Share(0, (_, _) => Assert.Fail("There is no part."));
            return true;
        }));
    }
}
