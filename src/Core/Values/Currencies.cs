namespace Ciclo.Core.Values;

/// <summary>What ISO 4217 says of currencies.</summary>
public static class Currencies
{
    private static readonly HashSet<string> WithoutDecimals = new(StringComparer.OrdinalIgnoreCase)
    {
        "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF",
    };

    private static readonly HashSet<string> WithThree = new(StringComparer.OrdinalIgnoreCase) { "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND" };

    /// <summary>How many decimals its minor unit has: 2 for most, and where the currency is not known.</summary>
    public static int DecimalsOf(string? code) => code switch
    {
        null => 2,
        "CLF" or "UYW" => 4,
        _ when WithoutDecimals.Contains(code) => 0,
        _ when WithThree.Contains(code) => 3,
        _ => 2,
    };
}
