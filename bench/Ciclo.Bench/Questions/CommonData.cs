namespace Ciclo.Bench.Questions;

/// <summary>The data set of a run, made when it is first needed: the events, the file that peers load, the expected answers.</summary>
internal sealed class CommonData(BenchOptions options)
{
    private readonly Dictionary<string, string> answers = [];
    private string? csv;

    public BenchEvents Events { get; } = new(options.Events, options.Profiles);

    public string Csv => csv ??= EventTable.Write(Events, options.Folder);

    /// <summary>The expected answer of a question; all are found at the first call, so that the events need not stay in memory.</summary>
    public string Expected(Question question)
    {
        if (answers.Count == 0)
        {
            var ordered = new ProfileOrder(Events);
            foreach (var each in Question.All)
            {
                answers[each.Id] = each.Expected(ordered);
            }
        }
        return answers[question.Id];
    }
}
