using System.Text;
using Ciclo.Core.Events;
using Ciclo.Core.Values;
using Ciclo.Engine.Runtime;

namespace Ciclo.Modules.Measure.Contracts;

/// <summary>Reads properties of one profile's events by their places in a fold's paths. One for each thread; valid between <see cref="Begin"/> and the end of that profile.</summary>
public sealed class EventFields
{
    private readonly Names texts = new();
    private IReadOnlyList<string> paths = [];
    private ScanPath[] columns = [];
    private int[] numbers = [];
    private HistoryScan events = null!;

    /// <param name="profile">The profile that is read next.</param>
    /// <param name="of">The fold's paths.</param>
    public void Begin(in ProfileEvents profile, IReadOnlyList<string> of)
    {
        events = profile.Events;
        if (!ReferenceEquals(columns, profile.Paths))
        {
            (paths, columns) = (of, profile.Paths);
            numbers = [.. paths.Select(profile.State.Staged.Paths.Find)];
        }
    }

    public Number? Number(int place, int e) => columns[place].TryGetNumber(e, out var number) ? number : null;

    /// <summary>Whatever is there, lists too.</summary>
    public Value Value(int place, int e) => columns[place].Get(e);

    /// <summary>The text as UTF-8; empty where there is none.</summary>
    public ReadOnlySpan<byte> Text(int place, int e) => events.Event(e).GetText(numbers[place]);

    /// <summary>The text, one string for equal ones: for what has few values; null where there is none.</summary>
    public string? Word(int place, int e) => Text(place, e) is { IsEmpty: false } text ? texts[texts.Add(text)] : null;

    /// <summary>An id, be it a text or a number, told from others; 0 for none.</summary>
    public UInt128 Id(int place, int e)
    {
        var text = Text(place, e);
        return !text.IsEmpty ? Hash.Of(text) : Number(place, e) is { } number ? (UInt128)number.Micros + 1 : 0;
    }

    /// <summary>An id as people write it; empty for none.</summary>
    public string IdText(int place, int e) => Text(place, e) is { IsEmpty: false } text ? Encoding.UTF8.GetString(text) : Number(place, e)?.ToString() ?? "";
}
