using Ciclo.Tests.Collect;
using Ciclo.Tests.Published;
using Xunit.Abstractions;

namespace Ciclo.Tests.RealProcess;

public sealed class ImportKillTests(ITestOutputHelper output)
{
    private const int Seed = 11;

    [PublishedDataFact("cdnow")]
    public async Task An_import_killed_again_and_again_and_run_until_it_is_done_is_the_import_uninterrupted()
    {
        var file = Path.Combine(PublishedDataFactAttribute.Folder("cdnow"), "CDNOW_sample.txt");
        await using var whole = new CicloProcess();
        await ImportAsync(whole, file);
        var expected = await AnswersAsync(whole);

        await using var killed = new CicloProcess();
        var random = new Random(Seed);
        var (kills, cut) = (0, 0);
        await killed.RunAsync("lifecycle", "apply", killed.Write("forward.yaml", OrderStages.Forward.Yaml));
        for (var i = 0; i < 4; i++)
        {
            var isDone = await killed.RunAndKillAsync((long)(whole.JournalBytes * random.NextDouble()), ImportArguments(killed, file));
            kills += isDone ? 0 : 1;
            cut += await EventsAsync(killed) is > 0 and < OrderReference.CdnowRows ? 1 : 0;
        }
        await ImportAsync(killed, file);
        Assert.Equal(expected, await AnswersAsync(killed));
        Assert.True(kills > 0, "It was never killed before its end.");
        output.WriteLine($"seed {Seed}: killed {kills} of 4 times; after {cut} of them a part of the file was there");
    }

    private static async Task ImportAsync(CicloProcess ciclo, string file)
    {
        await ciclo.RunAsync("lifecycle", "apply", ciclo.Write("forward.yaml", OrderStages.Forward.Yaml));
        await ciclo.RunAsync(ImportArguments(ciclo, file));
    }

    private static string[] ImportArguments(CicloProcess ciclo, string file) => ["import", file, "--map", ciclo.Write("cdnow.yaml", OrderReference.CdnowMap)];

    private static async Task<int> EventsAsync(CicloProcess ciclo) => int.Parse((await ciclo.DoctorAsync())["events"]);

    private static async Task<string> AnswersAsync(CicloProcess ciclo)
    {
        var answers = new List<string> { $"{await EventsAsync(ciclo)} events" };
        foreach (var question in new[] { "transitions", "stages" })
        {
            answers.Add(await ciclo.RunAsync(question, "--lifecycle", OrderStages.Forward.Id, "--at", "1998-12-31", "--format", "csv"));
        }
        return string.Join('\n', answers);
    }
}
