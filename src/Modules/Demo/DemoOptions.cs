using Ciclo.Core;
using Ciclo.Core.Time;

namespace Ciclo.Modules.Demo;

/// <summary>What decides every byte of the demo shop. Equal options give equal events, whatever the machine's clock says.</summary>
/// <param name="Until">The instant the story ends at, in Unix milliseconds. It is rounded down to the hour, so that two starts within one hour give one shop.</param>
public sealed record DemoOptions(long Until)
{
    public const int MaxCustomers = 5_000_000;
    public const int MinMonths = 12;
    public const int MaxMonths = 60;

    /// <summary>People who sign up or buy. Visitors who never do come on top.</summary>
    public int Customers { get; init; } = 20_000;

    public ulong Seed { get; init; } = 1;

    /// <summary>Length of the story. At least a year, so that each season and each planted cohort happens once.</summary>
    public int Months { get; init; } = 18;

    /// <summary>An ISO 4217 code with two decimals. It labels the amounts; prices are those of a Mexican shop.</summary>
    public string Currency { get; init; } = "MXN";

    public string Zone { get; init; } = "America/Mexico_City";

    /// <summary>Anonymous visitors per customer, 0 to 20.</summary>
    public double VisitorsPerCustomer { get; init; } = 4.1;

    /// <summary>The number of the campaign that ran in the story: who got it is drawn by it.</summary>
    public long Campaign { get; init; } = 1;

    /// <summary>A frame is closed after the person with whom it reaches this many events. It changes no event.</summary>
    public int EventsPerFrame { get; init; } = 500;

    internal long LastHour => Until - (Until % Durations.Hour + Durations.Hour) % Durations.Hour;

    /// <summary>Why these options cannot be used and what to give instead; null if they can.</summary>
    public Text? Refusal()
    {
        if (Customers is < 1 or > MaxCustomers)
        {
            return new Text($"customers is {Customers}; give 1 to {MaxCustomers}.", $"customers es {Customers}; da de 1 a {MaxCustomers}.");
        }
        if (Months is < MinMonths or > MaxMonths)
        {
            return new Text($"months is {Months}; give {MinMonths} to {MaxMonths}.", $"months es {Months}; da de {MinMonths} a {MaxMonths}.");
        }
        if (Until < 946_684_800_000 || Until > 4_102_444_800_000)
        {
            return new Text("until lies outside 2000 to 2099; give a date such as 2026-11-21.", "until queda fuera de 2000 a 2099; da una fecha como 2026-11-21.");
        }
        if (Currency.Length != 3 || !Currency.All(char.IsAsciiLetterUpper))
        {
            return new Text("currency is no ISO 4217 code; give three capitals, such as MXN.", "currency no es un código ISO 4217; da tres mayúsculas, como MXN.");
        }
        if (!Core.Time.Zone.TryGet(Zone, out _))
        {
            return new Text("zone is unknown; give an IANA name, such as America/Mexico_City.", "zone es desconocida; da un nombre IANA, como America/Mexico_City.");
        }
        if (!(VisitorsPerCustomer is >= 0 and <= 20) || EventsPerFrame is < 1 or > 100_000)
        {
            return new Text(
                "visitorsPerCustomer must be 0 to 20 and eventsPerFrame 1 to 100000.",
                "visitorsPerCustomer va de 0 a 20 y eventsPerFrame de 1 a 100000.");
        }
        return null;
    }
}
