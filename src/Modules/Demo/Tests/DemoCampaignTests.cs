using System.Text;
using System.Text.Json;
using Ciclo.Core.Events;
using Ciclo.Core.Experiments;
using Ciclo.Core.Time;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Engine.Runtime.Analysis;
using Ciclo.Modules.Campaigns;
using Ciclo.Modules.Consent;
using Ciclo.Modules.Consent.Contracts;
using Ciclo.Modules.Experiments;
using Ciclo.Modules.Messages.Contracts;
using Ciclo.Modules.Predict.Views;
using Ciclo.Server;
using Ciclo.Tests.Simulation;

namespace Ciclo.Modules.Demo.Tests;

/// <summary>The campaign of the story: its people are those whom its rule found then, its records say what its events say, and what is planted is what its experiment finds.</summary>
public sealed class DemoCampaignTests
{
    private const string Looked = "count(page, 90d) >= ";

    [Fact]
    public async Task What_the_campaign_changed_and_whom_it_moved_is_told_as_it_was_planted()
    {
        var folder = Directory.CreateTempSubdirectory("ciclo-demo-").FullName;
        try
        {
            await using var host = new CommandLine(new SimulatedClock(DemoStream.Afternoon), TextWriter.Null, TextWriter.Null).OpenOrRefuse(folder);
            await CheckAsync(host, await host.WorkspaceAsync("default", default));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task CheckAsync(DataHost host, WorkspaceEngine engine)
    {
        var options = new DemoOptions(host.NowMs) { Customers = 4_000, VisitorsPerCustomer = 0 };
        var setup = new DemoSetup(host, engine);
        await setup.MakeAsync(options, new Progress<(long, double)>(), default);
        using var file = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(setup.TruthFolder, DemoFiles.GroundTruth)));
        var truth = file.RootElement.GetProperty("planted").GetProperty("measured_campaign");
        var desk = ExperimentDesk.Of(host);
        var experiment = desk.Find("default", truth.GetProperty("experiment").GetString()!)!;

        var audience = host.Database.Read(connection => CampaignStore.Drawn(connection, 1, null, options.Customers)).People.Select(one => one.Person).ToHashSet();
        Assert.Equal(engine.Read(state => MeantAt(host, state, experiment.StartedAt)).Order(), audience.Order());
        Check(host, options);

        var result = desk.Result(engine, experiment);
        Assert.False(result.Trial.Ratio.IsBroken);
        Assert.Equal(0, result.Waiting);
        Assert.Equal(Sum(truth, "global_holdout"), result.HeldOut);
        Assert.Equal((Sum(truth, "kept_back_ordered", "base"), Sum(truth, "kept_back_ordered", "of")), (result.Trial.Arms[0].People, result.Trial.Arms[0].Converted));
        Assert.Equal((Sum(truth, "sent_ordered", "base"), Sum(truth, "sent_ordered", "of")), (result.Trial.Arms[1].People, result.Trial.Arms[1].Converted));
        var lift = result.Trial.Arms[1].Lift!;
        Assert.IsType<LiftVerdict.Better>(lift.Verdict);
        Assert.True(lift.ByPeople!.Value.Between.Has(truth.GetProperty("true_effect").GetDouble()), lift.ByPeople.ToString());

        var found = LiftReading.Of(host).Of(engine, experiment.Id, default)!.Found!;
        var told = $"{result.People} people, {lift.ByPeople}, Qini {found.Qini.Area} ± {found.Qini.Error}: {string.Join("; ", found.Rules.Select(rule => $"{rule.Rule} {rule.Inside} {rule.Outside}"))}";
        Assert.True(found.Qini.HasGain, told);
        var rule = found.Rules.FirstOrDefault(one => one.Rule?.StartsWith(Looked, StringComparison.Ordinal) == true);
        Assert.True(rule is not null, told);
        Assert.True(rule.Inside.Low > rule.Outside.High, told);
        // Each number has its people.
        Assert.Equal(rule.People, found.People.Count(person => (LiftFilter.All with { Rule = found.Rules.ToList().IndexOf(rule) }).Takes(person)));
        Assert.Equal(found.Qini.Tenths.Select(tenth => tenth.People), found.Qini.Tenths.Select((_, tenth) => found.People.Count(person => person.Tenth == tenth)));
    }

    /// <summary>Whom the segment held at an instant, as far as the policy would have let them be written to.</summary>
    private static List<string> MeantAt(DataHost host, EngineState state, long at)
    {
        var identity = state.Staged.Identity;
        using var asked = new PersonDesk(state, new PersonRules(state, [state.Rules.Definitions.Segments.First(segment => segment.Id == WinBack.Segment)]));
        var held = Enumerable.Range(0, identity.NodeCount).Where(node => identity.IsProfile(node) && asked.Holds(0, node, at))
            .Select(profile => (Profile: profile, Known: identity.IdentifiersOf(profile))).ToList();
        var verdicts = SendPolicy.Of(host).Ask(state, "default", [.. held.Select(one => new SendQuestion(
            one.Profile, "email", one.Known.First(known => known.Identifier.Kind == Core.Identity.IdentifierKind.Email).Identifier.Value, "marketing", null, [], at))]);
        return [.. held.Where((_, i) => verdicts[i].Answer != SendAnswer.Never).Select(one => one.Known[0].Identifier.ToString())];
    }

    /// <summary>The records of the messages say what the events say.</summary>
    private static void Check(DataHost host, DemoOptions options)
    {
        var told = new HashSet<(string Id, string Name, long At, string Subject)>();
        DemoStream.Each(new DemoShop(options), (in EventRecord record) =>
        {
            if (record.PropertiesJson.IndexOf("\"source\":\"campaign:1:A\""u8) >= 0)
            {
                using var json = JsonDocument.Parse(record.PropertiesJson.ToArray());
                told.Add((json.RootElement.GetProperty("message_id").GetString()!, Encoding.UTF8.GetString(record.Name), record.Timestamp, json.RootElement.GetProperty("email_subject").GetString()!));
            }
        });
        var kept = host.Database.Read(connection => MessageOutbox.OutcomesOf(connection, "default", "campaign:1:", null, options.Customers));
        var counts = host.Database.Read(connection => MessageOutbox.CountsOf(connection, "default", "campaign:1:")["campaign:1:A"]);
        Assert.Equal(counts.Of("sent"), told.Count(one => one.Name == "Email Sent"));
        Assert.Equal(counts.Delivered, told.Count(one => one.Name == "Email Delivered"));
        Assert.Equal(
            kept.SelectMany(one => new (string, string, long? At, string)[]
            {
                (one.Id, "Email Sent", one.SentAt, one.Subject), (one.Id, "Email Bounced", one.BouncedAt, one.Subject), (one.Id, "Email Opened", one.OpenedAt, one.Subject), (one.Id, "Email Link Clicked", one.ClickedAt, one.Subject),
            }).Where(one => one.At is not null).Select(one => (one.Item1, one.Item2, one.At!.Value, one.Item4)).Order(),
            told.Where(one => one.Name != "Email Delivered").Order());
        Assert.True(counts.Opened > counts.Clicked && counts.Clicked > 0);
    }

    private static long Sum(JsonElement truth, params string[] path) =>
        new[] { "looked", "others" }.Sum(group => path.Aggregate(truth.GetProperty(group), (at, name) => at.GetProperty(name)).GetInt64());
}
