using System.Text;
using Ciclo.Core.Metrics;
using Ciclo.Modules.Measure.Contracts;

namespace Ciclo.Modules.Predict.Models;

/// <summary>By which channel a person first came: what their first event says of it, its campaign, its click id or the site that it was referred from.</summary>
internal static class FirstTouch
{
    /// <summary>The column's name among traits; no trait begins so.</summary>
    public const string Column = "$first_channel";

    public static IReadOnlyList<string> Paths { get; } = ["$campaign.source", "$campaign.medium", "$campaign.name", "$click", "referrer", "$referrer", "url"];

    /// <summary>The channel's value, as exports write it. <paramref name="first"/>: the place of the first of <see cref="Paths"/>; <paramref name="e"/>: the person's first event.</summary>
    public static string Of(EventFields fields, int first, int e)
    {
        var referrer = HostOf(fields, first + 4, e) is { Length: > 0 } said ? said : HostOf(fields, first + 5, e);
        var source = ChannelSource.Of(Text(0), Text(1), Text(2), Text(3), referrer == HostOf(fields, first + 6, e) ? "" : referrer);
        return ChannelNames.Of(source.Channel).En;

        string Text(int at) => fields.Word(first + at, e) ?? "";
    }

    private static string HostOf(EventFields fields, int place, int e) => fields.Text(place, e) is { IsEmpty: false } text && Uri.TryCreate(Encoding.UTF8.GetString(text), UriKind.Absolute, out var address)
        ? address.Host.StartsWith("www.", StringComparison.Ordinal) ? address.Host[4..] : address.Host : "";
}
