using Ciclo.Core;

namespace Ciclo.Modules.Predict.Reaching;

/// <summary>The channels that events tell of, by the first words of their names, and what is done on them.</summary>
internal static class ReachChannels
{
    public const string Email = "email";
    public const string Onsite = "onsite";
    public const int EmailPlace = 0;

    /// <summary>In the order of their places.</summary>
    public static readonly IReadOnlyList<string> Ids = [Email, Onsite, "whatsapp", "sms", "push"];

    private static readonly (string Prefix, int Channel)[] Prefixes =
        [("Email ", 0), ("In-App Message ", 1), ("WhatsApp Message ", 2), ("WhatsApp ", 2), ("SMS Message ", 3), ("SMS ", 3), ("Push Notification ", 4), ("Push ", 4)];

    public static int Count => Ids.Count;

    public static int PlaceOf(string id)
    {
        for (var place = 0; place < Ids.Count; place++)
        {
            if (Ids[place] == id)
            {
                return place;
            }
        }
        return -1;
    }

    public static Text NameOf(int channel) => channel switch
    {
        0 => new("E-mail", "Correo"),
        1 => new("On the site", "En el sitio"),
        2 => Text.Same("WhatsApp"),
        3 => Text.Same("SMS"),
        _ => new("Push", "Push"),
    };

    /// <summary>"by e-mail", within a sentence.</summary>
    public static Text By(int channel) => channel switch
    {
        0 => new("by e-mail", "por correo"),
        1 => new("on the site", "en el sitio"),
        2 => new("by WhatsApp", "por WhatsApp"),
        3 => new("by SMS", "por SMS"),
        _ => new("by push", "por push"),
    };

    /// <summary>What an event of that name tells of a message; null for any other event.</summary>
    public static (int Channel, MessageDeed Deed)? Find(string name)
    {
        foreach (var (prefix, channel) in Prefixes)
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal))
            {
                MessageDeed? deed = name[prefix.Length..] switch
                {
                    "Sent" => MessageDeed.Sent,
                    "Opened" or "Read" => MessageDeed.Opened,
                    "Link Clicked" or "Clicked" or "Tapped" or "Replied" => MessageDeed.Clicked,
                    "Bounced" or "Failed" => MessageDeed.Lost,
                    _ => null,
                };
                if (deed is { } found)
                {
                    return (channel, found);
                }
            }
        }
        return null;
    }
}

internal enum MessageDeed
{
    Sent,
    Opened,
    Clicked,

    /// <summary>It did not arrive.</summary>
    Lost,
}
