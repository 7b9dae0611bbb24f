using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Microsoft.Extensions.Logging;

namespace Ciclo.Modules.Predict.Kept;

/// <summary>Trains when it is due. At a start it reads what was kept, and trains what cannot be read.</summary>
internal abstract partial class KeptWatch<TShelf, TCard>(DataHost host, ILogger log, KeptDesk<TShelf, TCard> desk) : WorkspaceWatch(host, log)
    where TShelf : class, IKept<TShelf, TCard>
    where TCard : class
{
    private readonly ILogger log = log;

    protected override Task<long?> LookAsync(WorkspaceEngine engine, CancellationToken stopping) => desk.LookAsync(engine, stopping, () => Lost(log, desk.Name, engine.Id));

    [LoggerMessage(Level = LogLevel.Warning, Message = "What {Kind} of workspace {Workspace} had learned is not kept, damaged or of another format; it is trained again.")]
    private static partial void Lost(ILogger logger, string kind, string workspace);
}
