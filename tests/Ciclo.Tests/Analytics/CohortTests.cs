using Ciclo.Core.Analytics;
using Ciclo.Core.Events;
using Ciclo.Core.Time;
using Ciclo.Core.Values;
using Ciclo.Engine.Runtime.Analysis;
using NodaTime;

namespace Ciclo.Tests.Analytics;

public sealed class CohortTests
{
    private static readonly (string Text, Func<Fact, bool> Is)[] Selectors =
    [
        ("any", fact => !fact.IsSystem),
        ("\"A\"", fact => fact.Type == CallType.Track && fact.Name == "A"),
        ("\"B\" where revenue >= 50", fact => fact.Type == CallType.Track && fact.Name == "B" && fact.Cents >= 5_000),
        ("page", fact => fact.Type == CallType.Page),
        ("any where category == \"books\"", fact => !fact.IsSystem && fact.Category == "books"),
    ];

    [Fact]
    public void A_retention_matrix_counts_calendar_periods_of_the_zone()
    {
        var returned = 0L;
        for (var seed = 1; seed <= 300; seed++)
        {
            var random = new Random(seed);
            var zoneId = new[] { "UTC", "Europe/Madrid", "America/Mexico_City", "Pacific/Apia" }[random.Next(4)];
            Assert.True(Zone.TryGet(zoneId, out var zone));
            var world = new AnalysisWorld(seed, zone, events: random.Next(20, 250));
            var (first, back) = (Selectors[random.Next(Selectors.Length)], Selectors[random.Next(Selectors.Length)]);
            var kind = (PeriodKind)random.Next(5);
            var (from, to) = (AnalysisWorld.Start + (random.Next(-5, 20) * Durations.Day), AnalysisWorld.Start + (random.Next(20, 60) * Durations.Day) + 1);
            var counts = (RetentionKind)(seed % 3);
            var scan = new RetentionScan(world.State, new RetentionQuestion(first.Text, back.Text, kind, from, to) { Kind = counts });
            var expected = Expected(world, first.Is, back.Is, kind, DateTimeZoneProviders.Tzdb[zoneId], from, to, counts);
            var matrix = scan.Answer();
            var counted = new SortedDictionary<(int, int), int>();
            for (var cohort = 0; cohort < matrix.Periods.Count; cohort++)
            {
                for (var later = -1; later < matrix.Periods.Count; later++)
                {
                    var count = (int)(later < 0 ? matrix.Size(cohort) : matrix.Count(cohort, later));
                    if (count > 0)
                    {
                        counted.Add((cohort, later), count);
                        Assert.Equal(expected[(cohort, later)], scan.Profiles(cohort, later < 0 ? null : later));
                    }
                }
            }
            Assert.True(expected.Select(cell => (cell.Key, cell.Value.Count)).SequenceEqual(counted.Select(cell => (cell.Key, cell.Value))),
                $"Seed {seed}, {zoneId}, {kind}: {string.Join(' ', expected.Select(cell => $"{cell.Key}={cell.Value.Count}"))}\n--- counted\n{string.Join(' ', counted)}");
            returned += expected.Where(cell => cell.Key.Later > 0).Sum(cell => cell.Value.Count);
        }
        Assert.True(returned > 1_000, $"{returned} returns show too little.");
    }

    [Fact]
    public void An_ad_hoc_rule_counts_those_who_were_in_such_a_segment()
    {
        var (members, compiled) = (0, 0);
        for (var seed = 1; seed <= 400; seed++)
        {
            var random = new Random(seed);
            var world = new AnalysisWorld(seed, events: random.Next(20, 250));
            var rule = SomeRule(random, 2);
            var at = AnalysisWorld.Start + (random.Next(10, 60) * Durations.Day) + random.Next(-1, 2);
            var count = new SegmentCount(world.State, rule, Zone.Utc, at);
            var folded = count.Folded();
            Assert.True(folded.SequenceEqual(count.Profiles()), $"Seed {seed}, {rule} at {at}: folded {string.Join(' ', folded)}, counted {string.Join(' ', count.Profiles())}");
            Assert.Equal(folded.Count, count.Count());
            members += folded.Count;
            compiled += count.Compiled is null ? 0 : 1;
        }
        Assert.True(members > 400 && compiled > 300, $"{members} members, {compiled} rules without a fold: too few.");
    }

    [Fact]
    public void What_a_count_in_a_window_holds_is_what_its_words_say()
    {
        for (var seed = 1; seed <= 100; seed++)
        {
            var world = new AnalysisWorld(seed);
            var at = AnalysisWorld.Start + ((10 + (seed % 30)) * Durations.Day);
            var expected = world.People.Where(person => person.Facts.Exists(fact => fact.At <= at && !fact.IsSystem)
                && person.Facts.Count(fact => fact.Name == "A" && fact.Type == CallType.Track && fact.At <= at && fact.At > at - (10 * Durations.Day)) >= 2
                && person.Facts.Where(fact => fact.Name == "B" && fact.At <= at).Sum(fact => fact.Cents ?? 0) >= 7_000).Select(person => person.Profile).ToList();
            var count = new SegmentCount(world.State, "count(\"A\", 10d) >= 2 and sum(\"B\".revenue) >= 70", Zone.Utc, at);
            Assert.NotNull(count.Compiled);
            Assert.True(expected.SequenceEqual(count.Profiles()), $"Seed {seed}");
        }
    }

