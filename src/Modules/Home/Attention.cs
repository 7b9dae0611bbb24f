using System.Globalization;
using Ciclo.Core;
using Ciclo.Core.Metrics;
using Ciclo.Kit;
using Ciclo.Modules.Customers.Contracts;
using Ciclo.Modules.Journeys.Contracts;
using Ciclo.Modules.Lifecycles.Contracts;
using Ciclo.Modules.Profiles.Contracts;

namespace Ciclo.Modules.Home;

/// <summary>One matter that asks for somebody: its figure, what it means, whom it is about, and what to do next.</summary>
public sealed record Matter(
    Verdict Verdict, string Figure, string FigureSays, string Title, string Why, int Stage, string? People, string? Href, string? ActionSays, string? ActionHref)
{
    /// <summary>How many people it is about, for the order.</summary>
    public long Weight { get; init; }
}

/// <summary>
/// What needs attention, as far as stages and the server's own health tell: conversions that changed by more than chance, more people falling
/// into a stage than before, stages that nobody has reached, and data that does not arrive or cannot be used. Worst first. Who may draw journeys is offered the fitting one; others see who it is
/// about.
/// </summary>
internal sealed class Attention(Locale locale, HomeReading reading, LifecycleInfo lifecycle, bool mayDraw)
{
    private const int Shown = 6;

    public IReadOnlyList<Matter> Matters() =>
    [
        .. Health().Concat(Conversions()).Concat(Falls()).Concat(Unreached())
            .OrderBy(matter => matter.Verdict).ThenByDescending(matter => matter.Weight).Take(Shown),
    ];

    /// <summary>The stage whose conversion fell most, in people; -1 where none fell by more than chance.</summary>
    public static int LeakOf(HomeReading reading)
    {
        var (leak, most) = (-1, 0.0);
        for (var i = 0; i < reading.Stages.Count - 1; i++)
        {
            var figures = reading.Stages[i].Figures;
            var lost = (figures.ConversionBefore.Value - figures.Conversion.Value) * figures.Conversion.Whole;
            if (lost > most && Proportions.DifferClearly(figures.Conversion, figures.ConversionBefore))
            {
                (leak, most) = (i, lost);
            }
        }
        return leak;
    }

    public static string CohortHref(HomeReading reading, LifecycleInfo lifecycle, int stage) =>
        CustomerPaths.OfMoves(new MoveFilter(lifecycle.Id, null, lifecycle.Stages[stage].Id, reading.Question.CohortFrom, reading.Question.CohortTo));

    private IEnumerable<Matter> Conversions()
    {
        for (var i = 0; i < reading.Stages.Count - 1; i++)
        {
            var figures = reading.Stages[i].Figures;
            if (!Proportions.DifferClearly(figures.Conversion, figures.ConversionBefore))
            {
                continue;
            }
            var (now, before) = (figures.Conversion.Value, figures.ConversionBefore.Value);
            var people = (int)Math.Round(Math.Abs(now - before) * figures.Conversion.Whole);
            var stage = locale.Say(lifecycle.Stages[i].Label);
            var (part, whole) = (locale.Number(figures.Conversion.Part), locale.Number(figures.Conversion.Whole));
            var (share, past) = (locale.Percent(now), locale.Percent(before));
            var span = locale.Span(reading.Question.CohortFrom + 1, reading.Question.CohortTo);
            var isWorse = now < before;
            yield return new Matter(
                isWorse ? Verdict.Bad : Verdict.Good, share, locale.Say("move on", "avanza"),
                isWorse
                    ? locale.Say($"Fewer people move on from {stage}: {share}, where it was {past}", $"Menos personas avanzan desde {stage}: {share}, antes {past}")
                    : locale.Say($"More people move on from {stage}: {share}, where it was {past}", $"Más personas avanzan desde {stage}: {share}, antes {past}"),
                locale.Say(
                    $"Of the {whole} who entered {stage} on {span}, {part} reached a later stage within 30 days. At the earlier share it would be {locale.Number(people)} {(isWorse ? "more" : "fewer")}. Chance alone would rarely do this (under 1%).",
                    $"De las {whole} personas que entraron a {stage} del {span}, {part} llegaron a una etapa posterior en 30 días. Con la parte de antes serían {locale.Number(people)} {(isWorse ? "más" : "menos")}. El azar rara vez hace esto (menos de 1%)."),
                i, locale.Count(figures.Conversion.Whole, HomeWords.Person, HomeWords.People), CohortHref(reading, lifecycle, i),
                isWorse && mayDraw ? locale.Say("Draw a journey", "Crear un recorrido") : locale.Say("See who they are", "Ver quiénes son"),
                isWorse && mayDraw ? JourneyFor(i) : CohortHref(reading, lifecycle, i)) { Weight = people };
        }
    }

