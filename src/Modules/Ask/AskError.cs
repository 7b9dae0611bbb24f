using Ciclo.Core;

namespace Ciclo.Modules.Ask;

/// <summary>Why a question has no answer. <paramref name="Code"/> is stable; line and column (from 1) say where in the text, where that is known.</summary>
public sealed record AskError(string Code, int Status, Text Says, int? Line = null, int? Column = null)
{
    internal static AskError Empty { get; } = new("no_sql", 400, new("Write a question: SELECT … FROM events.", "Escribe una pregunta: SELECT … FROM events."));

    internal static AskError TooLong { get; } = new("sql_too_long", 400, new(
        $"A question has {AskOptions.LongestSql:N0} characters at most.", $"Una pregunta tiene {AskOptions.LongestSql:N0} caracteres como máximo."));

    internal static AskError NotOneRead { get; } = new("not_one_read", 400, new(
        "Ask one thing at a time, and only to read: SELECT, WITH, FROM, DESCRIBE, SUMMARIZE, SHOW or EXPLAIN.",
        "Pregunta una cosa a la vez, y solo para leer: SELECT, WITH, FROM, DESCRIBE, SUMMARIZE, SHOW o EXPLAIN."));

    internal static AskError Busy { get; } = new("sql_busy", 429, new(
        $"{AskOptions.AtOnce} questions are being answered already. Ask again in a moment.", $"Ya se responden {AskOptions.AtOnce} preguntas. Vuelve a preguntar en un momento."));

    internal static AskError TooSlow(int seconds) => new("sql_too_slow", 400, new(
        $"It took longer than {seconds} s and was broken off. Ask for less: a span of time, as in events(since := '2026-01-01'), or fewer columns.",
        $"Tardó más de {seconds} s y se cortó. Pide menos: un lapso, como events(since := '2026-01-01'), o menos columnas."));

    internal static AskError TooMuchMemory(int megabytes) => new("sql_too_much_memory", 400, new(
        $"It needs more than {megabytes} MB of memory, which is the limit. Ask for less: a span of time, fewer groups, or a LIMIT.",
        $"Necesita más de {megabytes} MB de memoria, que es el límite. Pide menos: un lapso, menos grupos o un LIMIT."));

    internal static AskError Wrong(string message, int? line, int? column) => new("sql_wrong", 400, Text.Same(message), line, column);

    internal static AskError NoPart(Text says) => new("no_part", 503, says);
}
