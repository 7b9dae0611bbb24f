using Ciclo.Core;
using Ciclo.Core.Rules;
using Ciclo.Core.Time;

namespace Ciclo.Engine.Yaml;

/// <summary>Expressions of the rule language inside YAML scalars, their mistakes shown at their own line and column of the file.</summary>
public static class YamlExpressions
{
    /// <summary>The expression, parsed and type-checked; null, and a diagnostic, if it is not one. A condition must answer yes or no.</summary>
    public static Expression? Read(YamlScalar scalar, RuleContext context, Zone zone, bool isCondition, ICollection<Diagnostic> diagnostics)
    {
        try
        {
            var expression = Parser.Parse(scalar.Value, context, zone);
            if (isCondition)
            {
                Checker.CheckCondition(expression);
            }
            else
            {
                Checker.Check(expression);
            }
            return expression;
        }
        catch (RuleException refused)
        {
            diagnostics.Add(At(scalar, refused.Error));
            return null;
        }
    }

    /// <summary>A finding inside an expression, at its place in the file.</summary>
    public static Diagnostic At(YamlScalar scalar, RuleError error, Severity severity = Severity.Error)
    {
        var place = scalar.PlaceOf(error.Extent.Start);
        return new Diagnostic(error.Code, severity, place.Line, place.Column, error.Found, error.Expected, error.Hint);
    }
}
