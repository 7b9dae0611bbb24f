using Ciclo.Core.Access;
using Ciclo.Core.Analytics;
using Ciclo.Modules.Access.Tests;

namespace Ciclo.Modules.Map.Tests;

public sealed class MapTests
{
    [Fact]
    public void Links_of_a_drawing_carry_what_comes_into_their_nodes_and_rare_touchpoints_stand_together()
    {
        var seed = 20_261_122;
        var random = new Random(seed);
        var tree = new PathTree("Start");
        for (var i = 0; i < 2_000; i++)
        {
            var node = tree.Begin();
            for (var step = random.Next(5); step > 0; step--)
            {
                node = tree.Step(node, "t" + Math.Min(random.Next(20), random.Next(20)));
            }
            tree.End(node);
        }
        foreach (var isBackward in new[] { false, true })
        {
            var drawing = SankeyDrawing.Of(tree.Result(30), "Start", 4, isBackward, "others");
            Assert.Equal(2_000, drawing.Nodes.Single(node => node.Step == 0).Count);
            foreach (var node in drawing.Nodes.Where(node => node.Step > 0))
            {
                Assert.True(drawing.Links.Where(link => ReferenceEquals(link.To, node)).Sum(link => link.Count) == node.Count, $"seed {seed}: {node}");
                Assert.True(drawing.Links.Where(link => ReferenceEquals(link.From, node)).Sum(link => link.Count) <= node.Count, $"seed {seed}: {node}");
            }
            Assert.All(drawing.Nodes.GroupBy(node => node.Step).Where(step => step.Key > 0), step => Assert.Equal(7, step.Count()));
            Assert.All(drawing.Nodes, node => Assert.InRange(node.X, 0, drawing.Width));
            Assert.All(drawing.Nodes, node => Assert.InRange(node.Y + node.Height, 0, drawing.Height));
        }
    }

    [Fact]
    public void A_person_counts_once_in_a_cell_however_often_they_were_there()
    {
        var tally = new StageTally(2);
        foreach (var stages in new[] { new[] { 0, 0, 1 }, [0], [-1] })
        {
            tally.NextPerson();
            foreach (var stage in stages)
            {
                tally.Add("page", stage);
            }
        }
        var (name, byStage, all) = Assert.Single(tally.Rows(10));
        Assert.Equal(("page", new Tally(5, 3)), (name, all));
        Assert.Equal([new Tally(3, 2), new Tally(1, 1)], byStage);
    }

    [Fact]
    public async Task The_page_answers_at_once_and_its_survey_tells_touchpoints_and_the_time_taken()
    {
        await using var server = await AccessServer.StartAsync();
        using var analyst = await server.AsAsync(Role.Analyst);
        await server.TrackAsync("ana", new { name = "Ana" });
        var page = await analyst.GetAsync("/map?anchor=page");
        Assert.Equal(200, page.Code);
        Assert.Contains("hx-get=\"/map/survey", page.Html, StringComparison.Ordinal);
        var survey = await analyst.GetAsync("/map/survey?anchor=page&days=7&steps=9&segment=nobody");
        Assert.Equal(200, survey.Code);
        Assert.Contains("All 1 people were looked at", survey.Text, StringComparison.Ordinal);
    }
}
