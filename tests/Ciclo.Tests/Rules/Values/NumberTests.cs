using System.Globalization;
using System.Numerics;
using Ciclo.Core.Values;
using Ciclo.Tests.Rules.Worlds;

namespace Ciclo.Tests.Rules.Values;

/// <summary>Number held to fractions of whole numbers without bounds.</summary>
public sealed class NumberTests
{
    private const int Rounds = 50_000;
    private static readonly BigInteger Limit = BigInteger.Pow(10, 21);

    [Fact]
    public void Sums_products_quotients_and_averages_are_the_exact_ones_rounded_half_to_even()
    {
        const int Seed = 7;
        var dice = new Dice(Seed);
        for (var i = 0; i < Rounds; i++)
        {
            var (a, b) = (Any(dice), Any(dice));
            var (x, y) = (Number.FromMicros((Int128)a)!.Value, Number.FromMicros((Int128)b)!.Value);
            Same(InRange(a + b), Number.Add(x, y), $"seed {Seed}: {x} + {y}");
            Same(InRange(a - b), Number.Subtract(x, y), $"seed {Seed}: {x} - {y}");
            Same(Rounded(a * b, 1_000_000), Number.Multiply(x, y), $"seed {Seed}: {x} * {y}");
            Same(b.IsZero ? null : Rounded(a * 1_000_000, b), Number.Divide(x, y), $"seed {Seed}: {x} / {y}");
            var count = dice.Between(1, dice.Of(3L, 8, 1_000, 1_000_000));
            Same(Rounded(a * count / 2, count), Number.Average((Int128)(a * count / 2), count), $"seed {Seed}: average of {count}");
            Same(InRange(-a), Number.Negate(x), $"seed {Seed}: -{x}");
            Assert.Equal(a.CompareTo(b), x.CompareTo(y));
        }
    }

    [Fact]
    public void A_written_decimal_is_read_to_the_nearest_millionth_ties_to_even()
    {
        const int Seed = 8;
        var dice = new Dice(Seed);
        for (var i = 0; i < Rounds; i++)
        {
            var (text, numerator, power) = Written(dice);
            var expected = power >= 0 ? InRange(numerator * BigInteger.Pow(10, power)) : Rounded(numerator, BigInteger.Pow(10, -power));
            Number? read = Number.TryParse(text, out var number) ? number : null;
            Same(expected, read, $"seed {Seed}: {text}");
        }
    }

    [Fact]
    public void What_is_printed_is_read_back()
    {
        var dice = new Dice(9);
        for (var i = 0; i < Rounds; i++)
        {
            var number = Number.FromMicros((Int128)Any(dice))!.Value;
            Assert.Equal(number, Number.Parse(number.ToString()));
        }
    }

    [Theory]
    [InlineData("0.0000005", "0")]
    [InlineData("0.0000015", "0.000002")]
    [InlineData("0.0000025", "0.000002")]
    [InlineData("0.00000250000000000000000000000000000000000000000000001", "0.000003")]
    [InlineData("-0.0000025", "-0.000002")]
    [InlineData("999999999999999.999999", "999999999999999.999999")]
    [InlineData("999999999999999.9999994", "999999999999999.999999")]
    [InlineData("1e14", "100000000000000")]
    [InlineData("1E-6", "0.000001")]
    [InlineData("-0", "0")]
    [InlineData("0e999999999", "0")]
    [InlineData("1e-999999999", "0")]
    [InlineData("0.000000000000000000000000000000000000000000000000000001e54", "1")]
    [InlineData("100000000000000000000000000000000000000000000000000000e-53", "1")]
    public void A_number_at_the_edge_is_read(string text, string printed) => Assert.Equal(printed, Number.Parse(text).ToString());

    [Theory]
    [InlineData("1000000000000000")]
    [InlineData("999999999999999.9999995")]
    [InlineData("-1e15")]
    [InlineData("1e999999999")]
    [InlineData("99999999999999999999999999999999999999999999")]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("1.")]
    [InlineData("1e")]
    [InlineData("1e+")]
    [InlineData("1.2.3")]
    [InlineData("0x10")]
    [InlineData("1,5")]
    [InlineData(" 1")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("١٢")]
    public void What_is_no_number_in_range_is_not_read(string text) => Assert.False(Number.TryParse(text, out _));

    private static (string Text, BigInteger Numerator, int PowerOfTen) Written(Dice dice)
    {
        var digits = new string([.. Enumerable.Range(0, 1 + dice.Below(dice.Of(6, 22, 45))).Select(_ => dice.Of('0', '5', '9', (char)('0' + dice.Below(10))))]);
        var decimals = new string([.. Enumerable.Range(0, dice.Below(dice.Of(1, 9, 40))).Select(_ => dice.Of('0', '0', '5', (char)('0' + dice.Below(10))))]);
        var sign = dice.Of("", "-");
        var exponent = dice.OneIn(2) ? 0 : (int)dice.Between(-60, 30);
        var text = sign + digits + (decimals.Length > 0 ? "." + decimals : "")
            + (exponent == 0 ? "" : dice.Of("e", "E") + (exponent > 0 ? dice.Of("", "+") : "") + exponent.ToString(CultureInfo.InvariantCulture));
        return (text, BigInteger.Parse(sign + digits + decimals, CultureInfo.InvariantCulture), exponent - decimals.Length + 6);
    }

    /// <summary>Millionths of every size, near the edges, and such that products and quotients have ties.</summary>
    private static BigInteger Any(Dice dice)
    {
        var size = dice.Below(22);
        var value = dice.Below(5) switch
        {
            0 => BigInteger.Pow(10, size),
            1 => BigInteger.Pow(10, Math.Max(1, size)) / 2,
            2 => BigInteger.Min(BigInteger.Pow(2, dice.Below(70)), Limit - 1),
            3 => Limit - 1 - dice.Below(3),
            _ => new BigInteger(dice.Between(0, long.MaxValue - 1)) * dice.Of(1, 25, 100) % BigInteger.Pow(10, size + 1),
        };
        value = BigInteger.Min(value, Limit - 1);
        return dice.OneIn(2) ? value : -value;
    }

    private static BigInteger? InRange(BigInteger micros) => BigInteger.Abs(micros) < Limit ? micros : null;

    private static BigInteger? Rounded(BigInteger numerator, BigInteger denominator)
    {
        // Both candidates, by the distance that is left.
        var (a, b) = denominator.Sign < 0 ? (-numerator, -denominator) : (numerator, denominator);
        var below = BigInteger.Divide(a, b) - (a.Sign < 0 && !(a % b).IsZero ? 1 : 0);
        var (toBelow, toAbove) = (a - below * b, (below + 1) * b - a);
        var nearest = toBelow < toAbove || (toBelow == toAbove && below.IsEven) ? below : below + 1;
        return InRange(nearest);
    }

    private static void Same(BigInteger? expected, Number? actual, string what) =>
        Assert.True(expected is { } known ? actual is { } number && (BigInteger)number.Micros == known : actual is null, $"{what} gave {actual}, not {expected} millionths");
}
