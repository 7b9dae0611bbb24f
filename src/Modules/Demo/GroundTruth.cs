using System.Text.Encodings.Web;
using System.Text.Json;
using Ciclo.Core.Time;

namespace Ciclo.Modules.Demo;

/// <summary>Writes ground-truth.json: options, what was planted with its dates and parameters, and what came of it in this run.</summary>
internal sealed class GroundTruth(DemoOptions options, ShopCalendar calendar, Story story, Channels channels, Tally tally)
{
    public void Write(Stream output)
    {
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        json.WriteString("shop", "Café Altura");
        json.WriteNumber("seed", options.Seed);
        json.WriteNumber("customers", tally.Customers);
        json.WriteNumber("visitors", tally.Visitors);
        json.WriteNumber("events", tally.Events);
        json.WriteString("from", Instants.Format(calendar.From));
        json.WriteString("until", Instants.Format(calendar.Until));
        json.WriteString("zone", options.Zone);
        json.WriteString("currency", options.Currency);
        json.WriteString("money", "subtotal = sum of price x quantity; revenue = subtotal - discount; total = revenue + tax + shipping");
        json.WriteNumber("revenue", tally.RevenueMinor / 100m);
        Process(json);
        Planted(json);
        ByChannel(json);
        json.WriteEndObject();
    }

    private static void Process(Utf8JsonWriter json)
    {
        json.WriteStartObject("purchase_process");
        json.WriteString("model", "BG/NBD; rate per day of demand time; dropout after each repeat purchase; people without subscription or company, and on top of it churn_drivers; each channel's, the courier's and the fair's rate_factor multiplies the rate");
        json.WriteNumber("r", TruthSource.RateShape);
        json.WriteNumber("alpha_days", TruthSource.RateScaleDays);
        json.WriteNumber("a", TruthSource.DropoutA);
        json.WriteNumber("b", TruthSource.DropoutB);
        json.WriteEndObject();
    }

    private void Planted(Utf8JsonWriter json)
    {
        json.WriteStartObject("planted");
        json.WriteStartObject("grind_step");
        json.WriteString("event", "Grind Selected");
        json.WriteString("previous_event", "Subscription Setup Started");
        json.WriteString("since", Instants.Format(story.FormSince));
        foreach (var platform in Enum.GetValues<Platform>())
        {
            json.WriteStartObject(platform.ToString().ToLowerInvariant());
            Share(json, "before", Story.GrindBeforeForm[(int)platform], tally.Grind(platform, newForm: false));
            Share(json, "after", Story.GrindAfterForm[(int)platform], tally.Grind(platform, newForm: true));
            json.WriteEndObject();
        }
        json.WriteNumber("passes_with_guide_at_least", Story.GrindWithGuide);
        json.WriteNumber("slow_page_factor", Story.SlowPageFactor);
        json.WriteNumber("lottery_factor", Story.LotteryGrindFactor);
        json.WriteEndObject();

        json.WriteStartObject("slow_courier");
        json.WriteString("since", Instants.Format(story.SlowDeliverySince));
        json.WriteNumber("rate_factor", Story.SlowDeliveryRateFactor);
        json.WriteNumber("window_days", Tally.RepeatWindowDays);
        Share(json, "second_order_before", null, tally.Repeat(slowCourier: false));
        Share(json, "second_order_after", null, tally.Repeat(slowCourier: true));
        Share(json, "tickets_per_order_before", Story.TicketShare, tally.Complaints(slowCourier: false));
        Share(json, "tickets_per_order_after", Story.TicketShareWhenSlow, tally.Complaints(slowCourier: true));
        json.WriteEndObject();

        Drivers(json);
        Window(json, "bad_campaign", story.LotteryName, story.LotteryFirstDay, calendar.Days - 1, channels.All[Channels.Lottery].RateFactor);
        Window(json, "good_cohort", channels.All[Channels.Fair].Campaign, story.FairFirstDay, story.FairLastDay, Story.FairRateFactor);
        Reach(json);
        MeasuredCampaign(json);
        json.WriteEndObject();
    }

