using Ciclo.Core;
using Ciclo.Core.Metrics;

namespace Ciclo.Modules.Revenue;

/// <summary>A stretch of a bar. <paramref name="Key"/>: the class that colours it.</summary>
public sealed record MrrStretch(string Key, double X, double Y, double Width, double Height, string Says);

public sealed record MrrLabel(double X, string Period, string Closing);

/// <summary>Movements of MRR as bars that rise and fall from a line, a bar a period; below each what the period closed with.</summary>
public sealed record MrrDrawing(double Width, double Height, double Line, double Foot, IReadOnlyList<MrrStretch> Stretches, IReadOnlyList<MrrLabel> Labels)
{
    private const double Apart = 76;
    private const double Bar = 40;
    private const double Tall = 190;
    private const double Top = 10;

    /// <summary>What is drawn together, from the line on; the first two rise, the others fall.</summary>
    internal static IReadOnlyList<(MrrKind[] Kinds, Text Says, string Key)> Bands { get; } =
    [
        ([MrrKind.New, MrrKind.Reactivation, MrrKind.Resume], new Text("New, reactivated and resumed", "Nuevo, reactivado y reanudado"), "k-came"),
        ([MrrKind.Expansion], new Text("Expansion", "Expansión"), "k-grew"),
        ([MrrKind.Churn], new Text("Churn", "Pérdida"), "k-went"),
        ([MrrKind.Contraction, MrrKind.Pause], new Text("Contraction and pauses", "Contracción y pausas"), "k-shrank"),
    ];

    /// <param name="rows">At least one.</param>
    /// <param name="names">Of the periods.</param>
    /// <param name="print">An amount in full.</param>
    /// <param name="shorten">An amount in the width of a bar.</param>
    public static MrrDrawing Of(IReadOnlyList<MrrRow> rows, IReadOnlyList<string> names, Func<decimal, string> print, Func<decimal, string> shorten)
    {
        // A pause that ended in churn gives back what it took: its band can rise.
        var bands = rows.Select(row => Bands.Select(band => band.Kinds.Sum(kind => row.Movements[(int)kind])).ToArray()).ToList();
        var up = bands.Max(amounts => amounts.Where(amount => amount > 0).Sum());
        var down = -bands.Min(amounts => amounts.Where(amount => amount < 0).Sum());
        var scale = up + down == 0 ? 0 : Tall / (double)(up + down);
        var line = Top + ((double)up * scale);
        var foot = Top + Tall + 22;
        var stretches = new List<MrrStretch>();
        for (var i = 0; i < rows.Count; i++)
        {
            var (x, above, below) = ((i * Apart) + ((Apart - Bar) / 2), line, line);
            for (var band = 0; band < Bands.Count; band++)
            {
                var amount = bands[i][band];
                if (amount == 0)
                {
                    continue;
                }
                var height = Math.Max(1, (double)Math.Abs(amount) * scale);
                stretches.Add(new MrrStretch(Bands[band].Key, x, amount > 0 ? above - height : below, Bar, height, $"{names[i]}: {print(amount)}"));
                (above, below) = amount > 0 ? (above - height, below) : (above, below + height);
            }
        }
        return new MrrDrawing(
            rows.Count * Apart, foot + 24, line, foot, stretches, [.. rows.Select((row, i) => new MrrLabel((i * Apart) + (Apart / 2), names[i], shorten(row.Closing)))]);
    }
}
