using System.Text;
using Ciclo.Core.Events;
using Ciclo.Data.Journal;

namespace Ciclo.Modules.Demo;

/// <summary>
/// Writes the steps of one person as records of a frame: the JSON that the shop's own clients would have sent, and what admission makes of it.
/// Browser events carry the visitor's anonymous id, and the user id once it is known; server events carry the user id
/// (a guest's: the anonymous id). Nothing is allocated per event.
/// </summary>
internal sealed class EventWriter(Scene scene, Person person, string currency)
{
    private static readonly byte[][] StepNames = [.. Enum.GetValues<Step>().Select(step => Encoding.UTF8.GetBytes(NameOf(step)))];
    private static readonly byte[] ServerContext = Encoding.UTF8.GetBytes("{\"library\":{\"name\":\"@segment/analytics-node\",\"version\":\"2.3.0\"}}");
    private static readonly byte[] WithdrawnContext = Encoding.UTF8.GetBytes("{\"library\":{\"name\":\"@segment/analytics-node\",\"version\":\"2.3.0\"},\"consent\":{\"categoryPreferences\":{\"marketing\":false}}}");
    private static readonly byte[] MailContext = Encoding.UTF8.GetBytes("{\"library\":{\"name\":\"ciclo\",\"version\":\"1\"}}");

    private readonly byte[][] campaigns = [.. scene.Channels.All.Select(CampaignContext)];
    private readonly Utf8Text json = new(4096);
    private readonly Utf8Text messageId = new();
    private readonly Properties properties = new(scene, person, Encoding.ASCII.GetBytes(currency));
    private readonly List<bool> landed = [];
    private bool known;
    private int written;

    /// <summary>The event's name as rules say it; empty for calls without one.</summary>
    public static string NameOf(Step step) => step switch
    {
        Step.Page => "page",
        Step.IdentifySignUp or Step.IdentifyGuest or Step.IdentifyLogin => "identify",
        Step.GroupCompany => "group",
        Step.ConsentUpdated or Step.ConsentWithdrawn => "Segment Consent Preference Updated",
        Step.ExitSurveyAnswered or Step.CsatAnswered or Step.CesAnswered => "Survey Answered",
        Step.NpsAnswered => "NPS Answered",
        Step.RenewalOrderCompleted => "Order Completed",
        Step.WhatsAppSent => "WhatsApp Message Sent",
        Step.WhatsAppOpened => "WhatsApp Message Opened",
        Step.WhatsAppClicked => "WhatsApp Message Link Clicked",
        Step.OnsiteSent => "In-App Message Sent",
        Step.OnsiteOpened => "In-App Message Opened",
        Step.OnsiteClicked => "In-App Message Link Clicked",
        _ => Spaced(step.ToString()),
    };

    public void Write(FrameBuilder frame)
    {
        known = false;
        written = 0;
        landed.Clear();
        properties.Begin();
        foreach (ref readonly var planned in scene.Agenda.Steps)
        {
            if (properties.Holds(planned))
            {
                Write(planned, frame);
            }
        }
    }

    private void Write(in Planned planned, FrameBuilder frame)
    {
        var type = TypeOf(planned.Step);
        var record = new EventRecord
        {
            Type = type,
            Timestamp = planned.At,
            ReceivedAt = planned.At,
            OriginalTimestamp = planned.At,
            SentAt = EventRecord.NoTime,
            Flags = IsOfSystem(planned.Step) ? EventFlags.System : EventFlags.None,
        };
        Head(planned, type, ref record);
        var propertiesAt = json.Length;
        json.Add("{"u8);
        properties.Write(planned, json, FirstOf(planned));
        json.Add("}"u8);
        var propertiesEnd = json.Length;
        json.Add(",\"context\":"u8);
        var contextAt = json.Length;
        Context(planned);
        var contextEnd = json.Length;
        Identifiers(planned, ref record);
        json.Add(",\"timestamp\":\""u8).AddInstant(planned.At).Add("\",\"messageId\":\""u8);
        messageId.Clear().Add(person.MessagePrefix.Span).Add(written);
        json.Add(messageId.Span).Add("\"}"u8);
        record.MessageId = messageId.Span;
        record.Json = json.Span;
        record.Properties = new Range(propertiesAt, propertiesEnd);
        record.Context = json.Span[contextAt..contextEnd];
        frame.Begin(RecordKind.Event);
        record.Write(frame);
        frame.End();
        Count(planned);
    }

