namespace Ciclo.Core.Rules.Patterns;

internal enum StepKind
{
    /// <summary>Takes a character of <see cref="Step.Set"/>, and goes on to the next step.</summary>
    Character = 0,
    /// <summary>Goes on to the next step, and to <see cref="Step.Other"/> as well.</summary>
    Fork = 1,
    /// <summary>Goes on to <see cref="Step.Other"/>.</summary>
    Jump = 2,
    /// <summary>Goes on to the next step at a place of the kind <see cref="Step.Other"/>.</summary>
    Place = 3,
    /// <summary>The text matches.</summary>
    Match = 4,
}

internal readonly record struct Step(StepKind Kind, int Other = 0, CharacterSet? Set = null);

/// <summary>Writes a pattern as steps, repetitions written out. Throws <see cref="NotSupportedException"/> for more than there may be.</summary>
internal sealed class PatternWriter
{
    private readonly List<Step> steps = [];
    private readonly int most;

    private PatternWriter(int most) => this.most = most;

    public static Step[] Write(PatternNode node, int most)
    {
        var writer = new PatternWriter(most);
        writer.Add(node);
        writer.Add(new Step(StepKind.Match));
        return [.. writer.steps];
    }

    private int Add(Step step)
    {
        if (steps.Count >= most)
        {
            throw new NotSupportedException($"A pattern of more than {most} steps.");
        }
        steps.Add(step);
        return steps.Count - 1;
    }

    /// <summary>Lets a fork or a jump lead to what is written next.</summary>
    private void Land(int from) => steps[from] = steps[from] with { Other = steps.Count };

    private void Add(PatternNode node)
    {
        switch (node)
        {
            case OneOf one:
                Add(new Step(StepKind.Character, Set: one.Set));
                break;
            case At at:
                Add(new Step(StepKind.Place, (int)at.Place));
                break;
            case InTurn turn:
                foreach (var part in turn.Parts)
                {
                    Add(part);
                }
                break;
            case Either either:
                AddChoices(either.Choices);
                break;
            case Repeated repeated:
                AddRepeated(repeated);
                break;
            default:
                throw new InvalidOperationException($"A pattern with {node.GetType().Name}.");
        }
    }

    private void AddChoices(IReadOnlyList<PatternNode> choices)
    {
        var ends = new List<int>();
        for (var i = 0; i < choices.Count - 1; i++)
        {
            var fork = Add(new Step(StepKind.Fork));
            Add(choices[i]);
            ends.Add(Add(new Step(StepKind.Jump)));
            Land(fork);
        }
        Add(choices[^1]);
        ends.ForEach(Land);
    }

    private void AddRepeated(Repeated repeated)
    {
        for (var i = 0; i < repeated.Least; i++)
        {
            var before = steps.Count;
            Add(repeated.Part);
            if (steps.Count == before)
            {
                // Nothing, however often.
                return;
            }
        }
        if (repeated.Most == int.MaxValue)
        {
            var fork = Add(new Step(StepKind.Fork));
            Add(repeated.Part);
            Add(new Step(StepKind.Jump, fork));
            Land(fork);
            return;
        }
        var forks = new List<int>();
        for (var i = repeated.Least; i < repeated.Most; i++)
        {
            forks.Add(Add(new Step(StepKind.Fork)));
            Add(repeated.Part);
        }
        forks.ForEach(Land);
    }
}
