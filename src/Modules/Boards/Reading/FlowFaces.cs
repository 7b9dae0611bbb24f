using Ciclo.Core;
using Ciclo.Core.Analytics;
using Ciclo.Modules.Measure.Contracts;

namespace Ciclo.Modules.Boards.Reading;

/// <summary>Faces of what is counted over the order of people's events: funnels, and who comes back.</summary>
internal static class FlowFaces
{
    private sealed record FunnelRead(FunnelResult? Result, Text? Refusal);

    private sealed record CohortRead(RetentionMatrix? Matrix, Text? Refusal);

    /// <summary>Attempts begun in the period that the dashboard tells of.</summary>
    public static CardReading Funnel(CardAsked asked, BoardReader reader)
    {
        var (card, l) = (asked.Card, asked.L);
        var funnel = new FunnelOf(card.Steps, card.Window, asked.Periods.Within(asked.Periods.StartOf(asked.Last), asked.Periods.End));
        var read = reader.Flow(asked, $"{asked.Key}/{string.Join('\n', card.Steps)}/{card.Window}", () =>
        {
            var result = funnel.Answer(asked.Engine, out var refusal, CancellationToken.None);
            return new FunnelRead(result, refusal);
        });
        var reading = new CardReading(card, asked.Title(BoardWords.Of(CardKind.Funnel)), l.Say($"Begun in {asked.Told}", $"Empezado en {asked.Told}"), null, [], new RefusalFace(read.Refusal ?? default, IsBusy: false));
        if (read.Result is not { } result)
        {
            return reading;
        }
        var first = result.Steps[0].Profiles;
        return reading with
        {
            Href = funnel.Page,
            Face = first == 0
                ? new RefusalFace(new Text($"Nobody did “{card.Steps[0]}” in this period.", $"Nadie hizo «{card.Steps[0]}» en este periodo."), IsBusy: false)
                : new BarsFace(new Text("Step", "Paso"), new Text("People", "Personas"),
                [
                    .. Enumerable.Range(0, result.Steps.Count).Select(i => new BarLine(
                        $"{i + 1}. {card.Steps[i]}", 0, (double)result.Steps[i].Profiles / first, "", new Shown(l.Number(result.Steps[i].Profiles), result.Steps[i].Profiles, funnel.PeopleAt(i + 1)), null,
                        i + 1 < result.Steps.Count ? Leave(l, result, i, funnel) : null, i == 0 ? "" : l.Share(result.Steps[i].Profiles, first))),
                ], 0),
        };
    }

    public static CardReading Cohorts(CardAsked asked, BoardReader reader)
    {
        var (card, l) = (asked.Card, asked.L);
        var reading = new CardReading(card, asked.Title(BoardWords.Of(CardKind.Cohorts)), "", null, [], new RefusalFace(
            new Text("This card lacks its first event. Change it and say which.", "A esta tarjeta le falta su primer evento. Cámbiala y di cuál."), IsBusy: false));
        if (card.Steps.Count == 0)
        {
            return reading;
        }
        var cohorts = new CohortOf(card.Steps[0], card.Steps.Count > 1 ? card.Steps[1] : card.Steps[0], asked.Periods);
        var read = reader.Flow(asked, $"{asked.Key}/cohorts/{cohorts.First}\n{cohorts.Return}", () =>
        {
            var matrix = cohorts.Answer(asked.Engine, out var refusal, CancellationToken.None);
            return new CohortRead(matrix, refusal);
        });
        if (read.Matrix is not { } matrix)
        {
            return reading with { Face = new RefusalFace(read.Refusal ?? default, IsBusy: false) };
        }
        var lines = Enumerable.Range(0, matrix.Periods.Count).Where(cohort => matrix.Size(cohort) > 0).ToList();
        var greatest = lines.SelectMany(cohort => Enumerable.Range(1, matrix.Periods.Count - 1).Select(k => matrix.Share(cohort, k) ?? 0)).DefaultIfEmpty(0).Max();
        return reading with
        {
            Sub = l.Say($"Did “{cohorts.First}” first; came back with “{cohorts.Return}”. Share of the cohort in percent, by periods after the first.", $"Hicieron «{cohorts.First}» por primera vez; regresaron con «{cohorts.Return}». Parte del grupo en por ciento, por periodos después del primero."),
            Href = cohorts.Page,
            Face = lines.Count == 0
                ? new RefusalFace(new Text($"Nobody did “{cohorts.First}” for the first time in these periods.", $"Nadie hizo «{cohorts.First}» por primera vez en estos periodos."), IsBusy: false)
                : new MatrixFace(matrix.Periods.Count, [.. lines.Select(cohort => new MatrixLine(asked.PeriodName(cohort), new Shown(l.Number(matrix.Size(cohort)), matrix.Size(cohort), cohorts.People(cohort, null)),
                    [.. Enumerable.Range(1, matrix.Periods.Count - 1 - cohort).Select(later => CellOf(asked, matrix, cohorts, cohort, later, greatest))]))]),
        };
    }

    private static Shown Leave(Kit.Locale l, FunnelResult result, int step, FunnelOf funnel)
    {
        var left = result.Steps[step].Profiles - result.Steps[step + 1].Profiles;
        var share = l.Share(left, result.Steps[step].Profiles);
        return new Shown(l.Say($"{l.Number(left)} leave, {share}", $"{l.Number(left)} se van, {share}"), left, left == 0 ? null : funnel.DroppedAfter(step + 1));
    }

    private static MatrixCell CellOf(CardAsked asked, RetentionMatrix matrix, CohortOf cohorts, int cohort, int later, double greatest)
    {
        var (count, share) = (matrix.Count(cohort, later), matrix.Share(cohort, later) ?? 0);
        return new MatrixCell(
            new Shown(asked.L.Number(count), count, cohorts.People(cohort, later)), (share * 100).ToString("0.0", asked.L.Culture), greatest == 0 ? 0 : (int)Math.Round(9 * share / greatest),
            cohort + later == matrix.Periods.Count - 1 && asked.IsOpen);
    }
}
