using System.Text;

namespace Ciclo.Modules.Demo;

/// <summary>The properties and traits of each step: what the Segment specifications and our own conventions name, and no more.</summary>
internal sealed class Properties(Scene scene, Person person, byte[] currency)
{
    private static readonly byte[][] GrindNames = [.. Catalogue.Grinds.Select(Encoding.UTF8.GetBytes)];

    private readonly byte[][] referrers = [.. scene.Channels.All.Select(channel => Encoding.UTF8.GetBytes(channel.Referrer))];
    private readonly OrderProperties orders = new(scene, person, currency);
    private readonly string source = scene.Story.Experiment + ":A";
    private long points;

    /// <summary>Whether the page written last was the first of its session.</summary>
    public bool WroteLanding { get; private set; }

    public void Begin()
    {
        points = 0;
        orders.Begin();
    }

    /// <summary>False for what cannot happen after all: points spent that are not there, none earned for an order too small.</summary>
    public bool Holds(in Planned planned) => planned.Step switch
    {
        Step.PointsRedeemed => points >= Phrases.RewardPoints[planned.A],
        Step.PointsEarned => OrderProperties.Points(scene.Agenda.Orders[planned.A]) > 0,
        _ => true,
    };

    public void Write(in Planned planned, Utf8Text json, bool landing)
    {
        WroteLanding = landing;
        switch (planned.Step)
        {
            case Step.Page:
                Page(planned, json, landing);
                break;
            case Step.IdentifySignUp or Step.IdentifyGuest:
                json.Add(person.Traits.Span);
                break;
            case Step.GroupCompany:
                json.Add("\"name\":\""u8).Add(person.CompanyName).Add(" "u8).Add(person.Truth.Number)
                    .Add("\",\"industry\":\"cafetería\",\"employees\":"u8).Add(3 + person.Truth.Number % 40);
                break;
            case Step.SignedUp:
                json.Add("\"method\":\""u8).Add(Phrases.Methods[planned.A]).Add("\""u8);
                if (planned.B >= 0)
                {
                    json.Add(",\"referral_code\":\"ALTURA-"u8).Add(planned.B).Add("\""u8);
                }
                break;
            case <= Step.InviteSent when planned.Step >= Step.SubscriptionViewed:
                Journey(planned, json);
                break;
            case >= Step.SubscriptionUpdated and <= Step.SubscriptionRenewed:
                Subscription(planned, json);
                break;
            case >= Step.ReferralMade and <= Step.TicketSolved:
                Relation(planned, json);
                break;
            case (>= Step.EmailSent and <= Step.Unsubscribed) or >= Step.WhatsAppSent:
                Message(planned, json);
                break;
            default:
                orders.Write(planned, json);
                break;
        }
    }

    private void Page(in Planned planned, Utf8Text json, bool landing)
    {
        var session = scene.Agenda.Sessions[planned.Session];
        json.Add(Pages.Json[planned.A]);
        if (landing)
        {
            json.Add(",\"referrer\":\""u8).Add(referrers[session.Channel]).Add("\",\"load_ms\":"u8).Add(session.LoadMs);
        }
    }

    private void Journey(in Planned planned, Utf8Text json)
    {
        var session = scene.Agenda.Sessions[planned.Session];
        switch (planned.Step)
        {
            case Step.SubscriptionStarted:
                SubscriptionId(json, planned.C).Add(","u8);
                orders.Plan(json, planned.A, planned.B);
                return;
            case Step.InviteSent:
                json.Add("\"channel\":\""u8).Add(Phrases.Channels[planned.A]).Add("\",\"referral_code\":\"ALTURA-"u8).Add(person.Truth.Number).Add("\""u8);
                return;
            case Step.ExitSurveyAnswered:
                json.Add("\"survey\":\"salida-suscripcion\",\"type\":\"exit\",\"answer\":\""u8).Add(Phrases.ExitReasons[planned.A]).Add("\""u8);
                return;
        }
        json.Add("\"platform\":\""u8).Add(Person.Platforms(person.PlatformOf(session.SecondDevice))).Add("\",\"load_ms\":"u8).Add(session.LoadMs);
        if (planned.Step == Step.GrindSelected)
        {
            json.Add(",\"grind\":\""u8).Add(GrindNames[planned.A]).Add("\""u8);
        }
        if (planned.Step == Step.DeliveryScheduled)
        {
            json.Add(",\"days_ahead\":"u8).Add(planned.A);
        }
    }

    private void Subscription(in Planned planned, Utf8Text json)
    {
        if (planned.Step == Step.SubscriptionUpdated)
        {
            SubscriptionId(json, planned.C).Add(","u8);
            orders.Plan(json, planned.A, planned.B);
            return;
        }
        SubscriptionId(json, planned.A);
        if (planned.Step == Step.SubscriptionCancelled)
        {
            json.Add(",\"reason\":\""u8).Add(Phrases.CancelReasons[planned.B]).Add("\""u8);
            if (planned.C > 0)
            {
                json.Add(",\"effective_at\":\""u8).AddInstant(scene.Calendar.From + planned.C * 1000L).Add("\""u8);
            }
        }
        if (planned.Step == Step.SubscriptionPaused)
        {
            json.Add(",\"reason\":\""u8).Add(Phrases.PauseReasons[planned.B]).Add("\""u8);
        }
    }

