using Ciclo.Core.Predict.Survival;

namespace Ciclo.Core.Predict.Value;

/// <summary>What a customer under contract is still worth, where it is known when each leaves: the survival of alike customers times the margin.</summary>
public static class ContractValue
{
    /// <summary>
    /// Expected months that a customer of such age stays of the next <paramref name="months"/>, and their margin, each month's at its beginning and discounted by a rate a month
    /// (P. S. Fader, B. G. S. Hardie, How to project customer retention, 2007, for the discounting of a contract). Months beyond the last that was seen of anybody are left out, not
    /// guessed: <c>Seen</c> says how many of those asked for count.
    /// </summary>
    /// <param name="curve">Of alike customers, with time in months.</param>
    public static (double Months, double Value, int Seen) Of(SurvivalCurve curve, double age, int months, double marginOfMonth, double monthlyRate)
    {
        var now = curve.At(age);
        var last = curve.Points.Count == 0 ? 0 : curve.Points[^1].Time;
        var (stays, value, factor, seen) = (0.0, 0.0, 1.0, 0);
        for (var month = 0; month < months && age + month <= last && now > 0; month++, seen++)
        {
            var goesOn = curve.At(age + month) / now;
            stays += goesOn;
            value += goesOn * factor * marginOfMonth;
            factor /= 1 + monthlyRate;
        }
        return (stays, value, seen);
    }
}
