using System.Globalization;
using System.Reflection;
using Ciclo.Core;
using Ciclo.Core.Time;
using Ciclo.Kit;
using Ciclo.Modules.Home;

namespace Ciclo.Tests.Home;

public sealed class WordTests
{
    private static readonly string[] SameInBoth = ["no", "Webhooks"];

    [Fact]
    public void Every_text_of_the_pages_exists_in_both_languages()
    {
        var texts = typeof(HomeModule).Assembly.GetTypes().Concat(typeof(Locale).Assembly.GetTypes())
            .Where(type => type.Name.EndsWith("Words", StringComparison.Ordinal) && type.Namespace is "Ciclo.Modules.Home" or "Ciclo.Modules.Customers" or "Ciclo.Kit")
            .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .Where(field => field.FieldType == typeof(Text))
            .Select(field => (Text)field.GetValue(null)!)
            .Concat(All())
            .ToList();
        Assert.True(texts.Count > 120, $"only {texts.Count} texts were found");
        Assert.All(texts, text =>
        {
            Assert.False(string.IsNullOrWhiteSpace(text.En) || string.IsNullOrWhiteSpace(text.Es), $"'{text.En}' / '{text.Es}'");
            Assert.True(text.En != text.Es || SameInBoth.Contains(text.En), $"'{text.En}' is the same in both languages");
        });
    }

    [Fact]
    public void Numbers_dates_and_money_are_written_as_the_reader_writes_them()
    {
        Assert.True(Zone.TryGet("America/Mexico_City", out var zone));
        var (en, es) = (new Locale(Language.En, zone), new Locale(Language.Es, zone));
        Assert.True(Instants.TryParse("2026-11-21T20:32:00Z", Zone.Utc, out var at));
        Assert.Equal(("Nov 21, 2026, 2:32 PM", "21 nov 2026, 2:32 p.m."), (en.Moment(at), es.Moment(at)));
        Assert.Equal(("Saturday, November 21, 2026", "sábado 21 de noviembre de 2026"), (en.Day(at), es.Day(at)));
        Assert.Equal(("102,000", "102,000"), (en.Number(102_000), es.Number(102_000)));
        Assert.Equal(("$1,240.50 MXN", "$369 MXN", "−€3 EUR", "12"), (en.Money(1240.5m, "MXN"), es.Money(369, "MXN"), es.Money(-3, "EUR"), es.Money(12, "")));
        Assert.Equal(("54 d 5 h", "3 min", "0 s"), (en.Duration((54 * Durations.Day) + (5 * Durations.Hour) + 7), en.Duration(3 * Durations.Minute), en.Duration(0)));
        Assert.Equal("Mexico City", en.ZoneName);
    }

    [Theory]
    [InlineData(1, 102_000, "<0.1%")]
    [InlineData(101_999, 102_000, ">99.9%")]
    [InlineData(0, 5, "0%")]
    [InlineData(5, 5, "100%")]
    [InlineData(224, 1_000, "22.4%")]
    [InlineData(0, 0, "–")]
    public void A_share_never_rounds_somebody_away(long part, long whole, string said) => Assert.Equal(said, new Locale(Language.Es, Zone.Utc).Share(part, whole));

    [Theory]
    [InlineData("es", Language.Es)]
    [InlineData("en-US,en;q=0.9,es;q=0.8", Language.En)]
    [InlineData("de,es-419;q=0.7,en;q=0.3", Language.Es)]
    [InlineData("de", Language.En)]
    [InlineData("es;q=0, en;q=0.1", Language.En)]
    [InlineData(";;q=,,es;q=x", Language.Es)]
    public void The_language_liked_best_is_spoken(string header, Language language) => Assert.Equal(language, ReaderLanguage.Preferred(header));

    [Fact]
    public void A_ring_has_as_many_arcs_as_stages_whatever_the_process_culture()
    {
        var before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
        try
        {
            foreach (var count in new[] { 1, 2, 6, 100 })
            {
                var arcs = RingArcs.Of(count, 12.5, 6.9);
                Assert.Equal(count, arcs.Distinct(StringComparer.Ordinal).Count());
                Assert.All(arcs, arc => Assert.DoesNotContain(",", arc, StringComparison.Ordinal));
            }
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static IEnumerable<Text> All() => (IEnumerable<Text>)typeof(HomeModule).Assembly.GetType("Ciclo.Modules.Customers.Timeline.EventWords")!
        .GetProperty("All", BindingFlags.Static | BindingFlags.NonPublic)!.GetValue(null)!;
}
