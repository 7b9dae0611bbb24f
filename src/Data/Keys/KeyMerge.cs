namespace Ciclo.Data.Keys;

/// <summary>
/// Makes one file of several that stand next to each other in age, some rows at a time. Of a key in several the newest row counts;
/// rows that expired are left out.
/// </summary>
internal sealed class KeyMerge : IDisposable
{
    private readonly Cursor[] cursors;
    private readonly KeyFileWriter writer;
    private readonly long? expireBefore;

    /// <summary><paramref name="inputs"/>: oldest first. <paramref name="expireBefore"/>: rows whose first value word is less are left out.</summary>
    public KeyMerge(IReadOnlyList<KeyRun> inputs, KeyFileWriter writer, int valueWords, long? expireBefore)
    {
        Inputs = inputs;
        this.writer = writer;
        this.expireBefore = expireBefore;
        cursors = [.. inputs.Select(input => new Cursor(input.File!, KeyRow.KeyWords + valueWords))];
    }

    public IReadOnlyList<KeyRun> Inputs { get; }

    public long Rows => writer.Rows;

    /// <summary>Takes up to so many keys; true when there are no more, and the file is durable.</summary>
    public bool Advance(int keys)
    {
        for (; keys > 0; keys--)
        {
            var least = Least();
            if (least < 0)
            {
                writer.Finish();
                return true;
            }
            var row = cursors[least].Row;
            if (expireBefore is not { } instant || (long)row[KeyRow.KeyWords] >= instant)
            {
                writer.Add(row);
            }
            var (high, low) = (row[0], row[1]);
            foreach (var cursor in cursors)
            {
                cursor.Pass(high, low);
            }
        }
        return false;
    }

    public void Dispose() => writer.Dispose();

    /// <summary>The newest of those that stand at the least key; -1 at the end.</summary>
    private int Least()
    {
        var least = -1;
        for (var i = cursors.Length - 1; i >= 0; i--)
        {
            var row = cursors[i].Row;
            if (!row.IsEmpty && (least < 0 || KeyRow.IsBefore(row[0], row[1], cursors[least].Row[0], cursors[least].Row[1])))
            {
                least = i;
            }
        }
        return least;
    }

    private sealed class Cursor
    {
        private readonly KeyFile file;
        private readonly ulong[] words;
        private int block = -1;
        private int row;
        private int rows;
        private bool isEnded;

        public Cursor(KeyFile file, int width)
        {
            this.file = file;
            words = new ulong[width];
            Next();
        }

        /// <summary>The row it stands at; empty at the end.</summary>
        public ReadOnlySpan<ulong> Row => isEnded ? [] : words;

        public void Pass(ulong high, ulong low)
        {
            if (!isEnded && words[0] == high && words[1] == low)
            {
                Next();
            }
        }

        private void Next()
        {
            if (++row >= rows)
            {
                if (++block == file.Blocks)
                {
                    isEnded = true;
                    return;
                }
                (row, rows) = (0, file.RowsIn(block));
            }
            file.ReadRow(file.Block(block), row, words);
        }
    }
}
