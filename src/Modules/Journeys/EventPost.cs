using System.Text;
using Ciclo.Core.Identity;
using Ciclo.Data.Journal;
using Ciclo.Engine.Collect;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;

namespace Ciclo.Modules.Journeys;

/// <summary>
/// Puts what journeys say of people into the journal. An event is kept in the records until it is durable there; one that a crash left behind is put in again, and counts once by its id.
/// </summary>
internal sealed class EventPost(DataHost host)
{
    public async Task SendAsync(WorkspaceEngine engine, CancellationToken cancellation)
    {
        while (host.Database.Read(connection => RecordStore.Events(connection, engine.Id, Conductor.MostAtOnce)) is { Count: > 0 } due)
        {
            var frame = new FrameBuilder();
            foreach (var one in due)
            {
                // The identifier stood in the history, so it can be read; of somebody erased since, nothing is said.
                if (Identifier.TryParse(one.Person, out var person) && !engine.Erased.Contains(person))
                {
                    if (one.Name.Length == 0)
                    {
                        OwnEvents.Identify(frame, person, one.Id, Encoding.UTF8.GetBytes(one.Body), one.At, host.NowMs);
                    }
                    else
                    {
                        OwnEvents.Track(frame, person, one.Id, one.Name, Encoding.UTF8.GetBytes(one.Body), true, one.At, host.NowMs);
                    }
                }
            }
            if (frame.Records > 0)
            {
                await engine.AppendAsync(frame.Payload, cancellation);
            }
            await host.Database.WriteAsync((connection, transaction) =>
            {
                due.ForEach(one => RecordStore.RemoveEvent(connection, transaction, one.Id));
                return 0;
            }, cancellation);
        }
    }
}
