using System.Text.Json;
using System.Text.Json.Nodes;
using Ciclo.Core.Predict.Reach;
using Ciclo.Core.Predict.Recommend;
using Ciclo.Core.Time;
using Ciclo.Data.Records;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Journeys.Tests;
using Ciclo.Modules.Messages;
using Ciclo.Modules.Predict.Contracts;
using Ciclo.Modules.Predict.Kept;
using Ciclo.Modules.Predict.Models;
using Ciclo.Modules.Predict.Reaching;
using Ciclo.Modules.Predict.Recommending;
using Ciclo.Modules.Safety.Tests;
using Ciclo.Server;
using Ciclo.Tests.Api;
using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Predict.Tests;

/// <summary>What is trained each day and kept: its bytes, a restart, damage, an erasure, and what older records become.</summary>
public sealed class KeptTrainingTests
{
    [Fact]
    public void Recommenders_that_were_kept_score_and_say_why_the_same_to_the_last_bit()
    {
        for (var seed = 0; seed < 12; seed++)
        {
            var random = new Random(seed);
            var (people, items) = (random.Next(20, 80), random.Next(5, 40));
            var data = Interactions.From([.. Enumerable.Range(0, people * 6).Select(_ => (random.Next(people), (int)(items * Math.Pow(random.NextDouble(), 2))))], people, items);
            var touches = Enumerable.Range(0, people).SelectMany(person => data.Of(person).ToArray().Select(item => new ItemTouch(item, person % 3, DateTimeOffset.UnixEpoch.AddDays(random.Next(90)))));
            var popular = Popular.Train([.. touches], items, 3, DateTimeOffset.UnixEpoch.AddDays(90), TimeSpan.FromDays(30));
            foreach (var model in new IRecommender[] { popular, ItemKnn.Train(data, 5, default), Ease.Train(data, 10, 1, default), ImplicitAls.Train(data, new AlsOptions(Factors: 8, Rounds: 2), 1, default) })
            {
                var file = ModelFile.Of(ModelFile.Offers, to => RecommenderBytes.Write(to, model));
                var again = ModelFile.Read(file, ModelFile.Offers, RecommenderBytes.Read)!;
                Assert.Equal((model.GetType(), items), (again.GetType(), again.ItemCount));
                Assert.Equal(file, ModelFile.Of(ModelFile.Offers, to => RecommenderBytes.Write(to, again)));
                var (one, two) = (new float[items], new float[items]);
                for (var person = 0; person < people; person++)
                {
                    model.Score(data.Of(person), one);
                    again.Score(data.Of(person), two);
                    Assert.Equal(one.Select(BitConverter.SingleToInt32Bits), two.Select(BitConverter.SingleToInt32Bits));
                    Assert.Equal(model.Because(data.Of(person), person % items), again.Because(data.Of(person), person % items));
                }
                Assert.Null(ModelFile.Read(file, ModelFile.Reach, RecommenderBytes.Read));
            }
        }
    }

    [Fact]
    public void Channel_and_hour_that_were_kept_answer_the_same_to_the_last_bit()
    {
        for (var seed = 0; seed < 6; seed++)
        {
            var random = new Random(seed);
            List<PersonReach> people =
            [
                .. Enumerable.Range(0, 150).Select(_ =>
                {
                    List<SentMessage> messages = [.. Enumerable.Range(0, random.Next(9)).Select(_ => new SentMessage(random.Next(3), random.Next(24), random.Next(3) == 0, $"c{random.Next(4)}"))];
                    var answers = Enumerable.Range(0, ReachChannels.Count).Select(channel => new Answers(messages.Count(one => one.Channel == channel), messages.Count(one => one.Channel == channel && one.IsAnswered)));
                    return new PersonReach(new PersonAnswers(random.Next(4), random.Next(-1, 6), [.. answers]), new PersonHours(messages, [.. Enumerable.Range(0, 24).Select(_ => (double)random.Next(3))]));
                }),
            ];
            var card = new ReachCard(150, 600, 0, [], [], 8, 0.1, null, 12.34, false, 1);
            var shelf = new ReachShelf(ReachModel.Train(people, ReachChannels.Count), new ReachWorth(card.Worth, [.. Enumerable.Range(0, ReachChannels.Count).Select(_ => random.NextDouble())]), card);
            var file = ModelFile.Of(ModelFile.Reach, shelf.Write);
            var again = ModelFile.Read(file, ModelFile.Reach, from => ReachShelf.Read(from, JsonSerializer.Deserialize<ReachCard>(JsonSerializer.Serialize(card))!, 0))!;
            Assert.Equal(file, ModelFile.Of(ModelFile.Reach, again.Write));
            Assert.Equal(people.Select(person => JsonSerializer.Serialize(shelf.Model.For(person, shelf.Worth))), people.Select(person => JsonSerializer.Serialize(again.Model.For(person, again.Worth))));
        }
    }