    private void Head(in Planned planned, CallType type, ref EventRecord record)
    {
        json.Clear();
        switch (type)
        {
            case CallType.Page:
                record.Name = Pages.Names[planned.A];
                json.Add("{\"type\":\"page\",\"name\":\""u8).Add(record.Name).Add("\",\"properties\":"u8);
                break;
            case CallType.Identify:
                json.Add("{\"type\":\"identify\",\"traits\":"u8);
                break;
            case CallType.Group:
                json.Add("{\"type\":\"group\",\"groupId\":\""u8).Add(person.GroupId.Span).Add("\",\"traits\":"u8);
                record.GroupId = person.GroupId.Span;
                break;
            default:
                record.Name = StepNames[(int)planned.Step];
                json.Add("{\"type\":\"track\",\"event\":\""u8).Add(record.Name).Add("\",\"properties\":"u8);
                break;
        }
    }

    /// <summary>The referrer and campaign belong to the page on which a session begins, as the browser library sends them.</summary>
    private bool FirstOf(in Planned planned)
    {
        if (planned.Step != Step.Page)
        {
            return false;
        }
        while (landed.Count <= planned.Session)
        {
            landed.Add(false);
        }
        if (landed[planned.Session])
        {
            return false;
        }
        landed[planned.Session] = true;
        scene.Tally.Visited(scene.Agenda.Sessions[planned.Session].Channel, scene.Calendar.DayOf(planned.At));
        return true;
    }

    private void Context(in Planned planned)
    {
        if (planned.Session < 0)
        {
            json.Add(planned.Step == Step.ConsentWithdrawn ? WithdrawnContext : IsOfSystem(planned.Step) ? MailContext : ServerContext);
            return;
        }
        var session = scene.Agenda.Sessions[planned.Session];
        json.Add(person.ContextOf(session.SecondDevice));
        // Properties have already marked the session as begun: a page that still knows its referrer is its first.
        if (properties.WroteLanding)
        {
            json.Add(campaigns[session.Channel]);
        }
        if (planned.Step == Step.ConsentUpdated)
        {
            json.Add(",\"consent\":{\"categoryPreferences\":{\"analytics\":true,\"advertising\":"u8)
                .Add(person.Truth.AcceptsMail && person.Truth.Number % 3 != 0 ? "true"u8 : "false"u8)
                .Add(",\"marketing\":"u8).Add(person.Truth.AcceptsMail ? "true"u8 : "false"u8).Add("}}"u8);
        }
        json.Add("}"u8);
    }

    private void Identifiers(in Planned planned, ref EventRecord record)
    {
        var onServer = planned.Session < 0;
        known |= planned.Step == Step.IdentifySignUp;
        var second = !onServer && scene.Agenda.Sessions[planned.Session].SecondDevice;
        // A second device is a stranger until its login.
        var named = known && person.UserId.Length > 0 && !(second && planned.Step == Step.Page && properties.WroteLanding);
        if (named)
        {
            json.Add(",\"userId\":\""u8).Add(person.UserId.Span).Add("\""u8);
            record.UserId = person.UserId.Span;
        }
        if (!onServer || !named)
        {
            record.AnonymousId = (second ? person.SecondDevice : person.FirstDevice).Span;
            json.Add(",\"anonymousId\":\""u8).Add(record.AnonymousId).Add("\""u8);
        }
        if (planned.Step is Step.IdentifySignUp or Step.IdentifyGuest)
        {
            record.Email = person.Email.Span;
        }
    }

    private void Count(in Planned planned)
    {
        written++;
        var tally = scene.Tally;
        tally.Events++;
        tally.JsonBytes += json.Length;
        tally.Steps[(int)planned.Step]++;
    }

    private static bool IsOfSystem(Step step) => step is Step.EmailSent or Step.EmailDelivered or Step.EmailBounced or Step.WhatsAppSent or Step.OnsiteSent;

    private static CallType TypeOf(Step step) => step switch
    {
        Step.Page => CallType.Page,
        Step.IdentifySignUp or Step.IdentifyGuest or Step.IdentifyLogin => CallType.Identify,
        Step.GroupCompany => CallType.Group,
        _ => CallType.Track,
    };

    private static byte[] CampaignContext(Channel channel) => channel.Tagged
        ? Encoding.UTF8.GetBytes($",\"campaign\":{{\"source\":\"{channel.Source}\",\"medium\":\"{channel.Medium}\",\"name\":\"{channel.Campaign}\"}}")
        : [];

    private static string Spaced(string pascal) =>
        string.Concat(pascal.Select((c, i) => i > 0 && char.IsAsciiLetterUpper(c) ? " " + c : c.ToString()));
}
