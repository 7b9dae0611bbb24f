namespace Ciclo.Engine.Runtime;

/// <summary>
/// Packed states of folds by profile, within a budget of bytes: what was not used for a while is forgotten, which costs a refold and changes
/// nothing. Two generations: what is used moves to the young one, and when that is full the old one is given up whole. One thread at a time.
/// </summary>
internal sealed class StateCache
{
    /// <summary>Small enough that the collector can move it, large enough that little is lost at its end.</summary>
    private const int LargestPage = 16 << 10;
    private const int SmallestPage = 256;
    private const int PagesInBudget = 32;

    private readonly int budgetBytes;
    private readonly int pageBytes;
    private Generation young;
    private Generation old;

    public StateCache(int budgetBytes)
    {
        this.budgetBytes = budgetBytes;
        pageBytes = Math.Clamp(budgetBytes / PagesInBudget, SmallestPage, LargestPage);
        (young, old) = (new Generation(pageBytes), new Generation(pageBytes));
    }

    /// <summary>Bytes of the pages held.</summary>
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

    public void Clear() => (young, old) = (new Generation(pageBytes), new Generation(pageBytes));

    /// <summary>
    /// States in pages of one size, one behind another; a state that is larger than a page has one of its own. A growing array would be
    /// copied to one twice its size again and again, and what it leaves behind stays with the process for long.
    /// </summary>
    private sealed class Generation(int pageBytes)
    {
        /// <summary>Offset: the number of the page times its usual size, plus the place in it.</summary>
        private readonly Dictionary<int, (int Offset, int Length, int Room)> places = [];
        private readonly List<byte[]> pages = [];
        private int page = -1;
        private int usedOfPage;

        /// <summary>Bytes taken, those left free at the ends of pages included.</summary>
        public int Used { get; private set; }

        public int Capacity { get; private set; }

        public bool TryGet(int profile, out ReadOnlySpan<byte> state)
        {
            if (places.TryGetValue(profile, out var place))
            {
                state = At(place.Offset).Slice(0, place.Length);
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
                place = (Take(room), state.Length, room);
            }
            place.Length = state.Length;
            state.CopyTo(At(place.Offset));
        }

        public void Remove(int profile) => places.Remove(profile);

        public void Clear()
        {
            places.Clear();
            pages.RemoveAll(one => one.Length != pageBytes);
            Capacity = pages.Count * pageBytes;
            (page, usedOfPage, Used) = (-1, 0, 0);
        }

        private Span<byte> At(int offset) => pages[offset / pageBytes].AsSpan(offset % pageBytes);

        private int Take(int room)
        {
            if (page < 0 || usedOfPage + room > pages[page].Length)
            {
                Used += page < 0 ? 0 : pages[page].Length - usedOfPage;
                Turn(room);
            }
            var offset = (page * pageBytes) + usedOfPage;
            usedOfPage += room;
            Used += room;
            return offset;
        }

        /// <summary>Goes on to the next page, with at least so much room.</summary>
        private void Turn(int room)
        {
            (page, usedOfPage) = (page + 1, 0);
            if (page < pages.Count && pages[page].Length >= room)
            {
                return;
            }
            var fresh = GC.AllocateUninitializedArray<byte>(Math.Max(pageBytes, room));
            Capacity += fresh.Length;
            pages.Insert(page, fresh);
        }
    }
}