    /// <summary>What helps people on from a stage: a welcome at the beginning, nudges after it, and an offer for who has bought. Its goal is any stage after.</summary>
    private string JourneyFor(int stage) => JourneyPaths.New(
        stage switch { 0 => JourneyPaths.Welcome, 1 => JourneyPaths.Onboarding, _ => JourneyPaths.SecondOrder }, lifecycle.Id, lifecycle.Stages[stage].Id, lifecycle.Stages.Skip(stage + 1).Select(one => one.Id));

    private IEnumerable<Matter> Falls()
    {
        foreach (var to in reading.Flows.Where(flow => flow.Kind == FlowKind.Cool).Select(flow => flow.To).Distinct())
        {
            var figures = reading.Stages[to].Figures;
            var (now, before) = ((double)figures.Entries, (double)figures.EntriesBefore);
            // Counts of independent arrivals: their difference against the standard error of Poisson counts, two-sided at 1 %.
            if (now - before <= 2.576 * Math.Sqrt(now + before) || before < 20)
            {
                continue;
            }
            var stage = locale.Say(lifecycle.Stages[to].Label);
            var href = CustomerPaths.OfMoves(new MoveFilter(lifecycle.Id, null, lifecycle.Stages[to].Id, reading.Period.From, reading.Period.To));
            yield return new Matter(
                Verdict.Warn, locale.Number(figures.Entries), locale.Say("cool down", "se enfrían"),
                locale.Say($"More people fall into {stage} than before", $"Más personas caen a {stage} que antes"),
                locale.Say(
                    $"{locale.Number(figures.Entries)} in this period, {locale.Number(figures.EntriesBefore)} in the one before: {locale.Change((now - before) / before)} more. Write to them while their last visit is fresh.",
                    $"{locale.Number(figures.Entries)} en este periodo y {locale.Number(figures.EntriesBefore)} en el anterior: {locale.Change((now - before) / before)} más. Escríbeles mientras su última visita es reciente."),
                to, locale.Count(figures.Entries, HomeWords.Person, HomeWords.People), href, mayDraw ? locale.Say("Win them back", "Recuperarlos") : locale.Say("See who they are", "Ver quiénes son"),
                mayDraw ? JourneyPaths.New(JourneyPaths.WinBack, lifecycle.Id, lifecycle.Stages[to].Id) : href) { Weight = figures.Entries - figures.EntriesBefore };
        }
    }

    private IEnumerable<Matter> Unreached()
    {
        for (var i = 1; i < reading.Stages.Count && reading.Placed > 0; i++)
        {
            var figures = reading.Stages[i].Figures;
            if (figures.People == 0 && figures.Stays == 0)
            {
                var stage = locale.Say(lifecycle.Stages[i].Label);
                yield return new Matter(
                    Verdict.Warn, "0", locale.Say("people", "personas"),
                    locale.Say($"Nobody has reached {stage} within a year", $"Nadie ha llegado a {stage} en un año"),
                    locale.Say("Either its rule asks for an event that does not arrive, or nobody has done it. A customer's page says what is missing.", "O su regla pide un evento que no llega, o nadie lo ha hecho. La página de un cliente dice qué falta."),
                    i, null, null, locale.Say("See customers", "Ver clientes"), "/customers");
            }
        }
    }

    private IEnumerable<Matter> Health()
    {
        if (reading.Health.IsSilent)
        {
            yield return new Matter(
                Verdict.Bad, locale.Duration(reading.ReadAt - reading.Health.LastEventAt), locale.Say("without events", "sin eventos"),
                locale.Say("No event has arrived for over a day", "No ha llegado ningún evento en más de un día"),
                locale.Say($"The newest is of {locale.Moment(reading.Health.LastEventAt)}. The numbers below end there. Check that your site and your shop still send.", $"El más reciente es del {locale.Moment(reading.Health.LastEventAt)}. Los números de abajo terminan ahí. Revisa que tu sitio y tu tienda sigan enviando."),
                -1, null, null, null, null) { Weight = long.MaxValue };
        }
        if (reading.Health.WithoutRate > 0)
        {
            yield return new Matter(
                Verdict.Warn, locale.Number(reading.Health.WithoutRate), locale.Say("amounts left out", "importes fuera"),
                locale.Say("Amounts in a currency without a rate are not counted", "No se cuentan importes en una moneda sin tipo de cambio"),
                locale.Say("Give the rate in the workspace's settings (`ciclo settings`), and the histories are counted anew.", "Da el tipo de cambio en los ajustes del espacio (`ciclo settings`) y las historias se cuentan de nuevo."),
                -1, null, null, null, null);
        }
        if (reading.Health.Rejected > 0)
        {
            yield return new Matter(
                Verdict.Warn, locale.Number(reading.Health.Rejected), locale.Say("items refused", "rechazados"),
                locale.Say("Some of what arrived could not be taken", "Parte de lo que llegó no se pudo aceptar"),
                string.Format(CultureInfo.InvariantCulture, locale.Say("Each is kept with its reason; `ciclo {0}` lists them.", "Cada uno se guarda con su motivo; `ciclo {0}` los enumera."), "rejected"),
                -1, null, null, null, null);
        }
    }
}
