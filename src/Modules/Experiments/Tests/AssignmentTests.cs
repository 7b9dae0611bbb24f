using Ciclo.Data.Records;
using Ciclo.Modules.Experiments.Contracts;
using Ciclo.Server;

namespace Ciclo.Modules.Experiments.Tests;

public sealed class AssignmentTests : IAsyncLifetime
{
    private static readonly ArmShare[] Halves = [new("control", 0.5), new("mail", 0.5)];

    private readonly string folder = Directory.CreateTempSubdirectory("ciclo-arms-").FullName;
    private Database database = null!;

    public Task InitializeAsync()
    {
        database = Database.Open(Path.Combine(folder, "ciclo.db"), ModuleList.Migrations);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await database.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task An_arm_is_given_once_and_hangs_on_every_identifier()
    {
        await HoldoutAsync(0);
        var arm = await AssignAsync("campaign:1", 1, "user_id:ana");
        Assert.Equal(arm, await AssignAsync("campaign:1", 2, "user_id:ana", "email:ana@example.com"));
        // By what came later alone it is the same person, whatever that would have drawn.
        for (var i = 0; i < 20; i++)
        {
            await AssignAsync("campaign:1", 3, "user_id:ana", $"anonymous_id:{i}");
            Assert.Equal(arm, await AssignAsync("campaign:1", 4, $"anonymous_id:{i}"));
        }
        Assert.Equal(22, database.Read(connection => ExperimentStore.Assigned(connection, "default", "campaign:1")).Count);
    }

    [Fact]
    public async Task Of_two_people_who_turn_out_to_be_one_the_earliest_stands()
    {
        await HoldoutAsync(0);
        var names = Enumerable.Range(0, 100).Select(i => $"user_id:{i}").ToList();
        var first = names.First(name => AssignAsync("campaign:1", 10, name).GetAwaiter().GetResult() == "mail");
        var other = names.Last(name => AssignAsync("campaign:1", 20, name).GetAwaiter().GetResult() == "control");
        Assert.Equal("mail", await AssignAsync("campaign:1", 30, other, first));
        Assert.Equal("mail", await AssignAsync("campaign:1", 30, other, first, "email:new@example.com"));
        Assert.Equal("mail", await AssignAsync("campaign:1", 40, "email:new@example.com"));
    }

    [Fact]
    public async Task The_global_holdout_gets_control_everywhere_and_is_noted()
    {
        await HoldoutAsync(0.3);
        var held = 0;
        for (var i = 0; i < 400; i++)
        {
            var arms = new[] { await AssignAsync("journey:a", i, $"user_id:{i}"), await AssignAsync("campaign:2", i, $"user_id:{i}") };
            var holdout = database.Read(connection => ExperimentStore.Assigned(connection, "default", "holdout")).Single(given => given.Identifier == $"user_id:{i}").Arm;
            held += holdout == "control" ? 1 : 0;
            Assert.True(holdout == Experiment.Everybody || arms.All(arm => arm == "control"));
        }
        Assert.InRange(held, 90, 150);
        Assert.Equal(held, database.Read(connection => ExperimentStore.Assigned(connection, "default", "journey:a")).Count(given => given.IsHeldOut));
        // A smaller share later is for people drawn later.
        await HoldoutAsync(0.001);
        for (var i = 0; i < 50; i++)
        {
            await AssignAsync("campaign:3", 1_000 + i, $"user_id:{i}");
        }
        Assert.Equal(400, database.Read(connection => ExperimentStore.Assigned(connection, "default", "holdout")).Count);
    }

    [Fact]
    public async Task Each_time_with_its_own_shares_is_kept_apart()
    {
        await HoldoutAsync(0);
        await AssignAsync("campaign:1", 1, "user_id:a");
        await AssignAsync("campaign:1", 2, "user_id:b");
        await database.WriteAsync((connection, transaction) => ExperimentBook.Assignments.Assign(connection, transaction, "default", "campaign:1", ["user_id:c"], [new("control", 0.1), new("mail", 0.9)], 3), default);
        Assert.Equal([0, 1], database.Read(connection => ExperimentStore.Eras(connection, null, "default", "campaign:1")).Select(era => era.Number));
        Assert.Equal([0, 0, 1], database.Read(connection => ExperimentStore.Assigned(connection, "default", "campaign:1")).Select(given => given.Era));
    }

    [Theory]
    [InlineData("\"Order Completed\" where", "character")]
    [InlineData("count(page) > 3", "character")]
    public async Task A_goal_that_cannot_be_read_is_refused_with_its_place(string goal, string says)
    {
        var refused = await database.WriteAsync((connection, transaction) => ExperimentBook.Define(connection, transaction, "default", new ExperimentDraft("campaign:1", "One", Halves, goal), 1), default);
        Assert.Contains(says, refused!.Value.En, StringComparison.Ordinal);
        Assert.Empty(database.Read(connection => ExperimentStore.List(connection, null, "default")));
    }

    private Task<int> HoldoutAsync(double share) => database.WriteAsync((connection, transaction) =>
    {
        ExperimentStore.PutHoldout(connection, transaction, "default", new HoldoutSetting(share, 1));
        return 0;
    }, default);

    private Task<string> AssignAsync(string experiment, long now, params string[] identifiers) =>
        database.WriteAsync((connection, transaction) => ExperimentBook.Assignments.Assign(connection, transaction, "default", experiment, identifiers, Halves, now), default);
}
