using Ciclo.Core.Analytics;
using Ciclo.Core.Events;
using Ciclo.Core.Rules;
using Ciclo.Core.Values;
using Ciclo.Data.History;

namespace Ciclo.Engine.Runtime.Analysis;

/// <summary>
/// The condition of an <see cref="EventTest"/> over the rows of one segment: comparisons with constants are asked of the columns, anything
/// else of the event. Any number of threads may ask.
/// </summary>
internal sealed class RowTest
{
    /// <summary>A comparison as a range of micros, or as a code of a dictionary; null columns: no row has the value.</summary>
    private readonly record struct Step(SegmentNumbers? Numbers, long Least, long Most, bool IsNot, SegmentValues? Values, int Code);

    private readonly EventTest test;
    private readonly HistorySegment segment;
    private readonly Step[]? steps;

    internal RowTest(EventTest test, HistorySegment segment)
    {
        (this.test, this.segment) = (test, segment);
        var made = test.Checks.Select(StepOf).ToArray();
        steps = made.Length > 0 && Array.TrueForAll(made, step => step is not null) ? Array.ConvertAll(made, step => step!.Value) : null;
    }

    /// <summary>For rows of a kind that the test takes.</summary>
    internal bool Holds(int row)
    {
        if (!test.HasCondition)
        {
            return true;
        }
        if (steps is null)
        {
            return test.Holds(new PackedEvent(segment.At(row), segment.Kind(row), segment, row));
        }
        foreach (ref readonly var step in steps.AsSpan())
        {
            if (!Holds(step, row))
            {
                return false;
            }
        }
        return true;
    }

    private static bool Holds(in Step step, int row)
    {
        if (step.Numbers is { } numbers)
        {
            return numbers.TryGetMicros(row, out var micros) && (micros >= step.Least && micros <= step.Most) != step.IsNot;
        }
        if (step.Values is not { } values)
        {
            return false;
        }
        var code = values.CodeOf(row);
        return code >= 0 && (code == step.Code) != step.IsNot && values.Entry(code)[0] == PackedValue.Text;
    }

    /// <summary>Null where the columns cannot tell.</summary>
    private Step? StepOf(PropertyCheck check)
    {
        if (segment.Omits(check.Path))
        {
            return null;
        }
        return check.Constant.Kind == ValueKind.Number ? StepOfNumber(check) : StepOfText(check);
    }

    private Step? StepOfNumber(PropertyCheck check)
    {
        var column = segment.NumbersOf(check.Path);
        if (column is { FitsLong: false })
        {
            return null;
        }
        var constant = (long)check.Constant.AsNumber.Micros;
        var (least, most) = check.Operator switch
        {
            ComparisonOperator.Less => (long.MinValue, constant - 1),
            ComparisonOperator.LessOrEqual => (long.MinValue, constant),
            ComparisonOperator.Greater => (constant + 1, long.MaxValue),
            ComparisonOperator.GreaterOrEqual => (constant, long.MaxValue),
            _ => (constant, constant),
        };
        return new Step(column, least, most, check.Operator == ComparisonOperator.NotEqual, null, -1);
    }

    private Step? StepOfText(PropertyCheck check)
    {
        if (check.Operator is not (ComparisonOperator.Equal or ComparisonOperator.NotEqual))
        {
            return null;
        }
        if (segment.ValuesOf(check.Path) is not { } values)
        {
            return new Step(null, 0, 0, false, null, -1);
        }
        for (var code = 0; code < values.Entries; code++)
        {
            if (values.IsElsewhere(code))
            {
                return null;
            }
        }
        return new Step(null, 0, 0, check.Operator == ComparisonOperator.NotEqual, values, values.CodeOfText(System.Text.Encoding.UTF8.GetBytes(check.Constant.AsText)));
    }
}
