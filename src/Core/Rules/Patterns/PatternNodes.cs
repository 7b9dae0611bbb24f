namespace Ciclo.Core.Rules.Patterns;

/// <summary>A place that a pattern asks for, between two characters.</summary>
internal enum Place
{
    Start = 0,
    End = 1,
    EndOrLastLine = 2,
    LineStart = 3,
    LineEnd = 4,
    WordEdge = 5,
    NoWordEdge = 6,
}

/// <summary>A pattern as it was read. Who catches what, and what is greedy, is left out: only whether it matches is asked.</summary>
internal abstract record PatternNode;

internal sealed record OneOf(CharacterSet Set) : PatternNode;

internal sealed record At(Place Place) : PatternNode;

internal sealed record InTurn(IReadOnlyList<PatternNode> Parts) : PatternNode;

internal sealed record Either(IReadOnlyList<PatternNode> Choices) : PatternNode;

/// <param name="Part">What is repeated.</param>
/// <param name="Least">At least so often.</param>
/// <param name="Most">At most so often; <see cref="int.MaxValue"/> for no end.</param>
internal sealed record Repeated(PatternNode Part, int Least, int Most) : PatternNode;
