namespace Ciclo.Tests.Simulation;

/// <summary>The bytes of one simulated file: as a process sees them, as the platter holds them, and the changes between the two.</summary>
internal sealed class SimulatedNode(byte[] bytes)
{
    private readonly List<Change> pending = [];
    private Content current = new(bytes);
    private Content durable = new(bytes);

    public ReadOnlySpan<byte> Current => current.Bytes;

    public void Write(int offset, byte[] written)
    {
        current.Write(offset, written);
        pending.Add(new Change(offset, written, -1));
    }

    public void SetLength(int length)
    {
        current.SetLength(length);
        pending.Add(new Change(0, [], length));
    }

    public void MakeDurable()
    {
        pending.ForEach(change => change.Apply(durable));
        pending.Clear();
    }

    /// <summary>Each pending change reaches the platter whole, in part or not at all, and is forgotten.</summary>
    public void Settle(Random random)
    {
        pending.ForEach(change => change.ApplyTorn(durable, random));
        pending.Clear();
    }

    /// <summary>What a process sees is what the platter holds.</summary>
    public void Revert() => current = durable.Copy();

    private readonly record struct Change(int Offset, byte[] Written, int Length)
    {
        public void Apply(Content target)
        {
            if (Length >= 0)
            {
                target.SetLength(Length);
            }
            else
            {
                target.Write(Offset, Written);
            }
        }

        public void ApplyTorn(Content target, Random random)
        {
            var fate = random.Next(6);
            if (Length >= 0 || fate == 0)
            {
                if (fate < 3)
                {
                    Apply(target);
                }
                return;
            }
            var cut = random.Next(Written.Length + 1);
            switch (fate)
            {
                case 1:
                    return;
                case 2:
                    target.Write(Offset, Written.AsSpan(0, cut));
                    return;
                case 3:
                    target.Write(Offset + cut, Written.AsSpan(cut));
                    return;
                default:
                    Scatter(target, random);
                    return;
            }
        }

        private void Scatter(Content target, Random random)
        {
            for (var i = 0; i < Written.Length;)
            {
                var run = Math.Min(Written.Length - i, 1 + random.Next(1 + Written.Length / 4));
                if (random.Next(2) == 0)
                {
                    target.Write(Offset + i, Written.AsSpan(i, run));
                }
                i += run;
            }
        }
    }

    private sealed class Content(byte[] initial)
    {
        private byte[] buffer = initial.ToArray();
        private int length = initial.Length;

        public ReadOnlySpan<byte> Bytes => buffer.AsSpan(0, length);

        public Content Copy() => new(Bytes.ToArray());

        public void Write(int offset, ReadOnlySpan<byte> written)
        {
            if (written.Length > 0)
            {
                SetLength(Math.Max(length, offset + written.Length));
                written.CopyTo(buffer.AsSpan(offset));
            }
        }

        public void SetLength(int to)
        {
            if (to > buffer.Length)
            {
                Array.Resize(ref buffer, Math.Max(to, buffer.Length * 2));
            }
            if (to > length)
            {
                buffer.AsSpan(length, to - length).Clear();
            }
            length = to;
        }
    }
}
