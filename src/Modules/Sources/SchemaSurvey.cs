using System.Runtime.InteropServices;
using System.Text;
using Ciclo.Core.Events;
using Ciclo.Core.Values;

namespace Ciclo.Modules.Sources;

/// <summary>Kinds of values of a property; how often each was seen stands in <see cref="PropertyShape.Kinds"/> at its number.</summary>
public enum ShapeKind
{
    Empty,
    Boolean,
    Number,
    Text,
    List,
    Object,
}

/// <summary>A property of one kind of event: how often it was there, of which types, and a few of its values.</summary>
public sealed class PropertyShape
{
    private const int MostSamples = 3;
    private const int LongestSample = 60;

    private readonly List<string> samples = [];

    /// <summary>The newest value as it is packed: made into text when it is asked for, and not for every event.</summary>
    private readonly byte[] last = new byte[48];
    private int lastLength;
    private string lastText = "";
    private long lastAt = long.MinValue;

    public long[] Kinds { get; } = new long[6];

    public IReadOnlyList<string> Samples => samples;

    /// <summary>The newest text, number or truth value, cut where it is long; empty where there was none.</summary>
    public string Last => lastLength > 0 ? TextOf(last.AsSpan(0, lastLength)) : lastText;

    public long Count => Kinds.Sum();

    /// <summary>Events in which it was there and not empty.</summary>
    public long Filled => Count - Kinds[(int)ShapeKind.Empty];

    /// <summary>The type that most of its values have.</summary>
    public ShapeKind Usual => (ShapeKind)Array.IndexOf(Kinds, Kinds.Skip(1).DefaultIfEmpty().Max(), 1);

    /// <summary>Values of another type than the usual one: rules that compare them find nothing.</summary>
    public long Mismatched => Filled - Kinds[(int)Usual];

    internal void Add(ReadOnlySpan<byte> value, long at)
    {
        var kind = value[0] switch
        {
            PackedValue.Null => ShapeKind.Empty,
            PackedValue.False or PackedValue.True => ShapeKind.Boolean,
            PackedValue.Text => ShapeKind.Text,
            PackedValue.List => ShapeKind.List,
            PackedValue.Object => ShapeKind.Object,
            _ => ShapeKind.Number,
        };
        Kinds[(int)kind]++;
        if (kind is not (ShapeKind.Text or ShapeKind.Number or ShapeKind.Boolean))
        {
            return;
        }
        if (samples.Count < MostSamples && TextOf(value) is var text && !samples.Contains(text, StringComparer.Ordinal))
        {
            samples.Add(text);
        }
        if (at >= lastAt)
        {
            Keep(value, at);
        }
    }

    private void Keep(ReadOnlySpan<byte> value, long at)
    {
        lastAt = at;
        lastLength = value.Length <= last.Length ? value.Length : 0;
        if (lastLength > 0)
        {
            value.CopyTo(last);
        }
        else
        {
            lastText = TextOf(value);
        }
    }

    private static string TextOf(ReadOnlySpan<byte> value)
    {
        var next = 0;
        var read = PackedValue.Read(value, ref next);
        var text = read.Kind == ValueKind.Text ? read.AsText : read.ToString();
        return text.Length > LongestSample ? text[..LongestSample] + "…" : text;
    }
}

/// <summary>Events of one name and call, as far as they were looked at.</summary>
public sealed class EventShape
{
    /// <summary>Past this many properties of one event the others are only counted: values were used as names.</summary>
    public const int MostProperties = 300;

    private readonly Dictionary<int, PropertyShape> properties = [];

    public long Count { get; private set; }

    public long FirstAt { get; private set; } = long.MaxValue;

    public long LastAt { get; private set; } = long.MinValue;

    public bool HasMore { get; private set; }

    /// <summary>By the number of the path.</summary>
    public IReadOnlyDictionary<int, PropertyShape> Properties => properties;

    internal void Add(in PackedEvent e)
    {
        Count++;
        FirstAt = Math.Min(FirstAt, e.At);
        LastAt = Math.Max(LastAt, e.At);
        var fields = e.RawFields;
        while (fields.MoveNext())
        {
            if (properties.Count >= MostProperties && !properties.ContainsKey(fields.Path))
            {
                HasMore = true;
                continue;
            }
            ref var shape = ref CollectionsMarshal.GetValueRefOrAddDefault(properties, fields.Path, out _);
            (shape ??= new PropertyShape()).Add(fields.Value, e.At);
        }
    }
}

/// <summary>
/// What the data looks like: each kind of event with its properties. <paramref name="People"/> of <paramref name="AllPeople"/> identifiers were looked at;
/// where they are all, it is exact.
/// </summary>
public sealed record SchemaSurvey(IReadOnlyDictionary<(CallType Type, int Name), EventShape> Events, int People, int AllPeople, long Looked, long TookMs)
{
    public bool IsWhole => People >= AllPeople;
}
