using System.Text.RegularExpressions;

namespace Ciclo.Core.Rules.Patterns;

/// <summary>
/// The characters that one piece of a pattern stands for: a letter, `.`, `\d`, `[a-z-[aeiou]]`. What .NET's own expressions say of a single
/// character is what it is, asked once for each 256 neighbours; so classes, categories and letters without case mean what they mean there.
/// Safe for several threads.
/// </summary>
internal sealed class CharacterSet
{
    private const int PageBits = 8;
    private const int PageSize = 1 << PageBits;

    private readonly ulong[]?[] pages = new ulong[]?[(char.MaxValue + 1) >> PageBits];
    private readonly Regex? source;
    private readonly int only = -1;

    public CharacterSet(char only) => this.only = only;

    /// <param name="piece">A piece of a pattern that stands for one character.</param>
    /// <param name="options">Whether case counts, and whether `.` is a line's end too.</param>
    public CharacterSet(string piece, RegexOptions options) =>
        source = new Regex($@"\A(?:{piece})\z", options | RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    public bool Has(char one) => only >= 0
        ? one == only
        : ((Volatile.Read(ref pages[one >> PageBits]) ?? MakePage(one >> PageBits))[(one & (PageSize - 1)) >> 6] & (1UL << (one & 63))) != 0;

    private ulong[] MakePage(int number)
    {
        var page = new ulong[PageSize / 64];
        for (var i = 0; i < PageSize; i++)
        {
            var one = (char)((number << PageBits) | i);
            if (source!.IsMatch(new ReadOnlySpan<char>(in one)))
            {
                page[i >> 6] |= 1UL << (i & 63);
            }
        }
        Volatile.Write(ref pages[number], page);
        return page;
    }
}
