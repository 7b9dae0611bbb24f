using System.Text.Json;
using Ciclo.Core.Predict.Fitting;

namespace Ciclo.Modules.Predict;

/// <summary>Whether parameters are those under which the data are likeliest, or drawn towards what is usual.</summary>
internal static class FitChoice
{
    public const string Auto = "auto";
    public const string Likely = "likely";
    public const string Shrunken = "shrunken";

    /// <summary>Fits as is asked for; where that is left open, by how many there are and whether they tell the parameters.</summary>
    public static T Choose<T>(string choice, double customers, Func<bool, T> fitted, Func<T, Fit> fitOf) =>
        choice == Auto ? Shrinkage.Choose(customers, fitted, fitOf) : fitted(choice == Shrunken);

    /// <summary>`params`, `log_likelihood`, how it was fitted, standard errors and what 80 % of the probability lies between.</summary>
    public static void Write(Utf8JsonWriter json, Fit fit)
    {
        WriteOf(json, "params", fit, (name, at) => json.WriteReal(name, fit.Parameters[at]));
        json.WriteReal("log_likelihood", fit.LogLikelihood);
        json.WriteString("fit", fit.IsShrunken ? Shrunken : Likely);
        json.WriteBoolean("converged", fit.HasConverged);
        WriteOf(json, "errors", fit, (name, at) => json.WriteReal(name, fit.Error(at)));
        WriteOf(json, "intervals_80", fit, (name, at) =>
        {
            var (low, high) = fit.Interval(at);
            json.WriteStartObject(name);
            json.WriteReal("low", low);
            json.WriteReal("high", high);
            json.WriteEndObject();
        });
    }

    private static void WriteOf(Utf8JsonWriter json, string name, Fit fit, Action<string, int> write)
    {
        json.WriteStartObject(name);
        for (var at = 0; at < fit.Names.Count; at++)
        {
            write(fit.Names[at], at);
        }
        json.WriteEndObject();
    }
}
