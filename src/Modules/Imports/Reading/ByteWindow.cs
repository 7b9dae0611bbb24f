namespace Ciclo.Modules.Imports;

/// <summary>The part of the input that is in memory. It grows until a row fits, at most a little over <see cref="EventLimits.RowBytes"/>.</summary>
internal sealed class ByteWindow(Utf8Input input)
{
    private byte[] buffer = new byte[256 * 1024];
    private int start;
    private int end;

    internal bool IsAtEnd { get; private set; }

    /// <summary>Whether no row that is still unfinished can be a row.</summary>
    internal bool IsFull => end - start >= EventLimits.RowBytes;

    internal ReadOnlySpan<byte> Rest => buffer.AsSpan(start, end - start);

    internal void Advance(int count) => start += count;

    /// <summary>Reads more behind what is there; sets <see cref="IsAtEnd"/> when there is no more.</summary>
    internal void Fill()
    {
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
        }
        if (end == buffer.Length)
        {
            Array.Resize(ref buffer, buffer.Length * 2);
        }
        var count = input.Read(buffer.AsSpan(end));
        end += count;
        IsAtEnd = count == 0;
    }

    /// <summary>Fills until that many bytes are there, or the input ends.</summary>
    internal void FillTo(int count)
    {
        while (!IsAtEnd && end - start < count)
        {
            Fill();
        }
    }
}
