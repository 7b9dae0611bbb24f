using Ciclo.Core.Analytics;
using Ciclo.Core.Events;
using Ciclo.Core.Metrics;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Measure.Contracts;

namespace Ciclo.Modules.Measure;

/// <summary>Messages that reached people, and whether they opened them and followed their links.</summary>
public sealed class MessageSource(TimeProvider clock) : HistorySource(clock)
{
    public override IReadOnlyList<Metric> Metrics => MessageMetrics.All;

    protected override Func<MetricSink, IHistoryFold> Prepare(WorkspaceEngine engine, MetricQuestion question, CancellationToken cancellation) => sink => new MessageFold(question, sink);
}

/// <summary>
/// One person's messages. An opening or a click belongs to the message of the same `message_id`, else `email_id`, else `campaign_id`, that was delivered last before it;
/// one that names none to the last of its channel. What we sent ourselves (`msg_…`) was delivered unless it came back: most mail services tell of bounces alone. An opening is a machine's where its event says `machine_open: true`, or a bot sent it.
/// </summary>
internal sealed class MessageFold(MetricQuestion question, MetricSink sink) : IHistoryFold
{
    private const int Delivered = 0;
    private const int Opened = 1;
    private const int Clicked = 2;
    private const int Sent = 3;
    private const int Bounced = 4;
    private const int Steps = 5;
    private const int FirstId = 0;
    private const int Ids = 3;
    private const int MachineOpen = 3;
    private const int FirstName = 4;
    private const int Names = 2;

    private static readonly string[] Channels = [.. MessageMetrics.Channels.Keys];

    private sealed record Message(int Channel, UInt128 Id, int Event, long At)
    {
        public bool IsOpened { get; set; }

        public bool IsClicked { get; set; }
    }

    private readonly Periods periods = question.Periods;
    private readonly EventFields fields = new();
    private readonly List<Message> messages = [];
    private readonly int delivered = sink.IndexOf(MessageMetrics.Delivered);
    private readonly int clickRate = sink.IndexOf(MessageMetrics.ClickRate);
    private readonly int clickToOpen = sink.IndexOf(MessageMetrics.ClickToOpenRate);

    public IReadOnlyList<string> Paths { get; } = ["message_id", "email_id", "campaign_id", "machine_open", "campaign_name", "email_subject"];

    public int CodeOf(EventKind kind, string name)
    {
        var step = name switch
        {
            "Email Sent" => Sent,
            "Email Bounced" => Bounced,
            "Email Delivered" or "Message Delivered" or "WhatsApp Delivered" or "WhatsApp Message Delivered" or "SMS Delivered" or "Push Notification Delivered" => Delivered,
            "Email Opened" or "Message Opened" or "WhatsApp Read" or "WhatsApp Message Read" => (kind.Flags & PackedFlags.Bot) == 0 ? Opened : -1,
            "Email Link Clicked" or "Message Link Clicked" or "WhatsApp Link Clicked" or "SMS Link Clicked" or "Push Notification Tapped" => (kind.Flags & PackedFlags.Bot) == 0 ? Clicked : -1,
            _ => -1,
        };
        return step < 0 ? -1 : (ChannelOf(name) * Steps) + step;
    }

    public void Take(in ProfileEvents profile)
    {
        messages.Clear();
        fields.Begin(profile, Paths);
        for (var i = 0; i < profile.Events.Count; i++)
        {
            var (channel, step) = Math.DivRem(profile.Events.Codes[i], Steps);
            if (step == Delivered || (step == Sent && IsOurs(i)))
            {
                Keep(new Message(channel, IdOf(i), i, profile.Events.At[i]));
            }
            else if (step is Sent or Bounced)
            {
                messages.RemoveAll(message => step == Bounced && message.Id != 0 && message.Id == IdOf(i) && IsOurs(message.Event));
            }
            else if (Find(channel, IdOf(i)) is { } message)
            {
                message.IsClicked |= step == Clicked;
                message.IsOpened |= step == Clicked || !IsMachine(profile, i);
            }
        }
        foreach (var message in messages)
        {
            if (periods.Find(message.At) is >= 0 and var period)
            {
                Add(profile.Profile, message, period);
            }
        }
    }

    /// <summary>One message is one, though its sending and its delivery are told.</summary>
    private void Keep(Message message)
    {
        if (message.Id == 0 || !messages.Exists(known => known.Channel == message.Channel && known.Id == message.Id && IsOurs(known.Event)))
        {
            messages.Add(message);
        }
    }

    private bool IsOurs(int e) => fields.IdText(FirstId, e).StartsWith("msg_", StringComparison.Ordinal);

    private void Add(int profile, Message message, int period)
    {
        var name = NameOf(message.Event);
        var breakdown = question.Breakdown switch { "channel" => Channels[message.Channel], "message" => name, _ => "" };
        sink.Add(delivered, period, breakdown, profile, message.At, name, 1);
        sink.Add(clickRate, period, breakdown, profile, message.At, name, message.IsClicked ? 1 : 0, 1);
        if (message.IsOpened)
        {
            sink.Add(clickToOpen, period, breakdown, profile, message.At, name, message.IsClicked ? 1 : 0, 1);
        }
    }

    private Message? Find(int channel, UInt128 id)
    {
        for (var i = messages.Count - 1; i >= 0; i--)
        {
            if (messages[i].Channel == channel && (id == 0 || messages[i].Id == id))
            {
                return messages[i];
            }
        }
        return null;
    }

    private UInt128 IdOf(int e)
    {
        for (var place = FirstId; place < FirstId + Ids; place++)
        {
            if (fields.Id(place, e) is var id && id != 0)
            {
                return id;
            }
        }
        return 0;
    }

    private string NameOf(int e)
    {
        for (var place = FirstName; place < FirstName + Names; place++)
        {
            if (fields.Word(place, e) is { } name)
            {
                return name;
            }
        }
        return fields.IdText(FirstId + Ids - 1, e);
    }

    private static bool IsMachine(in ProfileEvents profile, int e) => profile.Paths[MachineOpen].Get(e) is { Kind: Core.Values.ValueKind.Boolean } said && said.AsBoolean;

    private static int ChannelOf(string name) => name.Split(' ')[0] switch { "Email" => 0, "WhatsApp" => 1, "SMS" => 2, "Push" => 3, _ => 4 };
}