    [Fact]
    public async Task After_a_restart_the_first_message_goes_by_what_was_approved_and_a_damaged_file_is_trained_anew()
    {
        await using var world = await ReachOnHistoryTests.ShopAsync();
        var desk = ReachDesk.Of(world.Host);
        await desk.TrainAsync("default", Actor.CommandLine, default);
        await desk.LookAsync(world.Engine, default);
        await desk.DecideAsync("default", true, Actor.CommandLine, default);
        await desk.LookAsync(world.Engine, default);
        await world.Engine.RestAsync(default);
        var (before, record) = (Answers(world), desk.Find("default")!);
        Assert.DoesNotContain(BestReach.NotUsed.En, before, StringComparison.Ordinal);
        Assert.Contains("Answered 3 of 6 on the site", before, StringComparison.Ordinal);

        await world.RestartAsync();
        desk = ReachDesk.Of(world.Host);
        var seen = new ReachShelf?[8];
        Parallel.For(0, seen.Length, i => seen[i] = desk.Used("default"));
        Assert.NotNull(Assert.Single(seen.Distinct()));
        Assert.Equal(before, Answers(world));
        Assert.Equal(record.DueAt, await desk.LookAsync(world.Engine, default, () => Assert.Fail("Nothing was lost.")));
        Assert.Equal((record.TrainedAt, record.DueAt), (desk.Find("default")!.TrainedAt, desk.Find("default")!.DueAt));

        var path = Assert.Single(Directory.GetFiles(FolderOf(world.Folder)));
        var bytes = await File.ReadAllBytesAsync(path);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(path, bytes);
        world.Clock.Advance(TimeSpan.FromHours(1));
        await world.RestartAsync();
        desk = ReachDesk.Of(world.Host);
        Assert.Contains(BestReach.NotUsed.En, Answers(world), StringComparison.Ordinal);
        var lost = 0;
        await desk.LookAsync(world.Engine, default, () => lost++);
        await desk.LookAsync(world.Engine, default, () => lost++);
        Assert.Equal((1, record.TrainedAt + Durations.Hour), (lost, desk.Find("default")!.TrainedAt));
        Assert.DoesNotContain(BestReach.NotUsed.En, Answers(world), StringComparison.Ordinal);
        Assert.NotEqual(path, Assert.Single(Directory.GetFiles(FolderOf(world.Folder))));
    }

