using System.Runtime.CompilerServices;

namespace Ciclo.Data.Sql;

/// <param name="Type">As SQL writes it.</param>
/// <param name="IsNumber">Whether its cells are numbers, to be set to the right.</param>
/// <param name="IsTime">Whether its cells are instants or days.</param>
public sealed record ResultColumn(string Name, string Type, bool IsNumber, bool IsTime);

/// <summary>
/// The rows of an answer, a chunk at a time as DuckDB makes them. Cells: null, text, <see cref="bool"/>, <see cref="long"/>, <see cref="double"/>,
/// <see cref="SqlNumber"/>, <see cref="SqlTime"/>, <see cref="SqlNested"/>.
/// </summary>
public sealed unsafe class DuckRows : IDisposable
{
    private readonly CellReader[] readers;
    private DuckResultHandle result;
    private nint chunk;
    private bool isClosed;

    internal DuckRows(DuckResultHandle result)
    {
        this.result = result;
        readers = new CellReader[(int)DuckApi.ColumnCount(ref this.result)];
        var columns = new ResultColumn[readers.Length];
        for (var i = 0; i < readers.Length; i++)
        {
            readers[i] = new CellReader(DuckApi.ColumnLogicalType(ref this.result, (ulong)i));
            columns[i] = new ResultColumn(DuckApi.Text(DuckApi.ColumnName(ref this.result, (ulong)i)), readers[i].TypeName, readers[i].IsNumber, readers[i].IsTime);
        }
        Columns = columns;
    }

    public IReadOnlyList<ResultColumn> Columns { get; }

    /// <summary>How many rows the chunk last read holds.</summary>
    public int Count { get; private set; }

    /// <summary>Goes to the next rows; false after the last. Throws <see cref="SqlRefusedException"/> where the question breaks off.</summary>
    public bool ReadChunk()
    {
        Release();
        chunk = DuckApi.FetchChunk(result);
        if (chunk == 0)
        {
            Count = 0;
            return DuckApi.Text(DuckApi.ResultError(ref result)) is { Length: > 0 } message ? throw new SqlRefusedException(message) : false;
        }
        Count = (int)DuckApi.ChunkSize(chunk);
        for (var i = 0; i < readers.Length; i++)
        {
            readers[i].Begin(DuckApi.ChunkVector(chunk, (ulong)i));
        }
        return Count > 0;
    }

    /// <summary>A cell of the chunk last read.</summary>
    public object? Cell(int row, int column) => readers[column].Read(row);

    public void Dispose()
    {
        if (!isClosed)
        {
            isClosed = true;
            Release();
            DuckApi.DestroyResult(ref result);
            foreach (var reader in readers)
            {
                reader.Dispose();
            }
        }
    }

    private void Release()
    {
        if (chunk != 0)
        {
            DuckApi.DestroyChunk(ref chunk);
            chunk = 0;
        }
    }
}

/// <summary>Reads the cells of one column, and of what lies inside it.</summary>
internal sealed unsafe class CellReader : IDisposable
{
    private readonly int type;
    private readonly int stored;
    private readonly byte scale;
    private readonly CellReader[] inner = [];
    private readonly string[] names = [];
    private nint logical;
    private byte* data;
    private ulong* validity;

    /// <param name="logical">Its type, which it destroys.</param>
    public CellReader(nint logical)
    {
        this.logical = logical;
        type = stored = DuckApi.TypeId(logical);
        if (type == DuckTypes.Decimal)
        {
            (stored, scale) = (DuckApi.DecimalInternalType(logical), DuckApi.DecimalScale(logical));
        }
        else if (type == DuckTypes.Enum)
        {
            stored = DuckApi.EnumInternalType(logical);
        }
        else if (type is DuckTypes.List)
        {
            inner = [new CellReader(DuckApi.ListChildType(logical))];
        }
        else if (type == DuckTypes.Struct)
        {
            var count = (int)DuckApi.StructChildCount(logical);
            (inner, names) = (new CellReader[count], new string[count]);
            for (var i = 0; i < count; i++)
            {
                inner[i] = new CellReader(DuckApi.StructChildType(logical, (ulong)i));
                var name = DuckApi.StructChildName(logical, (ulong)i);
                names[i] = DuckApi.Text(name);
                DuckApi.Free(name);
            }
        }
    }

    public bool IsNumber => type is (>= DuckTypes.TinyInt and <= DuckTypes.Double) or DuckTypes.HugeInt or DuckTypes.Decimal;

    public bool IsTime => type is DuckTypes.Timestamp or DuckTypes.Date or (>= DuckTypes.TimestampS and <= DuckTypes.TimestampNs) or DuckTypes.TimestampTz;

    public string TypeName => type switch
    {
        DuckTypes.Boolean => "BOOLEAN",
        DuckTypes.TinyInt or DuckTypes.SmallInt or DuckTypes.Integer => "INTEGER",
        DuckTypes.UTinyInt or DuckTypes.USmallInt or DuckTypes.UInteger or DuckTypes.UBigInt => "UBIGINT",
        DuckTypes.BigInt => "BIGINT",
        DuckTypes.HugeInt => "HUGEINT",
        DuckTypes.Float or DuckTypes.Double => "DOUBLE",
        DuckTypes.Decimal => $"DECIMAL({DuckApi.DecimalWidth(logical)},{scale})",
        DuckTypes.Date => "DATE",
        DuckTypes.Time => "TIME",
        DuckTypes.Interval => "INTERVAL",
        DuckTypes.Timestamp or DuckTypes.TimestampS or DuckTypes.TimestampMs or DuckTypes.TimestampNs => "TIMESTAMP",
        DuckTypes.TimestampTz => "TIMESTAMPTZ",
        DuckTypes.List => "LIST",
        DuckTypes.Struct => "STRUCT",
        DuckTypes.Uuid => "UUID",
        DuckTypes.Varchar or DuckTypes.Enum => "VARCHAR",
        DuckTypes.Null => "NULL",
        _ => "?",
    };

