using Ciclo.Core.Folds;
using Ciclo.Core.Metrics;
using Ciclo.Core.Time;
using Ciclo.Core.Values;

namespace Ciclo.Tests.Metrics;

public sealed class MrrBookTests
{
    private const long Start = 1_740_787_200_000; // 2025-03-01T00:00Z
    private static readonly Zone Mexico = Zone.TryGet("America/Mexico_City", out var zone) ? zone : Zone.Utc;

    [Fact]
    public void Every_day_of_random_streams_moves_as_found_anew_from_the_beginning()
    {
        for (var seed = 1; seed <= 300; seed++)
        {
            var random = new Random(seed);
            var zone = Zone.TryGet(seed % 2 == 0 ? "Europe/London" : "America/Santiago", out var chosen) ? chosen : Zone.Utc;
            var facts = Some(random);
            var rules = new MrrRules(PauseAs.Own, 1 + random.Next(6));
            var book = Book(facts, zone, rules);
            var reference = new MrrReference(facts, zone, rules.AutoChurnAfter);
            var mrr = 0L;
            for (var day = reference.FirstDay; day <= zone.DayOf(Now); day++)
            {
                var expected = reference.Movements(day);
                var found = book.Movements.ToArray().Where(movement => movement.Day == day).ToList();
                Assert.True(found.Select(movement => movement.Kind).Distinct().Count() == found.Count, $"seed {seed}, day {day}: a kind stands twice");
                foreach (var kind in Enum.GetValues<MrrKind>())
                {
                    Assert.True(found.Where(movement => movement.Kind == kind).Sum(movement => movement.Minor) == expected[kind], $"seed {seed}, day {day}: {kind}: expected {expected[kind]}; found {string.Join(' ', found)}");
                }
                mrr += found.Sum(movement => movement.Minor);
                Assert.True(mrr == reference.Mrr(day), $"seed {seed}, day {day}: MRR {mrr}, not {reference.Mrr(day)}");
                var held = reference.Subscriptions.Any(one => reference.At(one, day).Standing is MrrReference.Standing.Live or MrrReference.Standing.Paused);
                Assert.True(held == book.Subscribed.ToArray().Any(days => days.From <= day && day < days.Until), $"seed {seed}, day {day}: held {held}");
            }
            Assert.True(book.Plans.ToArray().Sum(change => change.Minor) == mrr, $"seed {seed}: plans do not add up to the MRR");
        }
    }

    [Theory]
    [InlineData(PauseAs.Contraction)]
    [InlineData(PauseAs.Churn)]
    public void A_pause_by_another_name_is_booked_there_and_moves_the_MRR_alike(PauseAs pauseAs)
    {
        var (down, up) = pauseAs == PauseAs.Churn ? (MrrKind.Churn, MrrKind.Reactivation) : (MrrKind.Contraction, MrrKind.Expansion);
        for (var seed = 1; seed <= 200; seed++)
        {
            var facts = Some(new Random(seed));
            var own = Book(facts, Mexico, new MrrRules(PauseAs.Own, 4)).Movements.ToArray();
            var named = Book(facts, Mexico, new MrrRules(pauseAs, 4)).Movements.ToArray();
            var expected = own.Select(one => one with { Kind = one.Kind == MrrKind.Pause ? down : one.Kind == MrrKind.Resume ? up : one.Kind })
                .GroupBy(one => (one.Day, one.Kind)).Select(group => (group.Key.Day, group.Key.Kind, Minor: group.Sum(one => one.Minor))).Where(one => one.Minor != 0);
            Assert.True(expected.Order().SequenceEqual(named.Select(one => (one.Day, one.Kind, one.Minor)).Order()), $"seed {seed}");
        }
    }

    [Fact]
    public void A_pause_that_is_left_out_takes_nothing_until_it_lapses()
    {
        for (var seed = 1; seed <= 200; seed++)
        {
            var facts = Some(new Random(seed));
            var book = Book(facts, Mexico, new MrrRules(PauseAs.Excluded, 4));
            var reference = new MrrReference(facts, Mexico, 4, PauseAs.Excluded);
            var mrr = 0L;
            for (var day = reference.FirstDay; day <= Mexico.DayOf(Now); day++)
            {
                mrr += book.Movements.ToArray().Where(movement => movement.Day == day).Sum(movement => movement.Minor);
                Assert.True(mrr == reference.Mrr(day), $"seed {seed}, day {day}: MRR {mrr}, not {reference.Mrr(day)}");
            }
            Assert.DoesNotContain(book.Movements.ToArray(), movement => movement.Kind is MrrKind.Pause or MrrKind.Resume);
        }
    }

