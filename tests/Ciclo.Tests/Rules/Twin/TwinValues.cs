using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace Ciclo.Tests.Rules.Twin;

// The twin's values: null, bool, string, TwinNumber, TwinInstant, TwinDuration, TwinList, TwinObject.

/// <summary>A number in millionths.</summary>
public readonly record struct TwinNumber(BigInteger Micros);

/// <summary>An instant in millionths of a millisecond since the epoch.</summary>
public readonly record struct TwinInstant(BigInteger Micros);

/// <summary>A duration in millionths of a millisecond.</summary>
public readonly record struct TwinDuration(BigInteger Micros);

public sealed record TwinList(IReadOnlyList<object> Items);

/// <summary>A nested object: present, of no type.</summary>
public sealed record TwinObject
{
    public static TwinObject Instance { get; } = new();
}

/// <summary>Decimal arithmetic of rules.md section 3 on integers without bounds.</summary>
public static class TwinMath
{
    public static readonly BigInteger Million = 1_000_000;
    private static readonly BigInteger Limit = BigInteger.Pow(10, 21);

    public static object? Number(BigInteger micros) => BigInteger.Abs(micros) < Limit ? new TwinNumber(micros) : null;

    /// <summary>a / b to the nearest integer, ties to the even one.</summary>
    public static BigInteger HalfEven(BigInteger a, BigInteger b)
    {
        if (b.Sign < 0)
        {
            (a, b) = (-a, -b);
        }
        var floor = BigInteger.Divide(a - (((a % b) + b) % b), b);
        var twice = 2 * (a - floor * b);
        return twice > b || (twice == b && !floor.IsEven) ? floor + 1 : floor;
    }

    public static object? Multiply(BigInteger a, BigInteger b) => Number(HalfEven(a * b, Million));

    public static object? Divide(BigInteger a, BigInteger b) => b.IsZero ? null : Number(HalfEven(a * Million, b));

    /// <summary>The number that a decimal text stands for, null if it stands for none in range.</summary>
    public static object? Parse(string text)
    {
        var at = text.AsSpan().IndexOfAny('e', 'E');
        var exponent = 0;
        var mantissa = at < 0 ? text : text[..at];
        if (at >= 0 && !int.TryParse(text.AsSpan(at + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent))
        {
            return null;
        }
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        var decimals = point < 0 ? 0 : mantissa.Length - point - 1;
        if (point >= 0 && (decimals == 0 || point == 0))
        {
            return null;
        }
        var digits = point < 0 ? mantissa : mantissa.Remove(point, 1);
        if (!BigInteger.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
        {
            return null;
        }
        var power = exponent - decimals + 6;
        if (whole.IsZero || power < -5_000)
        {
            return new TwinNumber(0);
        }
        if (power > 50)
        {
            return null;
        }
        return Number(power >= 0 ? whole * BigInteger.Pow(10, power) : HalfEven(whole, BigInteger.Pow(10, -power)));
    }
}

/// <summary>Reads properties by dotted path, one step at a time.</summary>
public static class TwinJson
{
    private static readonly string[] ReservedNumbers =
        ["revenue", "total", "subtotal", "price", "quantity", "tax", "shipping", "discount", "value", "amount", "cost", "score"];

    /// <summary>The value at a path; a path through a list gives the list of values (null if there are none).</summary>
    public static object? Look(JsonElement from, string path, bool isTraits)
    {
        var steps = path.Split('.');
        var found = new List<JsonElement>();
        var throughList = false;
        Walk(from, steps, 0, isTraits, found, ref throughList);
        if (found.Count == 0)
        {
            return null;
        }
        var isReserved = !isTraits && ReservedNumbers.Contains(steps[^1]);
        if (!throughList && found[0].ValueKind != JsonValueKind.Array)
        {
            return found[0].ValueKind == JsonValueKind.Object ? TwinObject.Instance : Scalar(found[0], isReserved);
        }
        var items = new List<object>();
        foreach (var element in found)
        {
            Gather(element, isReserved, items);
        }
        return throughList && items.Count == 0 ? null : new TwinList(items);
    }

    private static void Walk(JsonElement from, string[] steps, int step, bool isTraits, List<JsonElement> found, ref bool throughList)
    {
        if (step == steps.Length)
        {
            found.Add(from);
        }
        else if (from.ValueKind == JsonValueKind.Object)
        {
            foreach (var name in isTraits ? Spellings(steps[step]) : [steps[step]])
            {
                if (from.TryGetProperty(name, out var next))
                {
                    Walk(next, steps, step + 1, isTraits, found, ref throughList);
                    break;
                }
            }
        }
        else if (from.ValueKind == JsonValueKind.Array)
        {
            throughList = true;
            foreach (var element in from.EnumerateArray())
            {
                Walk(element, steps, step, isTraits, found, ref throughList);
            }
        }
    }

    private static void Gather(JsonElement element, bool isReserved, List<object> items)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var inner in element.EnumerateArray())
            {
                Gather(inner, isReserved, items);
            }
        }
        else if (element.ValueKind != JsonValueKind.Object && Scalar(element, isReserved) is { } value)
        {
            items.Add(value);
        }
    }

    private static object? Scalar(JsonElement element, bool isReserved) => element.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number => TwinMath.Parse(element.GetRawText()),
        JsonValueKind.String when isReserved && TwinMath.Parse(element.GetString()!.Trim(' ')) is { } number => number,
        JsonValueKind.String => element.GetString(),
        _ => null,
    };

    /// <summary>The reserved traits have two spellings and are one trait.</summary>
    public static string[] Spellings(string name) => name switch
    {
        "firstName" or "first_name" => ["first_name", "firstName"],
        "lastName" or "last_name" => ["last_name", "lastName"],
        "createdAt" or "created_at" => ["created_at", "createdAt"],
        _ => [name],
    };
}
