namespace Ciclo.Core.Predict.Fitting;

/// <summary>Whether a fit is drawn towards what is usual.</summary>
public static class Shrinkage
{
    /// <summary>With fewer, parameters under which the data are likeliest can be far off, or have no end.</summary>
    private const double Few = 200;

    /// <summary>The likeliest parameters; shrunken where there are few customers, or where the data do not tell the parameters.</summary>
    /// <param name="fitted">Fits, shrunken or not.</param>
    public static T Choose<T>(double customers, Func<bool, T> fitted, Func<T, Fit> fitOf)
    {
        if (customers >= Few && fitted(false) is var likely && fitOf(likely).HasConverged)
        {
            return likely;
        }
        return fitted(true);
    }
}