    private void Relation(in Planned planned, Utf8Text json)
    {
        switch (planned.Step)
        {
            case Step.ReferralMade:
                json.Add("\"referral_code\":\"ALTURA-"u8).Add(person.Truth.Number).Add("\""u8);
                if (planned.B == 0)
                {
                    json.Add(",\"referred_user_id\":\"ca-"u8).AddDigits(planned.A, 7).Add("\""u8);
                }
                break;
            case Step.PointsEarned:
                var earned = OrderProperties.Points(scene.Agenda.Orders[planned.A]);
                points += earned;
                json.Add("\"points\":"u8).Add(earned).Add(",\"reason\":\"order\",\"order_id\":"u8);
                orders.Id(json, planned.A).Add(",\"balance\":"u8).Add(points);
                break;
            case Step.PointsRedeemed:
                points -= Phrases.RewardPoints[planned.A];
                json.Add("\"points\":"u8).Add(Phrases.RewardPoints[planned.A]).Add(",\"reward\":\""u8).Add(Phrases.Rewards[planned.A])
                    .Add("\",\"balance\":"u8).Add(points);
                break;
            case Step.NpsAnswered:
                json.Add("\"survey\":\"nps\",\"score\":"u8).Add(planned.A);
                break;
            case Step.CsatAnswered:
                json.Add("\"survey\":\"csat-entrega\",\"type\":\"csat\",\"score\":"u8).Add(planned.A);
                break;
            case Step.CesAnswered:
                json.Add("\"survey\":\"ces-soporte\",\"type\":\"ces\",\"score\":"u8).Add(planned.A).Add(",\"ticket_id\":"u8);
                TicketId(json, planned.B);
                break;
            default:
                Ticket(planned, json);
                break;
        }
    }

    private void Ticket(in Planned planned, Utf8Text json)
    {
        TicketId(json.Add("\"ticket_id\":"u8), planned.A).Add(",\"category\":\""u8).Add(Phrases.TicketTopics[planned.B]).Add("\""u8);
        if (planned.Step == Step.TicketOpened)
        {
            json.Add(",\"type\":\""u8).Add(planned.B == Phrases.TicketTopics.Length - 1 ? "question"u8 : "complaint"u8)
                .Add("\",\"channel\":\""u8).Add(Phrases.Channels[planned.C & 1]).Add("\",\"text\":\""u8)
                .Add(Phrases.TicketTexts[planned.B * 3 + (planned.C & 3)]).Add("\",\"order_id\":"u8);
            orders.Id(json, planned.C >> 2);
        }
    }

    private void Message(in Planned planned, Utf8Text json)
    {
        if (planned.A == (int)Mail.WinBack)
        {
            Letter(planned, json);
            return;
        }
        json.Add(planned.Step >= Step.WhatsAppSent ? "\"message_id\":\"m-"u8 : "\"email_id\":\"m-"u8).Add(person.Truth.Number).Add("-"u8).Add(planned.B)
            .Add("\",\"campaign_name\":\""u8).Add(Phrases.Mails[planned.A]).Add("\",\"email_subject\":\""u8).Add(Phrases.Subjects[planned.A]).Add("\""u8);
        if (planned.A == (int)Mail.Selection && planned.Step is (Step.EmailSent or Step.WhatsAppSent or Step.OnsiteSent))
        {
            // Whoever draws the channel by chance says how likely it was: only so can another way to choose be valued later.
            json.Add(planned.Step == Step.EmailSent ? ",\"propensity\":0.5"u8 : ",\"propensity\":0.25"u8);
        }
        if (planned.Step is Step.EmailLinkClicked or Step.WhatsAppClicked or Step.OnsiteClicked)
        {
            json.Add(",\"link_url\":\"https://cafealtura.example/tienda\""u8);
        }
    }

    /// <summary>What the program's own events about a message say of it.</summary>
    private void Letter(in Planned planned, Utf8Text json)
    {
        json.Add("\"message_id\":\""u8).Add(scene.LetterId).Add("\",\"channel\":\"email\",\"source\":\""u8).Add(source).Add("\",\"template\":\""u8).Add(WinBack.Template)
            .Add("\",\"campaign_id\":\""u8).Add(source).Add("\",\"campaign_name\":\""u8).Add(WinBack.Template).Add("\",\"email_subject\":\""u8)
            .Add(person.ReadsSpanish ? "Hace tiempo que no te vemos, "u8 : "It has been a while, "u8).Add(person.FirstName).Add("\",\"purpose\":\"marketing\""u8);
        if (planned.Step == Step.EmailLinkClicked)
        {
            json.Add(",\"link_url\":\""u8).Add(WinBack.Link).Add("\",\"link_id\":\"1\""u8);
        }
    }

    private Utf8Text TicketId(Utf8Text json, int number) => json.Add("\"T-"u8).Add(person.Truth.Number).Add("-"u8).Add(number).Add("\""u8);

    private Utf8Text SubscriptionId(Utf8Text json, int number) =>
        json.Add("\"subscription_id\":\"sub-"u8).Add(person.Truth.Number).Add("-"u8).Add(number).Add("\""u8);
}
