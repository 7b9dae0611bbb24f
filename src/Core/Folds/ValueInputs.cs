using System.Text;
using Ciclo.Core.Events;
using Ciclo.Core.Values;

namespace Ciclo.Core.Folds;

/// <summary>A text kept as it came: it becomes a string only where a rule reads it, and its buffer serves the next profile.</summary>
internal sealed class LateText
{
    private byte[] utf8 = [];
    private int length;
    private string? text;

    public ReadOnlySpan<byte> Utf8 => utf8.AsSpan(0, length);

    public Value Value => Values.Value.Of(text ??= Encoding.UTF8.GetString(Utf8));

    public void Set(ReadOnlySpan<byte> bytes)
    {
        if (text is not null && bytes.SequenceEqual(Utf8))
        {
            return;
        }
        if (utf8.Length < bytes.Length)
        {
            utf8 = new byte[Math.Max(32, bytes.Length)];
        }
        bytes.CopyTo(utf8);
        length = bytes.Length;
        text = null;
    }
}

/// <summary>An input whose answer is a value of one event.</summary>
internal abstract class ValueInput : Input
{
    private const int None = 0;
    private const int Late = 1;
    private const int Taken = 2;

    // Slot.Count: 1 while a value was taken; Slot.Position: 1 while it is the late text in Slot.Items.
    internal override Value Read(FoldState state, ref Slot slot) => slot.Position != 0 ? ((LateText)slot.Items!).Value : slot.Value;

    internal override bool TryRead(FoldState state, ref Slot slot, out Number number)
    {
        number = slot.Value.AsNumber;
        return slot.Value.Kind == ValueKind.Number;
    }

    internal override bool IsNull(FoldState state, ref Slot slot) => slot.Position == 0 && slot.Value.IsNull;

    internal override void Clear(ref Slot slot) => slot = new Slot { Items = slot.Items };

    internal override void Save(FoldState state, in Slot slot, BlockWriter writer)
    {
        writer.Add(slot.Count == 0 ? None : slot.Position != 0 ? Late : Taken);
        if (slot.Position != 0)
        {
            writer.Add(((LateText)slot.Items!).Utf8);
        }
        else if (slot.Count != 0)
        {
            writer.AddValue(slot.Value);
        }
    }

    internal override void Load(FoldState state, ref Slot slot, ref BlockReader reader)
    {
        switch (reader.NextInt())
        {
            case Late:
                SetText(ref slot, reader.NextBytes());
                break;
            case Taken:
                Set(ref slot, reader.NextValue());
                break;
        }
    }

    /// <summary>Takes the value at a path; false if the event does not have the path.</summary>
    protected static bool Take(ref Slot slot, in PackedEvent e, int path)
    {
        var text = e.GetText(path);
        if (!text.IsEmpty)
        {
            SetText(ref slot, text);
            return true;
        }
        if (!e.TryGet(path, out var value))
        {
            return false;
        }
        Set(ref slot, value);
        return true;
    }

    protected static void Set(ref Slot slot, in Value value)
    {
        slot.Value = value;
        slot.Position = 0;
        slot.Count = 1;
    }

    private static void SetText(ref Slot slot, ReadOnlySpan<byte> text)
    {
        ((LateText)(slot.Items ??= new LateText())).Set(text);
        slot.Value = default;
        slot.Position = 1;
        slot.Count = 1;
    }
}

/// <summary>`first(E.p)`, `last(E.p)`: the property of the first or latest such event that has one.</summary>
internal sealed class PropertyInput(int path, bool first) : ValueInput
{
    internal override bool Apply(FoldState state, ref Slot slot, in PackedEvent e)
    {
        if (first && slot.Count > 0)
        {
            return false;
        }
        if (!e.GetText(path).IsEmpty)
        {
            return Take(ref slot, e, path);
        }
        var value = e.Get(path);
        if (value.IsNull)
        {
            return false;
        }
        Set(ref slot, value);
        return true;
    }
}

/// <summary>A trait: the value that the latest identify which carries its top level gave the path; null clears it.</summary>
internal sealed class TraitInput(int path, int topPath) : ValueInput
{
    internal override bool Apply(FoldState state, ref Slot slot, in PackedEvent e)
    {
        if (Take(ref slot, e, path))
        {
            return true;
        }
        if (topPath == path || !e.TryGet(topPath, out _))
        {
            return false;
        }
        Set(ref slot, Value.Null);
        return true;
    }
}

/// <summary>Consent to a purpose, or to a purpose on a channel: the latest answer that says something about it.</summary>
internal sealed class ConsentInput(int purposePath, int channelPath) : ValueInput
{
    internal override bool Apply(FoldState state, ref Slot slot, in PackedEvent e) =>
        (channelPath >= 0 && Take(ref slot, e, channelPath)) || Take(ref slot, e, purposePath);
}

/// <summary>The group of a profile: that of its latest group call.</summary>
internal sealed class GroupInput(int groupPath) : ValueInput
{
    internal override bool Apply(FoldState state, ref Slot slot, in PackedEvent e)
    {
        if (!Take(ref slot, e, groupPath))
        {
            Set(ref slot, Value.Null);
        }
        return true;
    }
}
