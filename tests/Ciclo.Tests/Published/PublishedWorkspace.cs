using System.Text;
using Ciclo.Core.Events;
using Ciclo.Data.Journal;
using Ciclo.Engine.Definitions;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Imports;
using Ciclo.Modules.Lifecycles;
using Ciclo.Modules.Lifecycles.Contracts;
using Ciclo.Server;
using Ciclo.Tests.Simulation;

namespace Ciclo.Tests.Published;

/// <summary>A data directory in this process, whose clock stands where it is put.</summary>
internal sealed class PublishedWorkspace : IAsyncDisposable
{
    private readonly DataHost host;

    private PublishedWorkspace(DataHost host, WorkspaceEngine engine)
    {
        this.host = host;
        Engine = engine;
    }

    public WorkspaceEngine Engine { get; }

    public static async Task<PublishedWorkspace> OpenAsync(long clockMs, params OrderStages[] lifecycles)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var folder = Directory.CreateTempSubdirectory("ciclo-published-").FullName;
        var opened = DataHost.TryOpen(folder, ModuleList.Migrations, ModuleList.RulesSource, new SimulatedClock(clockMs), new JournalOptions())!;
        var engine = await opened.WorkspaceAsync("default", CancellationToken.None);
        var files = lifecycles.Select(lifecycle => DefinitionFile.Read(lifecycle.Yaml, lifecycle.Id + ".yaml")).ToList();
        var (findings, _) = await new DefinitionService(opened, engine).ApplyAsync(files, "test", CancellationToken.None);
        Assert.DoesNotContain(findings, found => found.IsError);
        return new PublishedWorkspace(opened, engine);
    }

    public async Task<ImportResult> ImportAsync(IEnumerable<string> lines, string map)
    {
        var diagnostics = new List<Core.Diagnostic>();
        var read = MapReader.Read(map, diagnostics)!;
        Assert.Empty(diagnostics);
        using var file = new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n"));
        var options = new ImportOptions { Now = host.NowMs, IsSystem = SystemEvents.Contains };
        return await ImportRunner.RunAsync(file, "file", read, options, new EngineImportTarget(Engine, host.Clock), null, CancellationToken.None);
    }

    /// <summary>What `ciclo transitions --format csv` prints; <paramref name="at"/> as its option.</summary>
    public string Transitions(OrderStages lifecycle, long? at = null)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using (var rows = new RowWriter(output, OutputFormat.Csv, ["user_id", "from", "to", "at"]))
        {
            foreach (var row in Engine.Read(state => Queries.Transitions(state, state.Placement.Plan.LifecycleIndex(lifecycle.Id), at)))
            {
                rows.Write(row.UserId, row.From, row.To, new InstantCell(row.At));
            }
        }
        return output.ToString().ReplaceLineEndings("\n");
    }

    public async ValueTask DisposeAsync()
    {
        await host.DisposeAsync();
        Directory.Delete(host.Folder, recursive: true);
    }
}