    /// <summary>The campaign with a control group: whom it truly moves, and what came of the draw.</summary>
    private void MeasuredCampaign(Utf8JsonWriter json)
    {
        json.WriteStartObject("measured_campaign");
        json.WriteString("campaign", WinBack.Campaign);
        json.WriteString("experiment", story.Experiment);
        json.WriteString("sent_at", Instants.Format(story.WinBackAt));
        json.WriteString("segment", WinBack.Segment);
        json.WriteNumber("holdout", WinBack.Holdout);
        json.WriteNumber("window_days", WinBack.WindowDays);
        json.WriteString("model", $"who looked at a page within {WinBack.LookedDays} days before is made to order with one probability, others with another; true_effect: the difference that it makes, or would have made, in the share that orders, over all who are compared");
        var (looked, others) = (tally.WonBack(looked: true), tally.WonBack(looked: false));
        json.WriteNumber("true_effect", Effect(looked.With + others.With - looked.Without - others.Without, looked.People + others.People));
        foreach (var (name, moves, one) in new[] { ("looked", WinBack.MovesWhoLooked, looked), ("others", WinBack.MovesOthers, others) })
        {
            json.WriteStartObject(name);
            json.WriteNumber("moved", moves);
            json.WriteNumber("true_effect", Effect(one.With - one.Without, one.People));
            Share(json, "sent_ordered", null, (one.Sent, one.SentOrdered));
            Share(json, "kept_back_ordered", null, (one.People - one.Sent, one.KeptOrdered));
            json.WriteNumber("global_holdout", one.HeldOut);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static double Effect(long more, long people) => people == 0 ? 0 : Math.Round((double)more / people, 5);

    private void Reach(Utf8JsonWriter json)
    {
        json.WriteStartObject("reach");
        json.WriteString("campaign", "Selección del mes");
        json.WriteString("model", "opens = the person's opens x (liked or other channel) x (any_hour + at_hour x exp(2.5 (cos(2 pi (hour - liked hour) / 24) - 1))), at most 0.95; liked channel and hour of each person in customers.csv");
        json.WriteNumber("liked_channel_factor", Habit.OnLiked);
        json.WriteNumber("other_channel_factor", Habit.OnOther);
        json.WriteNumber("any_hour", Habit.AnyHour);
        json.WriteNumber("at_hour", Habit.AtHour);
        json.WriteNumber("visits_at_liked_hour", Habit.VisitsAtHour);
        foreach (var post in Enum.GetValues<Post>())
        {
            json.WriteStartObject(post.ToString().ToLowerInvariant());
            json.WriteNumber("propensity", Habit.Draws[(int)post]);
            Share(json, "liked", null, tally.Selected(post, liked: true));
            Share(json, "not_liked", null, tally.Selected(post, liked: false));
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    /// <summary>What makes people leave: how strongly, and how often it came to it, of those in that trouble alone and of those in none.</summary>
    private void Drivers(Utf8JsonWriter json)
    {
        json.WriteStartObject("churn_drivers");
        json.WriteNumber("remembered_days", Leaving.MemoryDays);
        json.WriteNumber("smallest_plan_cancel_factor", Leaving.SmallPlanFactor);
        Share(json, "lost_after_order_without", null, tally.Freely(null));
        Share(json, "cancels_at_renewal_without", null, tally.Renewals(null));
        foreach (var driver in Enum.GetValues<LeavingDriver>())
        {
            json.WriteStartObject(driver switch { LeavingDriver.Complaint => "complaint", _ => "failed_payment" });
            json.WriteString("event", EventWriter.NameOf(Leaving.Shown[(int)driver]));
            json.WriteNumber("cancel_factor", Leaving.CancelFactor[(int)driver]);
            Share(json, "lost_after_order", Leaving.LostAfterOrder[(int)driver], tally.Freely(driver));
            Share(json, "cancels_at_renewal", null, tally.Renewals(driver));
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private void Window(Utf8JsonWriter json, string id, string campaign, int firstDay, int lastDay, double rateFactor)
    {
        json.WriteStartObject(id);
        json.WriteString("campaign", campaign);
        json.WriteString("first_day", calendar.Dates[firstDay].ToString("yyyy-MM-dd"));
        json.WriteString("last_day", calendar.Dates[lastDay].ToString("yyyy-MM-dd"));
        json.WriteNumber("rate_factor", rateFactor);
        json.WriteEndObject();
    }

    private void ByChannel(Utf8JsonWriter json)
    {
        var costs = new AdCosts(options.Seed, calendar, channels, tally);
        json.WriteStartArray("channels");
        for (var i = 0; i < channels.All.Length; i++)
        {
            var (channel, counted) = (channels.All[i], tally.Channels[i]);
            var cost = costs.CostMinor(i) / 100m;
            json.WriteStartObject();
            json.WriteString("id", channel.Id);
            json.WriteString("source", channel.Source);
            json.WriteString("medium", channel.Medium);
            json.WriteString("campaign", channel.Campaign);
            json.WriteNumber("expected_buyer_share", channel.Buys);
            json.WriteNumber("rate_factor", channel.RateFactor);
            json.WriteNumber("visits", counted.Visits);
            json.WriteNumber("sign_ups", counted.SignUps);
            json.WriteNumber("buyers", counted.Buyers);
            json.WriteNumber("orders", counted.Orders);
            json.WriteNumber("revenue", counted.RevenueMinor / 100m);
            json.WriteNumber("clicks", channel.Paid ? costs.Clicks(i) : 0);
            json.WriteNumber("cost", cost);
            Ratio(json, "cost_per_sign_up", cost, counted.SignUps);
            Ratio(json, "cac", cost, counted.Buyers);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void Ratio(Utf8JsonWriter json, string name, decimal cost, long people)
    {
        if (people == 0 || cost == 0)
        {
            json.WriteNull(name);
            return;
        }
        json.WriteNumber(name, Math.Round(cost / people, 2));
    }

    private static void Share(Utf8JsonWriter json, string name, double? parameter, (long Base, long Of) counted)
    {
        json.WriteStartObject(name);
        if (parameter is { } planted)
        {
            json.WriteNumber("parameter", planted);
        }
        json.WriteNumber("base", counted.Base);
        json.WriteNumber("of", counted.Of);
        json.WriteEndObject();
    }
}
