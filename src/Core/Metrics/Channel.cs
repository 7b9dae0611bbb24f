namespace Ciclo.Core.Metrics;

/// <summary>
/// The kinds of way by which people come: Google Analytics 4's default channel group, in the order in which its rules are asked
/// (support.google.com/analytics/answer/9756891). Direct comes first there, Unassigned is what no rule names.
/// </summary>
public enum Channel
{
    Direct = 0,
    CrossNetwork = 1,
    PaidShopping = 2,
    PaidSearch = 3,
    PaidSocial = 4,
    PaidVideo = 5,
    Display = 6,
    PaidOther = 7,
    OrganicShopping = 8,
    OrganicSocial = 9,
    OrganicVideo = 10,
    OrganicSearch = 11,
    Referral = 12,
    Email = 13,
    Affiliates = 14,
    Audio = 15,
    Sms = 16,
    MobilePush = 17,
    Unassigned = 18,
}

/// <summary>What channels are called. The English name is their value in exports and addresses, as in Google Analytics.</summary>
public static class ChannelNames
{
    public static int Count { get; } = Enum.GetValues<Channel>().Length;

    public static Text Of(Channel channel) => channel switch
    {
        Channel.Direct => new Text("Direct", "Directo"),
        Channel.CrossNetwork => new Text("Cross-network", "Varias redes"),
        Channel.PaidShopping => new Text("Paid Shopping", "Compras de pago"),
        Channel.PaidSearch => new Text("Paid Search", "Búsqueda de pago"),
        Channel.PaidSocial => new Text("Paid Social", "Redes sociales de pago"),
        Channel.PaidVideo => new Text("Paid Video", "Video de pago"),
        Channel.Display => new Text("Display", "Display"),
        Channel.PaidOther => new Text("Paid Other", "Otros de pago"),
        Channel.OrganicShopping => new Text("Organic Shopping", "Compras orgánicas"),
        Channel.OrganicSocial => new Text("Organic Social", "Redes sociales orgánicas"),
        Channel.OrganicVideo => new Text("Organic Video", "Video orgánico"),
        Channel.OrganicSearch => new Text("Organic Search", "Búsqueda orgánica"),
        Channel.Referral => new Text("Referral", "Referencia"),
        Channel.Email => new Text("Email", "Correo"),
        Channel.Affiliates => new Text("Affiliates", "Afiliados"),
        Channel.Audio => new Text("Audio", "Audio"),
        Channel.Sms => new Text("SMS", "SMS"),
        Channel.MobilePush => new Text("Mobile Push Notifications", "Notificaciones push"),
        _ => new Text("Unassigned", "Sin asignar"),
    };

    /// <summary>A channel's name as people read it, from its value in exports; any other text as it is.</summary>
    public static Text OfValue(string value)
    {
        foreach (var channel in Enum.GetValues<Channel>())
        {
            if (string.Equals(Of(channel).En, value, StringComparison.OrdinalIgnoreCase))
            {
                return Of(channel);
            }
        }
        return Text.Same(value);
    }
}
