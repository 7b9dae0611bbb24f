using System.Text;
using Ciclo.Core.Events;

namespace Ciclo.Core.Experiments;

/// <summary>Who falls where in an experiment: a pure function of its name and the person's identifier, the same on every machine and for all time.</summary>
public static class Draw
{
    /// <summary>A number in [0, 1): the upper 53 bits of the keyed hash of both names. Two experiments draw independently.</summary>
    public static double Of(string experiment, string identifier) =>
        (double)(ulong)(Hash.Of(Encoding.UTF8.GetBytes($"{experiment}\0{identifier}")) >> 75) / (1UL << 53);

    /// <summary>The place of the arm that a draw falls into. Weights need not add up to 1; all above 0.</summary>
    public static int Arm(IReadOnlyList<double> weights, double draw)
    {
        var left = draw * weights.Sum();
        for (var i = 0; i < weights.Count - 1; i++)
        {
            left -= weights[i];
            if (left < 0)
            {
                return i;
            }
        }
        return weights.Count - 1;
    }
}
