using Ciclo.Core;

namespace Ciclo.Modules.Imports;

/// <summary>Why a row was rejected. The closed list; persisted by <see cref="RowFault.Reason"/>, so names only ever grow.</summary>
internal enum RowFaultCode
{
    None = 0,
    WrongCells,
    UnclosedQuote,
    AfterQuote,
    RowTooLarge,
    InvalidText,
    BadJson,
    NotAnObject,
    BadNumber,
    BadTime,
    BadBoolean,
    NoTime,
    NoGroup,
    NoKey,
    NoEvent,
    NameTooLong,
    NoId,
    BlockedId,
    BadId,
    IdTooLong,
    NoGroupId,
    NoPreviousId,
    TooLarge,
}

/// <summary>What is wrong with a row: a code from the closed list, and words with the values found.</summary>
internal readonly record struct RowFault(RowFaultCode Code, Text Detail)
{
    internal bool IsNone => Code == RowFaultCode.None;

    /// <summary>The code's snake_case name, as stored and shown by `ciclo rejected`.</summary>
    internal string Reason => Code switch
    {
        RowFaultCode.WrongCells => "wrong_cells",
        RowFaultCode.UnclosedQuote => "unclosed_quote",
        RowFaultCode.AfterQuote => "text_after_quote",
        RowFaultCode.RowTooLarge => "row_too_large",
        RowFaultCode.InvalidText => "invalid_text",
        RowFaultCode.BadJson => "bad_json",
        RowFaultCode.NotAnObject => "not_an_object",
        RowFaultCode.BadNumber => "bad_number",
        RowFaultCode.BadTime => "bad_time",
        RowFaultCode.BadBoolean => "bad_boolean",
        RowFaultCode.NoTime => "no_time",
        RowFaultCode.NoGroup => "no_group",
        RowFaultCode.NoKey => "no_key",
        RowFaultCode.NoEvent => "no_event",
        RowFaultCode.NameTooLong => "name_too_long",
        RowFaultCode.NoId => "no_id",
        RowFaultCode.BlockedId => "blocked_id",
        RowFaultCode.BadId => "bad_id",
        RowFaultCode.IdTooLong => "id_too_long",
        RowFaultCode.NoGroupId => "no_group_id",
        RowFaultCode.NoPreviousId => "no_previous_id",
        RowFaultCode.TooLarge => "too_large",
        _ => "none",
    };

    internal static RowFault Of(RowFaultCode code) => new(code, code switch
    {
        RowFaultCode.UnclosedQuote => new Text("a quoted cell that is never closed", "una celda entre comillas que nunca se cierra"),
        RowFaultCode.AfterQuote => new Text("text after a cell's closing quote; a quote inside a cell is written twice", "texto tras la comilla de cierre de una celda; una comilla dentro de una celda se escribe dos veces"),
        RowFaultCode.RowTooLarge => new Text($"a row of more than {EventLimits.RowBytes} bytes", $"una fila de más de {EventLimits.RowBytes} bytes"),
        RowFaultCode.InvalidText => new Text("bytes that are no text in the file's encoding; name it with `encoding:`", "bytes que no son texto en la codificación del archivo; indícala con `encoding:`"),
        RowFaultCode.NotAnObject => new Text("a line that is no JSON object", "una línea que no es un objeto JSON"),
        RowFaultCode.NoEvent => new Text("no name of an event", "no hay nombre de evento"),
        RowFaultCode.NameTooLong => new Text($"a name of more than {EventLimits.NameCharacters} characters", $"un nombre de más de {EventLimits.NameCharacters} caracteres"),
        RowFaultCode.NoId => new Text("no id: nobody to give the event to", "no hay id: el evento no es de nadie"),
        RowFaultCode.BlockedId => new Text("only ids that stand for nobody, such as 0, -1, null or anonymous", "solo ids que no son de nadie, como 0, -1, null o anonymous"),
        RowFaultCode.IdTooLong => new Text($"an id of more than {EventLimits.IdCharacters} characters", $"un id de más de {EventLimits.IdCharacters} caracteres"),
        RowFaultCode.NoGroupId => new Text("no group id", "no hay id de grupo"),
        RowFaultCode.NoPreviousId => new Text("no previous id", "no hay id anterior"),
        RowFaultCode.TooLarge => new Text($"an event of more than {EventLimits.EventBytes} bytes", $"un evento de más de {EventLimits.EventBytes} bytes"),
        _ => Text.Same(""),
    });

    /// <summary>A cell that does not hold what its column should.</summary>
    internal static RowFault InColumn(RowFaultCode code, string column, string cell) => new(code, code switch
    {
        RowFaultCode.BadNumber => new Text($"column {column}: \"{cell}\" is not a number", $"columna {column}: \"{cell}\" no es un número"),
        RowFaultCode.BadBoolean => new Text($"column {column}: \"{cell}\" is neither true nor false", $"columna {column}: \"{cell}\" no es ni verdadero ni falso"),
        RowFaultCode.BadTime => new Text($"column {column}: \"{cell}\" is not a date of the format", $"columna {column}: \"{cell}\" no es una fecha del formato"),
        RowFaultCode.NoTime => new Text($"column {column}: no date", $"columna {column}: no hay fecha"),
        RowFaultCode.NoGroup => new Text($"column {column}: empty, and the rows are grouped by it", $"columna {column}: vacía, y las filas se agrupan por ella"),
        RowFaultCode.BadId => new Text($"column {column}: an id that is a list or an object", $"columna {column}: un id que es una lista o un objeto"),
        _ => Text.Same(column),
    });
}
