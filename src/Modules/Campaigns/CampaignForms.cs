using System.Globalization;
using Ciclo.Core.Time;
using Microsoft.AspNetCore.Http;

namespace Ciclo.Modules.Campaigns;

/// <summary>Reads a plan as the form sends it, and writes it as the form shows it; what makes no sense is refused by the plan itself.</summary>
internal static class CampaignForms
{
    private const string Minute = "yyyy-MM-dd'T'HH:mm";

    public static CampaignPlan PlanOf(HttpContext http, Zone zone)
    {
        // The form lies in the body when it is sent, and in the address when its audience is counted.
        Func<string, Microsoft.Extensions.Primitives.StringValues> all = HttpMethods.IsPost(http.Request.Method) ? name => http.Request.Form[name] : name => http.Request.Query[name];
        string Field(string name) => all(name).ToString();
        var arms = new List<CampaignArm>();
        for (var i = 0; i < CampaignPlan.MostArms; i++)
        {
            var name = NameOf(i);
            if (Field("template_" + name) is { Length: > 0 } template)
            {
                arms.Add(new CampaignArm(NameOf(arms.Count), template, Number(Field("weight_" + name)) ?? 1));
            }
        }
        return CampaignPlan.New with
        {
            Include = Sources(all("include")),
            Exclude = Sources(all("exclude")),
            Purpose = Field("purpose") is { Length: > 0 and <= 60 } purpose ? purpose : CampaignPlan.New.Purpose,
            Priority = (int)Math.Clamp(Number(Field("priority")) ?? CampaignPlan.New.Priority, 0, 100),
            Arms = arms.Count > 0 ? arms : CampaignPlan.New.Arms,
            Holdout = (Number(Field("holdout")) ?? 10) / 100,
            Timing = Enum.TryParse<CampaignTiming>(Field("timing"), ignoreCase: true, out var timing) && Enum.IsDefined(timing) ? timing : CampaignTiming.Now,
            AtMs = DateTime.TryParseExact(Field("at"), Minute, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at)
                ? zone.FromLocal(new DateTimeOffset(at).ToUnixTimeMilliseconds()) : null,
            Day = Field("day") is { Length: 10 } day ? day : "",
            Hour = Whole(Field("hour")) ?? CampaignPlan.New.Hour,
            PerHour = Whole(Field("per_hour")),
            Choice = Enum.TryParse<CampaignChoice>(Field("choice"), ignoreCase: true, out var choice) && Enum.IsDefined(choice) ? choice : CampaignChoice.Shares,
            Measure = Enum.TryParse<CampaignMeasure>(Field("measure"), ignoreCase: true, out var measure) && Enum.IsDefined(measure) ? measure : CampaignMeasure.Clicked,
            ChoiceHours = Whole(Field("choice_hours")) ?? CampaignPlan.New.ChoiceHours,
            TestShare = (Number(Field("test_share")) ?? 20) / 100,
            Evidence = (Number(Field("evidence")) ?? 90) / 100,
            Goal = Field("goal") is { Length: > 0 } goal ? goal : CampaignPlan.New.Goal,
            WindowDays = Whole(Field("window_days")) ?? CampaignPlan.New.WindowDays,
            ResendAfterDays = Whole(Field("resend_days")),
        };
    }

    /// <summary>`A`, `B`, …</summary>
    public static string NameOf(int arm) => ((char)('A' + arm)).ToString();

    /// <summary>As `datetime-local` takes it.</summary>
    public static string MinuteOf(Zone zone, long ms) => DateTimeOffset.FromUnixTimeMilliseconds(zone.ToLocal(ms)).UtcDateTime.ToString(Minute, CultureInfo.InvariantCulture);

    public static string Percent(double share) => (share * 100).ToString("0.###", CultureInfo.InvariantCulture);

    private static List<string> Sources(IEnumerable<string?> names) => [.. names.Where(name => name is { Length: > 0 and <= 200 }).Select(name => name!).Distinct(StringComparer.Ordinal)];

    private static double? Number(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;

    private static int? Whole(string text) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
}