    [Fact]
    public void On_the_90th_day_of_a_pause_it_becomes_churn_and_what_was_booked_before_stays()
    {
        List<Fact> facts = [new(SubscriptionChange.Started, Day(0), 1, 5_000), new(SubscriptionChange.Paused, Day(10), 1, 0)];
        (int, MrrKind, long)[] paused = [(0, MrrKind.New, 5_000), (10, MrrKind.Pause, -5_000)];
        Assert.Equal(paused, Moves(facts, now: Day(99)));
        Assert.Equal([.. paused, (100, MrrKind.Pause, 5_000), (100, MrrKind.Churn, -5_000)], Moves(facts, now: Day(100)));
        Assert.Equal([.. paused, (99, MrrKind.Resume, 5_000)], Moves([.. facts, new(SubscriptionChange.Resumed, Day(99), 1, 0)], now: Day(200)));
        Assert.Equal([.. paused, (100, MrrKind.Resume, 5_000)], Moves([.. facts, new(SubscriptionChange.Resumed, Day(100), 1, 0)], now: Day(200)));
        Assert.Equal([.. paused, (100, MrrKind.Pause, 5_000), (100, MrrKind.Churn, -5_000), (150, MrrKind.Reactivation, 5_000)], Moves([.. facts, new(SubscriptionChange.Resumed, Day(150), 1, 0)], now: Day(200)));
        Assert.Equal([.. paused, (50, MrrKind.Pause, 5_000), (50, MrrKind.Churn, -5_000)], Moves([.. facts, new(SubscriptionChange.Cancelled, Day(50), 1, 0)], now: Day(200)));
    }

    [Fact]
    public void Changes_of_one_customer_on_one_day_are_netted_and_the_end_of_one_of_several_is_contraction()
    {
        Assert.Equal([(0, MrrKind.New, 5_000), (30, MrrKind.Expansion, 2_500)], Moves(
            [new(SubscriptionChange.Started, Day(0), 1, 5_000), new(SubscriptionChange.Cancelled, Day(30), 1, 0), new(SubscriptionChange.Started, Day(30) + 1, 2, 7_500)], Day(60)));
        Assert.Equal([(0, MrrKind.New, 8_000), (30, MrrKind.Contraction, -3_000), (40, MrrKind.Churn, -5_000), (50, MrrKind.Reactivation, 5_000)], Moves(
            [
                new(SubscriptionChange.Started, Day(0), 1, 5_000), new(SubscriptionChange.Started, Day(0), 2, 3_000), new(SubscriptionChange.Cancelled, Day(30), 2, 0),
                new(SubscriptionChange.Cancelled, Day(40), 1, 0), new(SubscriptionChange.Started, Day(50), 1, 5_000),
            ], Day(60)));
        Assert.Empty(Moves([new(SubscriptionChange.Cancelled, Day(0), 1, 0), new(SubscriptionChange.Renewed, Day(1), 1, 0), new(SubscriptionChange.Updated, Day(2), 1, 0)], Day(60)));
        Assert.Equal([(0, MrrKind.New, 900)], Moves([new(SubscriptionChange.Started, Day(0), 1, 900), new(SubscriptionChange.Cancelled, Day(90), 1, 0)], Day(60)));
    }

    [Theory]
    [InlineData("100", "month", "1", "1", "0", 100_00)]
    [InlineData("1200", "year", "1", "1", "0", 100_00)]
    [InlineData("1000", "year", "1", "1", "0", 83_33)]
    [InlineData("10", "week", "1", "1", "0", 43_33)]
    [InlineData("10", "week", "2", "1", "0", 21_67)]
    [InlineData("1", "day", "1", "1", "0", 30_42)]
    [InlineData("300", "month", "3", "2", "0", 200_00)]
    [InlineData("50", "month", "1", "3", "30", 120_00)]
    [InlineData("0.03", "month", "2", "1", "0", 2)]
    [InlineData("0.05", "month", "2", "1", "0", 2)]
    [InlineData("5", "month", "1", "1", "9", 0)]
    public void An_amount_is_brought_to_a_month_and_rounded_once_half_to_even(string amount, string interval, string count, string quantity, string discount, long minor) =>
        Assert.Equal(minor, MonthlyAmount.Of(new SubscriptionTerms(
            Number.Parse(amount), Enum.Parse<BillingInterval>(interval, ignoreCase: true), Number.Parse(count), Number.Parse(quantity), Number.Parse(discount), null, -1), Number.One, 2));

