namespace Ciclo.Core.Values;

/// <summary>Facts of ISO 4217.</summary>
public static class Currency
{
    private static readonly HashSet<string> WithoutDecimals = new(StringComparer.OrdinalIgnoreCase)
    {
        "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF",
    };

    private static readonly HashSet<string> WithThree = new(StringComparer.OrdinalIgnoreCase) { "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND" };

    /// <summary>How many decimals a currency's minor unit has; 2 for one that is not known, and for none.</summary>
    public static int DecimalsOf(string? code) => code is null ? 2 : WithoutDecimals.Contains(code) ? 0 : WithThree.Contains(code) ? 3 : 2;
}
