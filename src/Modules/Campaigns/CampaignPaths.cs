using System.Globalization;

namespace Ciclo.Modules.Campaigns;

/// <summary>Where campaigns are.</summary>
internal static class CampaignPaths
{
    public static string Of(long id) => "/campaigns/" + id.ToString(CultureInfo.InvariantCulture);
}