    public void Begin(nint vector)
    {
        data = DuckApi.VectorData(vector);
        validity = DuckApi.VectorValidity(vector);
        if (type == DuckTypes.List)
        {
            inner[0].Begin(DuckApi.ListChild(vector));
        }
        for (var i = 0; type == DuckTypes.Struct && i < inner.Length; i++)
        {
            inner[i].Begin(DuckApi.StructChild(vector, (ulong)i));
        }
    }

    public object? Read(long row) => validity != null && (validity[row >> 6] >> (int)(row & 63) & 1) == 0 ? null : type switch
    {
        DuckTypes.Boolean => data[row] != 0,
        DuckTypes.Float => (double)((float*)data)[row],
        DuckTypes.Double => ((double*)data)[row],
        DuckTypes.HugeInt => new SqlNumber(Huge(row), 0),
        DuckTypes.UBigInt => new SqlNumber(((ulong*)data)[row], 0),
        DuckTypes.Decimal => new SqlNumber(stored == DuckTypes.HugeInt ? Huge(row) : Integer(row), scale),
        DuckTypes.Date => SqlTime.OfDay(((int*)data)[row]),
        DuckTypes.Timestamp => SqlTime.OfMicros(((long*)data)[row], hasZone: false),
        DuckTypes.TimestampTz => SqlTime.OfMicros(((long*)data)[row], hasZone: true),
        DuckTypes.TimestampS => SqlTime.OfMicros(((long*)data)[row] * 1_000_000, hasZone: false),
        DuckTypes.TimestampMs => SqlTime.OfMicros(((long*)data)[row] * 1_000, hasZone: false),
        DuckTypes.TimestampNs => SqlTime.OfMicros(((long*)data)[row] / 1_000, hasZone: false),
        DuckTypes.Time => SqlTime.ClockOf(((long*)data)[row]),
        DuckTypes.Interval => SqlTime.IntervalOf(((int*)data)[row * 4], ((int*)data)[(row * 4) + 1], ((long*)data)[(row * 2) + 1]),
        DuckTypes.Varchar => Text(row),
        DuckTypes.Enum => EnumText(row),
        DuckTypes.Uuid => UuidText(row),
        DuckTypes.List => SqlJson.List(Items(row)),
        DuckTypes.Struct => SqlJson.Object(names.Select((name, i) => (name, inner[i].Read(row)))),
        DuckTypes.Null => null,
        _ when stored is >= DuckTypes.TinyInt and <= DuckTypes.UInteger => Integer(row),
        _ => throw new SqlRefusedException("A column of the answer has a type that is not shown here. Write CAST(column AS VARCHAR)."),
    };

    public void Dispose()
    {
        foreach (var one in inner)
        {
            one.Dispose();
        }
        if (logical != 0)
        {
            DuckApi.DestroyLogicalType(ref logical);
            logical = 0;
        }
    }

    private long Integer(long row) => stored switch
    {
        DuckTypes.TinyInt => ((sbyte*)data)[row],
        DuckTypes.SmallInt => ((short*)data)[row],
        DuckTypes.Integer => ((int*)data)[row],
        DuckTypes.UTinyInt => data[row],
        DuckTypes.USmallInt => ((ushort*)data)[row],
        DuckTypes.UInteger => ((uint*)data)[row],
        _ => ((long*)data)[row],
    };

    private Int128 Huge(long row) => Unsafe.ReadUnaligned<Int128>(data + (row * 16));

    private string Text(long row)
    {
        var cell = data + (row * 16);
        var length = *(int*)cell;
        return System.Text.Encoding.UTF8.GetString(length <= 12 ? cell + 4 : *(byte**)(cell + 8), length);
    }

    private string EnumText(long row)
    {
        var text = DuckApi.EnumValue(logical, (ulong)Integer(row));
        try
        {
            return DuckApi.Text(text);
        }
        finally
        {
            DuckApi.Free(text);
        }
    }

    private string UuidText(long row)
    {
        // Kept with its first bit turned over, so that it sorts as a number.
        var bits = (UInt128)Huge(row) ^ (UInt128.One << 127);
        var digits = bits.ToString("x32", System.Globalization.CultureInfo.InvariantCulture);
        return $"{digits[..8]}-{digits[8..12]}-{digits[12..16]}-{digits[16..20]}-{digits[20..]}";
    }

    private IEnumerable<object?> Items(long row)
    {
        var (offset, length) = ListAt(row);
        for (var i = offset; i < offset + length; i++)
        {
            yield return inner[0].Read(i);
        }
    }

    private (long Offset, long Length) ListAt(long row) => (((long*)data)[row * 2], ((long*)data)[(row * 2) + 1]);
}
