namespace Ciclo.Data.Keys;

/// <summary>
/// Tells of nearly every key that is not in a file that it is not: a Bloom filter in blocks of 32 bytes, one bit in each of a block's eight words
/// (Putze, Sanders and Singler 2007; the constants are those of the Parquet format). 11 bits a key: under 1 % are let through in vain.
/// </summary>
internal sealed class KeyFilter(uint[] words)
{
    public const int BlockWords = 8;
    public const int BlockBytes = BlockWords * sizeof(uint);
    private const int BitsAKey = 11;

    private static readonly uint[] Salts =
        [0x47b6137b, 0x44974d91, 0x8824ad5b, 0xa2b7289d, 0x705495c7, 0x2df1424b, 0x9efc4947, 0x5c6bfb31];

    public ReadOnlySpan<uint> Words => words;

    public static int BlocksFor(long keys) => checked((int)Math.Max(1, ((keys * BitsAKey) + (BlockBytes * 8) - 1) / (BlockBytes * 8)));

    public static KeyFilter For(long keys) => new(new uint[checked(BlocksFor(keys) * BlockWords)]);

    public void Add(ulong low)
    {
        var block = Block(low);
        for (var i = 0; i < BlockWords; i++)
        {
            block[i] |= 1u << (int)(((uint)low * Salts[i]) >> 27);
        }
    }

    /// <summary>False: it was never added. <paramref name="low"/>: the lower half of the key; files are in the order of the upper.</summary>
    public bool MayHold(ulong low)
    {
        var block = Block(low);
        for (var i = 0; i < BlockWords; i++)
        {
            if ((block[i] & (1u << (int)(((uint)low * Salts[i]) >> 27))) == 0)
            {
                return false;
            }
        }
        return true;
    }

    private Span<uint> Block(ulong low) =>
        words.AsSpan((int)(((low >> 32) * (ulong)(words.Length / BlockWords)) >> 32) * BlockWords, BlockWords);
}