    [Fact]
    public void A_rate_is_part_of_the_one_rounding_and_an_amount_that_cannot_be_told_is_none()
    {
        var yearly = new SubscriptionTerms(Number.Parse("99.99"), BillingInterval.Year, null, null, null, "USD", -1);
        Assert.Equal(143_75, MonthlyAmount.Of(yearly, Number.Parse("17.251725"), 2)); // 99.99 × 17.251725 / 12 = 143.7499983…
        Assert.Equal(144, MonthlyAmount.Of(yearly, Number.Parse("17.251725"), 0));
        Assert.Null(MonthlyAmount.Of(yearly with { Amount = null }, Number.One, 2));
        Assert.Null(MonthlyAmount.Of(yearly with { Interval = BillingInterval.Unknown }, Number.One, 2));
        Assert.Null(MonthlyAmount.Of(yearly with { IntervalCount = Number.Zero }, Number.One, 2));
        Assert.Null(MonthlyAmount.Of(yearly with { Amount = Number.Parse("999999999999999"), Quantity = Number.Parse("999999999999999") }, Number.One, 2));
    }

    [Fact]
    public void A_term_is_renewed_if_the_subscription_goes_on_and_due_at_its_end_if_it_was_ended_before()
    {
        List<Fact> monthly = [new(SubscriptionChange.Started, Day(0), 1, 5_000)];
        Assert.Equal([(31, true), (61, true)], Renewals(monthly, Day(70)));
        Assert.Equal([(31, true), (61, false)], Renewals([.. monthly, new(SubscriptionChange.Cancelled, Day(40), 1, 0)], Day(70)));
        Assert.Equal([(31, true), (61, false)], Renewals([.. monthly, new(SubscriptionChange.Cancelled, Day(61), 1, 0)], Day(70)));
        Assert.Equal([(31, true)], Renewals([.. monthly, new(SubscriptionChange.Cancelled, Day(40), 1, 0)], Day(50)));
        // A renewal that is told a little early or late moves the terms that follow and is not counted twice.
        Assert.Equal([(30, true), (60, true)], Renewals([.. monthly, new(SubscriptionChange.Renewed, Day(30), 1, 0)], Day(70)));
        Assert.Equal([(31, true), (63, true)], Renewals([.. monthly, new(SubscriptionChange.Renewed, Day(33), 1, 0)], Day(70)));
        Assert.Equal([(70, true)], Renewals([.. monthly, new(SubscriptionChange.Paused, Day(20), 1, 0), new(SubscriptionChange.Resumed, Day(40), 1, 0)], Day(75)));
    }

    private static long Now => Day(40);

    private static long Day(int number) => Start + (12 * Durations.Hour) + (number * Durations.Day);

    private static List<Fact> Some(Random random)
    {
        var facts = new List<Fact>();
        var kinds = Enum.GetValues<SubscriptionChange>();
        for (var i = random.Next(2, 26); i > 0; i--)
        {
            var change = random.Next(3) == 0 ? SubscriptionChange.Started : kinds[random.Next(kinds.Length)];
            var at = Start + (random.Next(30 * 4) * 6 * Durations.Hour);
            var says = change == SubscriptionChange.Started ? random.Next(8) > 0 : change == SubscriptionChange.Updated && random.Next(4) > 0;
            facts.Add(new Fact(change, at, random.Next(3), says ? 100 * (1 + random.Next(5)) : 0));
        }
        return facts;
    }

    private static MrrBook Book(IEnumerable<Fact> facts, Zone zone, MrrRules rules, long? now = null)
    {
        var book = new MrrBook(rules, FoldSettings.Default.Rates, zone, 2);
        foreach (var fact in facts)
        {
            var terms = fact.Minor == 0 ? SubscriptionTerms.Unsaid : SubscriptionTerms.Unsaid with { Amount = Number.FromMicros((Int128)fact.Minor * 10_000), Plan = (int)fact.Minor };
            book.Add(new SubscriptionEvent(fact.Change, fact.At, (UInt128)fact.Subscription, terms));
        }
        book.Close(now ?? Now);
        return book;
    }

    private static (int Day, MrrKind Kind, long Minor)[] Moves(IEnumerable<Fact> facts, long now) =>
        [.. Book(facts, Zone.Utc, new MrrRules(), now).Movements.ToArray().Select(one => (one.Day - Zone.Utc.DayOf(Start), one.Kind, one.Minor))];

    private static (int Day, bool IsRenewed)[] Renewals(IEnumerable<Fact> facts, long now) =>
        [.. Book(facts, Zone.Utc, new MrrRules(), now).Renewals.ToArray().Select(one => (one.Day - Zone.Utc.DayOf(Start), one.IsRenewed)).Order()];
}
