using System.Globalization;
using System.Text.Json.Nodes;
using Ciclo.Tests.Collect;
using Ciclo.Tests.Commands;

namespace Ciclo.Modules.Predict.Tests;

/// <summary>`ciclo model …` as it is typed: one object comes out, no data directory is made, and what is wrong is told with its place.</summary>
public sealed class ModelCommandTests : IDisposable
{
    private readonly CommandFolder folder = new();

    [PublishedDataFact("cdnow")]
    public async Task Customers_of_cdnow_are_fitted_and_predicted_in_the_order_of_the_file()
    {
        var file = Cdnow();
        var answer = await AnswerAsync("model", "btyd", "--model", "bg-nbd", "--customers", file);
        Assert.Equal(["r", "alpha", "a", "b"], answer["params"]!.AsObject().Select(pair => pair.Key));
        Assert.Equal(-9582.429, Of(answer, "log_likelihood"), 1e-3);
        Assert.Equal((2357.0, "likely", true), (Of(answer, "customers"), (string?)answer["fit"], Of(answer, "seconds") >= 0));
        var pareto = await AnswerAsync("model", "btyd", "--model", "pareto-nbd", "--customers", file);
        Assert.Equal(["r", "alpha", "s", "beta"], pareto["params"]!.AsObject().Select(pair => pair.Key));
        var rows = (await folder.DoAsync("model", "btyd", "--model", "bg-nbd", "--customers", file, "--predict", "39")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(("expected,p_alive", 2_358), (rows[0], rows.Length));
        Assert.Equal(1.226, double.Parse(rows[1].Split(',')[0], CultureInfo.InvariantCulture), 1e-3);
        Assert.False(Directory.Exists(folder.Data));
    }

    [PublishedDataFact("cdnow")]
    public async Task Occasions_and_amounts_have_their_models()
    {
        var donations = Path.Combine(PublishedDataFactAttribute.Folder("cdnow"), "donations.csv");
        var file = folder.Write("donations.csv", "x;t_x;n;count\n" + string.Join('\n', (await File.ReadAllLinesAsync(donations)).Skip(1)).Replace(',', ';'));
        var answer = await AnswerAsync("model", "btyd", "--model", "bg-bb", "--customers", file);
        Assert.Equal(["alpha", "beta", "gamma", "delta"], answer["params"]!.AsObject().Select(pair => pair.Key));
        Assert.Equal((11_104.0, 1.204), (Of(answer, "customers"), Math.Round(Of(answer["params"]!.AsObject(), "alpha"), 3)));
        var amounts = await AnswerAsync("model", "gamma-gamma", "--customers", Path.Combine(PublishedDataFactAttribute.Folder("cdnow"), "cdnow_customers_summary_with_transactions.csv"));
        Assert.Equal([6.25, 3.74, 15.45, 946], new[] { "p", "q", "gamma", "customers" }.Select(name => Math.Round(Of(amounts, name), 2)));
    }

    [PublishedDataFact("telco")]
    public async Task Survival_by_group_of_telco()
    {
        var answer = await AnswerAsync("model", "survival", "--table", Path.Combine(PublishedDataFactAttribute.Folder("telco"), "Telco-Customer-Churn.csv"), "--time", "tenure", "--event", "Churn", "--positive", "Yes", "--group", "Contract");
        Assert.Equal((7_043.0, 1_869.0, 2352.87), (Of(answer, "rows"), Of(answer, "events"), Math.Round(Of(answer["log_rank"]!.AsObject(), "chi_square"), 2)));
        Assert.Equal([35.0, null, null], answer["groups"]!.AsArray().Select(group => (double?)group!["median"]));
        Assert.Equal(["Contract=One year", "Contract=Two year"], answer["cox"]!["coefficients"]!.AsArray().Select(one => (string?)one!["name"]));
    }

    [PublishedDataFact("hillstrom")]
    public async Task Mails_of_Hillstrom_move_people_and_only_one_of_them_some_more_than_others()
    {
        var mens = await UpliftAsync("Mens E-Mail", "visit");
        Assert.Equal((0.0766, "no targeting gain"), (Math.Round(Of(mens, "ate"), 4), (string?)mens["verdict"]));
        Assert.Equal(["conversion", "spend"], mens["left_out"]!.AsArray().Select(one => (string?)one!["column"]));
        var spend = await UpliftAsync("Mens E-Mail", "spend");
        Assert.Equal([0.7698, 0.1452, 0.4851, 1.0545], new[] { "ate", "se", "ci_low", "ci_high" }.Select(name => Math.Round(Of(spend, name), 4)));
        Assert.Equal("no targeting gain", (string?)spend["verdict"]);
        var womens = await UpliftAsync("Womens E-Mail", "visit");
        Assert.Equal((0.0452, "targeting gain"), (Math.Round(Of(womens, "ate"), 4), (string?)womens["verdict"]));
        Assert.Equal(0.0076, Of(womens, "qini"), 0.001);
    }

    [Fact]
    public async Task Few_customers_are_drawn_towards_what_is_usual_and_it_is_said()
    {
        var file = folder.Write("few.csv", "x,t_x,T\n" + string.Concat(Enumerable.Range(0, 50).Select(i => i % 5 == 0 ? "2,10.5,30\n" : i % 7 == 0 ? "1,3,25\n" : "0,0,28\n")));
        var answer = await AnswerAsync("model", "btyd", "--model", "bg-nbd", "--customers", file);
        Assert.Equal(("shrunken", true), ((string?)answer["fit"], (bool)answer["converged"]!));
    }

    [Theory]
    [InlineData("x,t_x,T\n2,10,30\n1.5,3,20\n", "line 3: column x: \"1.5\" is not a whole number")]
    [InlineData("x,t_x,T\n2,31,30\n", "line 2: column t_x: \"31\" is not a time between 0 and the age T")]
    [InlineData("x,t_x,T\n2,10,-1\n", "column T: \"-1\" is not an age of 0 or more")]
    [InlineData("x,t_x,T\n2,,30\n", "line 2: column t_x is empty")]
    [InlineData("x,recency,T\n2,1,30\n", "has no column 't_x'; it has x, recency, T")]
    [InlineData("x,t_x,T\n", "has a header and no row below it")]
    public async Task A_row_that_is_no_customer_is_refused_with_its_place(string text, string refusal) =>
        Assert.Contains(refusal, await folder.FailAsync("model", "btyd", "--model", "bg-nbd", "--customers", folder.Write("c.csv", text)), StringComparison.Ordinal);

    [Fact]
    public async Task What_is_asked_of_a_table_that_does_not_hold_it_is_refused()
    {
        var file = folder.Write("t.csv", "months,left,plan\n3,yes,a\n4,no,b\n");
        Assert.Contains("never holds 'Yes'; it holds 'yes', 'no'", await folder.FailAsync("model", "survival", "--table", file, "--time", "months", "--event", "left", "--positive", "Yes"), StringComparison.Ordinal);
        Assert.Contains("nunca contiene 'Yes'", await folder.FailAsync("model", "survival", "--table", file, "--time", "months", "--event", "left", "--positive", "Yes", "--lang", "es"), StringComparison.Ordinal);
        Assert.Contains("each group needs 50 people", await folder.FailAsync("model", "uplift", "--table", file, "--treatment", "plan", "--treated", "a", "--control", "b", "--outcome", "months"), StringComparison.Ordinal);
        Assert.Contains("There is no file", await folder.FailAsync("model", "gamma-gamma", "--customers", "nowhere.csv"), StringComparison.Ordinal);
        Assert.Contains("--predict takes weeks above 0", await folder.FailAsync("model", "btyd", "--model", "bg-nbd", "--customers", file, "--predict", "0"), StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private Task<JsonObject> UpliftAsync(string mail, string outcome) => AnswerAsync(
        "model", "uplift", "--table", Path.Combine(PublishedDataFactAttribute.Folder("hillstrom"), "hillstrom.csv.gz"), "--treatment", "segment", "--treated", mail, "--control", "No E-Mail", "--outcome", outcome);

    private async Task<JsonObject> AnswerAsync(params string[] arguments) => JsonNode.Parse(await folder.DoAsync(arguments))!.AsObject();

    private static double Of(JsonObject answer, string name) => answer[name]!.GetValue<double>();

    private string Cdnow()
    {
        var text = File.ReadAllText(Path.Combine(PublishedDataFactAttribute.Folder("cdnow"), "btyd_cdnowSummary_cbs.csv"));
        return folder.Write("customers.csv", text.Replace("\"t.x\"", "\"t_x\"", StringComparison.Ordinal).Replace("\"T.cal\"", "\"T\"", StringComparison.Ordinal));
    }
}
