using Ciclo.Core;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Consent.Contracts;
using Ciclo.Modules.Messages.Contracts;
using Ciclo.Modules.Messages.Sending;
using Ciclo.Modules.Messages.Tracking;
using Ciclo.Modules.Templates.Contracts;

namespace Ciclo.Modules.Messages;

/// <summary>What sending needs of others, over an open data directory: channels, templates, who may be written to, and where people leave.</summary>
internal sealed class MessageDesk
{
    private MessageDesk(DataHost host)
    {
        Host = host;
        Tracking = new LinkTracking(this);
    }

    public static MessageDesk Of(DataHost host) => host.Shared(host => new MessageDesk(host));

    public DataHost Host { get; }

    public LinkTracking Tracking { get; }

    public IReadOnlyList<IChannel> Channels { get; private set; } = [];

    public ITemplates? Templates { get; private set; }

    public ISendPolicy? Policy { get; private set; }

    /// <summary>Where people leave and choose, and where the server is reached.</summary>
    public ConsentLinks Links => ConsentLinks.Of(Host);

    /// <summary>Where the logs of batches lie.</summary>
    public string LogFolder => Path.Combine(Host.Folder, "sending");

    /// <summary>Takes in what the server's modules offer.</summary>
    public MessageDesk With(IEnumerable<IChannel> channels, ITemplates? templates, ISendPolicy? policy)
    {
        (Channels, Templates, Policy) = ([.. channels], templates, policy);
        return this;
    }

    public IChannel? Channel(string id) => Channels.FirstOrDefault(channel => channel.Id == id);

    /// <summary>A reason in words; the id itself where nobody knows it.</summary>
    public Text Why(string reason) => Reasons.All.TryGetValue(reason, out var own) ? own
        : Policy?.Reasons.TryGetValue(reason, out var theirs) == true ? theirs
        : Text.Same(reason);
}
