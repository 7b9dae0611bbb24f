namespace Ciclo.Data.Sql;

/// <summary>DuckDB's numbers for types (`duckdb_type`).</summary>
internal static class DuckTypes
{
    public const int Boolean = 1;
    public const int TinyInt = 2;
    public const int SmallInt = 3;
    public const int Integer = 4;
    public const int BigInt = 5;
    public const int UTinyInt = 6;
    public const int USmallInt = 7;
    public const int UInteger = 8;
    public const int UBigInt = 9;
    public const int Float = 10;
    public const int Double = 11;
    public const int Timestamp = 12;
    public const int Date = 13;
    public const int Time = 14;
    public const int Interval = 15;
    public const int HugeInt = 16;
    public const int Varchar = 17;
    public const int Decimal = 19;
    public const int TimestampS = 20;
    public const int TimestampMs = 21;
    public const int TimestampNs = 22;
    public const int Enum = 23;
    public const int List = 24;
    public const int Struct = 25;
    public const int Map = 26;
    public const int Uuid = 27;
    public const int TimestampTz = 31;
    public const int Null = 36;

    private const byte NumberDigits = 21;

    /// <summary>To be destroyed by whoever asks.</summary>
    public static nint Make(ColumnKind kind) => kind switch
    {
        ColumnKind.Number => DuckApi.CreateDecimalType(NumberDigits, Core.Values.Number.Places),
        ColumnKind.Whole => DuckApi.CreateLogicalType(BigInt),
        ColumnKind.Flag => DuckApi.CreateLogicalType(Boolean),
        ColumnKind.Instant => DuckApi.CreateLogicalType(TimestampTz),
        ColumnKind.Day => DuckApi.CreateLogicalType(Date),
        _ => DuckApi.CreateLogicalType(Varchar),
    };
}
