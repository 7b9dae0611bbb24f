using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Ciclo.Tests.Collect;
using Ciclo.Tests.Commands;

namespace Ciclo.Modules.Predict.Tests;

/// <summary>`ciclo model train` and `ciclo model recommend` as they are typed.</summary>
public sealed class GoalCommandTests : IDisposable
{
    private readonly CommandFolder folder = new();

    [PublishedDataFact("telco")]
    public async Task Churn_of_the_telephone_company_is_foreseen_as_well_as_by_the_reference()
    {
        var file = Path.Combine(PublishedDataFactAttribute.Folder("telco"), "Telco-Customer-Churn.csv");
        var answer = await AnswerAsync("model", "train", "--table", file, "--target", "Churn", "--positive", "Yes", "--algorithm", "logistic", "--benefit", "5");
        Assert.True((double)answer["auc"]! >= 0.846 && (double)answer["brier"]! <= 0.136, answer.ToJsonString());
        Assert.Equal((7_043, 1_869, "logistic"), ((int)answer["rows"]!, (int)answer["positives"]!, (string?)answer["algorithm"]));
        Assert.Equal(["auc", "brier", "log_loss", "lift_top_decile", "rows", "positives", "seconds", "leaks"], answer.Select(pair => pair.Key).Take(8));
        Assert.Empty(answer["leaks"]!.AsArray());
        Assert.Equal("customerID", (string?)answer["left_out"]![0]!["column"]);
        Assert.True((double)answer["threshold"]!["gain"]! > 0);
        Assert.False(Directory.Exists(folder.Data));
    }

    [Fact]
    public async Task A_column_that_knows_the_future_is_named_and_kept_until_it_is_dropped()
    {
        var random = new Random(4);
        var text = new StringBuilder("id;visits;plan;\"closing call\";left\n");
        for (var row = 0; row < 900; row++)
        {
            var visits = random.Next(20);
            var left = random.NextDouble() < 1 / (1 + Math.Exp((visits - 6) / 3.0));
            text.Append(CultureInfo.InvariantCulture, $"c{row};{visits};{"ab"[random.Next(2)]};{(left ? "yes" : "")};{(left ? "sí" : "no")}\n");
        }
        var file = folder.Write("left.csv", text.ToString());
        var answer = await AnswerAsync("model", "train", "--table", file, "--target", "left", "--positive", "sí", "--folds", "3", "--lang", "es");
        var leak = Assert.Single(answer["leaks"]!.AsArray())!;
        Assert.Equal(("closing call", true), ((string?)leak["column"], (double)leak["auc_alone"]! > 0.99));
        Assert.InRange((double)leak["auc_without"]!, 0.7, 0.95);
        Assert.StartsWith("Por sí sola", (string?)leak["why"], StringComparison.Ordinal);
        var dropped = await AnswerAsync("model", "train", "--table", file, "--target", "left", "--positive", "sí", "--folds", "3", "--drop", "closing call, plan");
        Assert.Empty(dropped["leaks"]!.AsArray());
        Assert.Equal(["visits"], dropped["columns"]!.AsArray().Select(column => (string?)column!["column"]));
    }

    [Fact]
    public async Task What_cannot_be_learned_from_is_refused_with_what_to_do()
    {
        var file = folder.Write("few.csv", "a,b\n" + string.Concat(Enumerable.Range(0, 40).Select(row => $"{row % 7},{(row < 5 ? "y" : "n")}\n")));
        Assert.Contains("5 of 40 rows", await folder.FailAsync("model", "train", "--table", file, "--target", "b", "--positive", "y"), StringComparison.Ordinal);
        Assert.Contains("never holds 'x'", await folder.FailAsync("model", "train", "--table", file, "--target", "b", "--positive", "x"), StringComparison.Ordinal);
        Assert.Contains("--folds", await folder.FailAsync("model", "train", "--table", file, "--target", "b", "--positive", "y", "--folds", "1"), StringComparison.Ordinal);
        Assert.Contains("no columns user and item", await folder.FailAsync("model", "recommend", "--train", file, "--test", file), StringComparison.Ordinal);
        Assert.Contains("--lambda", await folder.FailAsync("model", "recommend", "--train", file, "--test", file, "--lambda", "0"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pairs_are_read_with_a_header_and_without_and_every_algorithm_answers()
    {
        var pairs = Enumerable.Range(0, 60).SelectMany(user => Enumerable.Range(0, 6).Where(item => item != user % 6).Select(item => (user, Item: ((user % 2) * 6) + item))).ToList();
        var later = Enumerable.Range(0, 60).Select(user => (user, Item: ((user % 2) * 6) + (user % 6))).ToList();
        var train = folder.Write("train.csv", "rating,user,item\n" + string.Concat(pairs.Select(pair => $"5,{pair.user},{pair.Item}\n")));
        var test = folder.Write("test.tsv", string.Concat(later.Select(pair => $"{pair.user}\t{pair.Item}\t5\n")));
        foreach (var algorithm in new[] { "popular", "item-knn", "ease", "als" })
        {
            var answer = await AnswerAsync("model", "recommend", "--train", train, "--test", test, "--algorithm", algorithm, "--k", "1", "--lambda", "5");
            Assert.Equal((60, algorithm == "popular" ? 0 : 1), ((int)answer["users"]!, algorithm == "popular" ? 0 : (int)Math.Round((double)answer["recall"]!)));
            Assert.Equal(["recall", "ndcg", "users", "seconds"], answer.Select(pair => pair.Key).Take(4));
        }
    }

    public void Dispose() => folder.Dispose();

    private async Task<JsonObject> AnswerAsync(params string[] arguments) => JsonNode.Parse(await folder.DoAsync(arguments))!.AsObject();
}
