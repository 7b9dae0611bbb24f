using Ciclo.Core.Metrics;
using Ciclo.Core.Predict.Survival;
using Ciclo.Kit;

namespace Ciclo.Modules.Predict.Views;

/// <summary>What groups of people are called.</summary>
internal static class GroupWords
{
    public static string Says(Locale l, StayGrouping by, string name) => (by.Kind, name) switch
    {
        ("all", _) => l.Say("Everybody", "Todas"),
        (_, GroupedSurvival.Others) => l.Say("The others", "Las demás"),
        (_, StayReading.Unknown) => l.Say("Not known", "Sin dato"),
        ("segment", StayReading.Inside) => l.Say($"In {by.Name}", $"En {by.Name}"),
        ("segment", _) => l.Say($"Not in {by.Name}", $"Fuera de {by.Name}"),
        ("channel", _) => l.Say(ChannelNames.OfValue(name)),
        _ => name,
    };
}