    [Fact]
    public void RFM_scores_everybody_who_bought_by_fifths()
    {
        for (var seed = 1; seed <= 100; seed++)
        {
            var world = new AnalysisWorld(seed, people: 30, events: 200);
            var at = AnalysisWorld.Start + ((10 + (seed % 30)) * Durations.Day);
            var values = world.People.Select(person => (person.Profile, Orders: person.Facts.Where(fact => fact.Type == CallType.Track && fact.Name == "A" && fact.At <= at).ToList()))
                .Where(one => one.Orders.Count > 0)
                .Select(one => (one.Profile, Recency: at - one.Orders[^1].At, Frequency: one.Orders.Count, Cents: one.Orders.Sum(order => order.Cents ?? 0))).ToList();
            int Fifth(int worse) => 1 + (5 * worse / values.Count);
            var expected = values.Select(one => (one.Profile, one.Recency, (long)one.Frequency, Number.FromMicros((Int128)one.Cents * 10_000),
                Fifth(values.Count(other => other.Recency > one.Recency)), Fifth(values.Count(other => other.Frequency < one.Frequency)), Fifth(values.Count(other => other.Cents < one.Cents))));
            var scores = RfmScan.Answer(world.State, new RfmQuestion("\"A\"", "revenue", at));
            Assert.Equal(expected, scores.Select(one => (one.Values.Profile, one.Values.RecencyMs, one.Values.Frequency, (Number?)one.Values.Monetary, one.Recency, one.Frequency, one.Monetary)));
        }
    }

    private static SortedDictionary<(int Cohort, int Later), List<int>> Expected(
        AnalysisWorld world, Func<Fact, bool> first, Func<Fact, bool> back, PeriodKind kind, DateTimeZone zone, long from, long to, RetentionKind counts)
    {
        LocalDate PeriodOf(long at)
        {
            var date = Instant.FromUnixTimeMilliseconds(at).InZone(zone).Date;
            return kind switch
            {
                PeriodKind.Day => date,
                PeriodKind.Week => date.PlusDays(1 - (int)date.DayOfWeek),
                PeriodKind.Month => new LocalDate(date.Year, date.Month, 1),
                PeriodKind.Quarter => new LocalDate(date.Year, ((date.Month - 1) / 3 * 3) + 1, 1),
                _ => new LocalDate(date.Year, 1, 1),
            };
        }

        // Periods in order are those of every hour between.
        var all = new List<LocalDate>();
        for (var at = from; at < to; at += Durations.Hour)
        {
            var period = PeriodOf(at);
            if (all.Count == 0 || all[^1] != period)
            {
                all.Add(period);
            }
        }
        var last = PeriodOf(to - 1);
        if (all[^1] != last)
        {
            all.Add(last);
        }
        var cells = new SortedDictionary<(int, int), List<int>>();
        foreach (var (profile, facts) in world.People)
        {
            var began = facts.Find(fact => first(fact));
            var cohort = began is null ? -1 : all.IndexOf(PeriodOf(began.At));
            if (cohort < 0)
            {
                continue;
            }
            var active = facts.Where(fact => fact.At >= began!.At && back(fact)).Select(fact => all.IndexOf(PeriodOf(fact.At))).Where(period => period >= 0).Distinct().ToList();
            var counted = counts switch
            {
                RetentionKind.InOrAfter => Enumerable.Range(cohort, all.Count - cohort).Where(period => active.Exists(other => other >= period)),
                RetentionKind.InEvery => Enumerable.Range(cohort, all.Count - cohort).Where(period => period == cohort ? active.Contains(period) : Enumerable.Range(cohort + 1, period - cohort).All(active.Contains)),
                _ => active,
            };
            foreach (var later in counted.Select(period => period - cohort).Append(-1))
            {
                (cells.TryGetValue((cohort, later), out var cell) ? cell : cells[(cohort, later)] = []).Add(profile);
            }
        }
        return cells;
    }

    private static string SomeRule(Random random, int depth)
    {
        string Of(params string[] choices) => choices[random.Next(choices.Length)];
        string Event() => Of("\"A\"", "\"B\"", "any", "page", "\"Email Sent\"", "\"A\" where revenue >= 30", "any where category == \"books\"");
        string Window() => Of("", ", 5d", ", 10d", ", 6h");
        string Number() => random.Next(4) switch
        {
            0 => $"{Of("sum", "min", "max", "avg")}(\"{Of("A", "B", "C")}\".revenue{Window()})",
            1 => $"(count({Event()}{Window()}) {Of("+", "-", "*", "/")} {Of("2", "count(\"C\")")})",
            _ => $"count({Event()}{Window()})",
        };
        string Atom() => random.Next(12) switch
        {
            0 => $"ever({Event()})",
            1 or 2 => $"since({Event()}) {Of(">", "<=", "<")} {Of("1d", "5d", "20d")}",
            3 => $"last({Event()}) {Of(">", "<=")} @2026-03-15",
            4 => $"{Number()} {Of("==", "!=")} null",
            5 => $"traits.category {Of("==", "!=")} \"books\"",
            6 => "first(any) == last(any)",
            _ => $"{Number()} {Of("==", "!=", "<", ">=", ">")} {Of("0", "1", "3", "20", "50.5", "min(\"B\".revenue)")}",
        };
        return depth == 0 ? Atom() : random.Next(4) switch
        {
            0 => $"not ({SomeRule(random, depth - 1)})",
            1 => $"({SomeRule(random, depth - 1)}) {Of("and", "or")} ({SomeRule(random, depth - 1)})",
            _ => Atom(),
        };
    }
}