    [Fact]
    public async Task Recommendations_are_the_same_right_after_a_restart_and_an_erasure_leaves_no_file_that_names_anybody()
    {
        const string Path = "/api/v1/profiles/user_id:u0/recommendations?limit=100&exclude_bought=false";
        await using var server = await ApiServer.StartAsync();
        var look = new JsonObject
        {
            ["type"] = "track", ["event"] = "Product Viewed", ["userId"] = "ana-4711-x", ["messageId"] = "look", ["timestamp"] = server.At(99),
            ["properties"] = new JsonObject { ["product_id"] = "tea-1", ["url"] = "https://shop.example/tea-1?for=ana.perez@example.com" },
        };
        await server.SendAsync([.. OfferTests.Orders(server), look]);
        var desk = OfferDesk.Of(server.Host);
        await desk.TrainAsync("default", Actor.CommandLine, default);
        await desk.LookAsync(server.Engine, default);
        await desk.DecideAsync("default", true, Actor.CommandLine, default);
        var (before, record) = ((await server.GetAsync(Path)).ToJsonString(), desk.Find("default")!);
        Assert.Contains("ana.perez", before, StringComparison.Ordinal);
        var offered = Offered(server);

        await server.RestartAsync();
        Assert.Equal(before, (await server.GetAsync(Path)).ToJsonString());
        Assert.Equal(offered, Offered(server));
        desk = OfferDesk.Of(server.Host);
        Assert.Equal(record.DueAt, await desk.LookAsync(server.Engine, default, () => Assert.Fail("Nothing was lost.")));
        Assert.Equal(record.TrainedAt, desk.Find("default")!.TrainedAt);

        var folder = FolderOf(server.Host.Folder);
        Assert.Single(EraseCommandTests.Holds(folder, "ana.perez@example.com"));
        var (status, asked, response) = await server.SendAsync(HttpMethod.Delete, "/api/v1/profiles/user_id:ana-4711-x?reason=request", server.Key);
        response.Dispose();
        Assert.Equal(202, status);
        await server.Engine.ErasedAsync((string)asked!["id"]!, default);
        Assert.Empty(EraseCommandTests.Holds(folder, "ana.perez@example.com"));
        // As soon as the erasure is done it is trained anew, of what is left.
        while (desk.Find("default")!.TrainedAt == record.TrainedAt)
        {
            await desk.LookAsync(server.Engine, default);
        }
        Assert.Single(Directory.GetFiles(folder));
        Assert.Empty(EraseCommandTests.Holds(server.Host.Folder, "ana.perez@example.com"));
        var after = (await server.GetAsync(Path)).ToJsonString();
        Assert.Contains("tea-", after, StringComparison.Ordinal);
        Assert.DoesNotContain("ana.perez", after, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Records_of_before_keep_their_approval_their_test_and_their_settings()
    {
        var folder = Directory.CreateTempSubdirectory("ciclo-trainings-").FullName;
        var file = System.IO.Path.Combine(folder, "ciclo.db");
        await using (var older = Database.Open(file, [.. ModelList(before: 7)]))
        {
            await older.WriteAsync((connection, transaction) =>
            {
                using var command = new SqliteCommand("""
                    INSERT INTO recommendations (workspace_id, is_used, due_at, trained_at, card, decided_by, decided_at) VALUES ('shop', 1, 900, 100, '{"People":7}', 'usr_1', 200);
                    INSERT INTO reach (workspace_id, is_used, answer_worth, by_clicks, due_at, trained_at, card, refusal) VALUES ('shop', 0, '1.50', 1, 800, NULL, '', '["Too few","Muy pocos"]');
                    """, connection, transaction);
                return command.ExecuteNonQuery();
            }, default);
        }
        await using (var newer = Database.Open(file, ModuleList.Migrations))
        {
            var (offers, reach, settings) = newer.Read(connection => (
                KeptStore.Find<OfferCard>(connection, "recommendations", "shop")!, KeptStore.Find<ReachCard>(connection, "reach", "shop")!, ReachStore.Find(connection, "shop")));
            Assert.Equal((true, 900, 100, 7, null), (offers.IsUsed, offers.DueAt, offers.TrainedAt, offers.Card!.People, offers.Refusal));
            Assert.Equal((false, 800, null, null, "Muy pocos"), (reach.IsUsed, reach.DueAt, reach.TrainedAt, reach.Card, reach.Refusal?.Es));
            Assert.Equal(new ReachSettings(1.5m, true), settings);
        }
        Directory.Delete(folder, recursive: true);

        static IEnumerable<Migration> ModelList(int before) => ModuleList.Migrations.Where(migration => migration.Module != "predict" || migration.Number < before);
    }

    private static string FolderOf(string data) => System.IO.Path.Combine(data, "trained", "default");

    /// <summary>What a message offers.</summary>
    private static string Offered(ApiServer server) => server.Engine.Read(state =>
        Recommended.Of(server.Host, state, "default", state.Staged.Identity.ProfileOf(state.Staged.Identity.Find("user_id:u1"))).ToJsonString());

    /// <summary>The channel and the hour of each person, and why.</summary>
    private static string Answers(JourneyWorld world) => world.Engine.Read(state =>
    {
        MessageDesk.Of(world.Host).With([new ReachOnHistoryTests.Way("email", "Email"), new ReachOnHistoryTests.Way("onsite", "In-App Message")], null, null);
        var reach = new BestReach(world.Host, "default");
        return string.Join('\n', Enumerable.Range(0, 20).Select(i => state.Staged.Identity.ProfileOf(state.Staged.Identity.Find($"user_id:u{i}")))
            .Select(profile => $"{reach.Channel(state, profile, ["email", "onsite"], "news", 1)} {reach.NextAt(state, profile, Zone.Utc, state.Now)}"));
    });
}
