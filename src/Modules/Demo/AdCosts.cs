using System.Globalization;

namespace Ciclo.Modules.Demo;

/// <summary>
/// What the paid campaigns cost, by day: clicks are the visits of the campaign and some that never arrived, impressions follow the rate of clicks.
/// The shape is GA4's cost data import.
/// </summary>
internal sealed class AdCosts(ulong seed, ShopCalendar calendar, Channels channels, Tally tally)
{
    /// <summary>Of a hundred clicks in an ad report so many become visits.</summary>
    public const double ArrivingShare = 0.87;

    private readonly Chance chance = new();

    public void Write(TextWriter csv)
    {
        csv.Write("utm_source,utm_medium,utm_campaign,date,cost,clicks,impressions\n");
        for (var index = 0; index < channels.All.Length; index++)
        {
            var channel = channels.All[index];
            for (var day = 0; channel.Paid && day < calendar.Days; day++)
            {
                if (OfDay(index, day) is { Clicks: > 0 } row)
                {
                    var cost = (row.CostMinor / 100m).ToString("0.00", CultureInfo.InvariantCulture);
                    var date = calendar.Dates[day].ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
                    csv.Write($"{channel.Source},{channel.Medium},{channel.Campaign},{date},{cost},{row.Clicks},{row.Impressions}\n");
                }
            }
        }
    }

    public long CostMinor(int channel) => Enumerable.Range(0, calendar.Days).Sum(day => OfDay(channel, day).CostMinor);

    public long Clicks(int channel) => Enumerable.Range(0, calendar.Days).Sum(day => OfDay(channel, day).Clicks);

    private (long Clicks, long CostMinor, long Impressions) OfDay(int index, int day)
    {
        var channel = channels.All[index];
        chance.Begin(seed, ChanceDomain.AdCost, ((ulong)index << 32) | (uint)day);
        var visits = tally.Clicks(index, day);
        var clicks = visits == 0 ? 0 : (long)Math.Ceiling(visits / ArrivingShare);
        var cost = (long)(clicks * channel.ClickCostMinor * chance.Between(0.88, 1.12));
        return (clicks, cost, channel.Paid ? (long)(clicks / (channel.ClickRate * chance.Between(0.85, 1.15))) : 0);
    }
}
