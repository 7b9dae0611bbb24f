namespace Ciclo.Engine.Runtime;

/// <summary>
/// Packed states of folds by profile, within a budget of bytes: what was not used for a while is forgotten, which costs a refold and changes
/// nothing. Two generations: what is used moves to the young one, and when that is full the old one is given up whole. One thread at a time.
/// </summary>
internal sealed class StateCache(int budgetBytes)
{
    private Generation young = new();
    private Generation old = new();

    public long Size => young.Capacity + old.Capacity;

    /// <summary>The state of a profile; valid until the next change of the cache. Empty if it is not held.</summary>
    public ReadOnlySpan<byte> Get(int profile)
    {
        if (young.TryGet(profile, out var state) || old.TryGet(profile, out state))
        {
            return state;
        }
        return default;
    }

    public void Put(int profile, ReadOnlySpan<byte> state)
    {
        if (young.Used + state.Length > budgetBytes / 2)
        {
            (old, young) = (young, old);
            young.Clear();
        }
        if (state.Length <= budgetBytes / 2)
        {
            young.Put(profile, state);
        }
        else
        {
            young.Remove(profile);
        }
        old.Remove(profile);
    }

    public void Remove(int profile)
    {
        young.Remove(profile);
        old.Remove(profile);
    }

    public void Clear()
    {
        young = new Generation();
        old = new Generation();
    }

    private sealed class Generation
    {
        private readonly Dictionary<int, (int Offset, int Length, int Room)> places = [];
        private byte[] bytes = [];

        public int Used { get; private set; }

        public int Capacity => bytes.Length;

        public bool TryGet(int profile, out ReadOnlySpan<byte> state)
        {
            if (places.TryGetValue(profile, out var place))
            {
                state = bytes.AsSpan(place.Offset, place.Length);
                return true;
            }
            state = default;
            return false;
        }

        public void Put(int profile, ReadOnlySpan<byte> state)
        {
            ref var place = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(places, profile, out var isKnown);
            if (!isKnown || place.Room < state.Length)
            {
                // States grow a little with each event: some room saves most of the copies left behind.
                var room = state.Length + (state.Length / 8) + 8;
                if (Used + room > bytes.Length)
                {
                    Array.Resize(ref bytes, Math.Max(bytes.Length * 2, Used + room));
                }
                place = (Used, state.Length, room);
                Used += room;
            }
            place.Length = state.Length;
            state.CopyTo(bytes.AsSpan(place.Offset));
        }

        public void Remove(int profile) => places.Remove(profile);

        public void Clear()
        {
            places.Clear();
            Used = 0;
        }
    }
}
