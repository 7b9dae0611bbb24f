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

    public ILeaveLinks Links { get; private set; } = new NoLeaveLinks();

    public ISuppressor? Suppressor { get; private set; }

    /// <summary>Where the logs of batches lie.</summary>
    public string LogFolder => Path.Combine(Host.Folder, "sending");

    /// <summary>Takes in what the server's modules offer.</summary>
    public MessageDesk With(IEnumerable<IChannel> channels, ITemplates? templates, ISendPolicy? policy, ILeaveLinks? links, ISuppressor? suppressor)
    {
        (Channels, Templates, Policy, Suppressor) = ([.. channels], templates, policy, suppressor);
        Links = links ?? Links;
        return this;
    }

    public IChannel? Channel(string id) => Channels.FirstOrDefault(channel => channel.Id == id);

    /// <summary>A reason in words; the id itself where nobody knows it.</summary>
    public Text Why(string reason) => Reasons.All.TryGetValue(reason, out var own) ? own
        : Policy?.Reasons.TryGetValue(reason, out var theirs) == true ? theirs
        : Text.Same(reason);

    /// <summary>Stands in where nothing offers pages for leaving: messages then lead nowhere for that.</summary>
    private sealed class NoLeaveLinks : ILeaveLinks
    {
        public string BaseUrl(string workspaceId) => "http://127.0.0.1:5080";

        public string UnsubscribeUrl(string workspaceId, string person, string channel, string purpose, string messageId) => "";

        public string PreferencesUrl(string workspaceId, string person, string locale) => "";

        public Task LeaveAsync(string workspaceId, string person, string channel, string purpose, string messageId, CancellationToken cancellation) => Task.CompletedTask;
    }
}
