using System.Text.RegularExpressions;

namespace Ciclo.Core.Rules.Patterns;

/// <summary>One thread's way through patterns: which steps are reached after each character, each at most once.</summary>
internal sealed class Walk
{
    /// <summary>What .NET takes for a word at its edges: `\w`, and the two joiners.</summary>
    private static readonly CharacterSet Word = new(@"[\w\u200c\u200d]", RegexOptions.None);

    private readonly int[] pending = new int[Pattern.LargestProgram];
    private readonly long[] reached = new long[Pattern.LargestProgram];
    private int[] here = new int[Pattern.LargestProgram];
    private int[] ahead = new int[Pattern.LargestProgram];

    /// <summary>Tells one place of one walk from all others, so that <see cref="reached"/> is never cleared.</summary>
    private long round;

    /// <summary>Steps taken by the last walk.</summary>
    public long Taken { get; private set; }

    public bool Run(Step[] steps, ReadOnlySpan<char> text)
    {
        Taken = 0;
        round++;
        var count = 0;
        for (var at = 0; ; at++)
        {
            // A match may begin anywhere.
            if (Follow(steps, 0, text, at, here, ref count))
            {
                return true;
            }
            if (at == text.Length)
            {
                return false;
            }
            round++;
            var next = 0;
            for (var i = 0; i < count; i++)
            {
                if (steps[here[i]].Set!.Has(text[at]) && Follow(steps, here[i] + 1, text, at + 1, ahead, ref next))
                {
                    return true;
                }
            }
            Taken += count;
            (here, ahead, count) = (ahead, here, next);
        }
    }

    /// <summary>Adds the steps that wait for a character and are reached from one without any; true if the match is.</summary>
    private bool Follow(Step[] steps, int from, ReadOnlySpan<char> text, int at, int[] waiting, ref int count)
    {
        var left = 0;
        Reach(from, ref left);
        while (left > 0)
        {
            var number = pending[--left];
            ref readonly var step = ref steps[number];
            Taken++;
            switch (step.Kind)
            {
                case StepKind.Character:
                    waiting[count++] = number;
                    break;
                case StepKind.Fork:
                    Reach(step.Other, ref left);
                    Reach(number + 1, ref left);
                    break;
                case StepKind.Jump:
                    Reach(step.Other, ref left);
                    break;
                case StepKind.Place:
                    if (Is((Place)step.Other, text, at))
                    {
                        Reach(number + 1, ref left);
                    }
                    break;
                default:
                    return true;
            }
        }
        return false;
    }

    private void Reach(int step, ref int left)
    {
        if (reached[step] != round)
        {
            reached[step] = round;
            pending[left++] = step;
        }
    }

    private static bool Is(Place place, ReadOnlySpan<char> text, int at) => place switch
    {
        Place.Start => at == 0,
        Place.End => at == text.Length,
        Place.EndOrLastLine => at == text.Length || (at == text.Length - 1 && text[at] == '\n'),
        Place.LineStart => at == 0 || text[at - 1] == '\n',
        Place.LineEnd => at == text.Length || text[at] == '\n',
        Place.WordEdge => IsWord(text, at - 1) != IsWord(text, at),
        _ => IsWord(text, at - 1) == IsWord(text, at),
    };

    private static bool IsWord(ReadOnlySpan<char> text, int at) => (uint)at < (uint)text.Length && Word.Has(text[at]);
}
