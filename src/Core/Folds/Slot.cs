using Ciclo.Core.Values;

namespace Ciclo.Core.Folds;

/// <summary>The state of one input for one profile. What each field means is the input's business; all zero is "no event yet".</summary>
public struct Slot
{
    public long Count;

    /// <summary>In a window: the instant of the oldest event in it. Else the input's own.</summary>
    public long At;

    /// <summary>In a window: where its oldest event stands in the stream or queue that it shares.</summary>
    public long Position;

    public Int128 Micros;

    /// <summary>A negative number is, or was, in the window: time may raise the sum.</summary>
    public bool IsSigned;

    public Value Value;

    public object? Items;
}
