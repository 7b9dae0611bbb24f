using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Ciclo.Data.Sql;

/// <summary>Offers a table to DuckDB as a table function: only the columns that a query looks at are made, in vectors that DuckDB reads as they are.</summary>
internal sealed unsafe class DuckTable(ITable table, Action<int> count)
{
    private const string Since = "since";
    private const string Until = "until";
    private const string Properties = "properties";

    /// <summary>A query's use of the table, from its planning on.</summary>
    private sealed record Bound(ITableScan Scan, Action<int> Count);

    private sealed record Reading(ITableReader Reader, VectorBatch Batch, Action<int> Count);

    public void Register(nint connection)
    {
        var function = DuckApi.CreateTableFunction();
        DuckApi.SetFunctionName(function, table.Name);
        if (table.HasRange)
        {
            AddParameter(function, Since, DuckTypes.TimestampTz);
            AddParameter(function, Until, DuckTypes.TimestampTz);
        }
        if (table.HasProperties)
        {
            var text = DuckApi.CreateLogicalType(DuckTypes.Varchar);
            var list = DuckApi.CreateListType(text);
            DuckApi.AddNamedParameter(function, Properties, list);
            DuckApi.DestroyLogicalType(ref list);
            DuckApi.DestroyLogicalType(ref text);
        }
        DuckApi.SetExtraInfo(function, HandleOf(this), &Delete);
        DuckApi.SetBind(function, &Bind);
        DuckApi.SetInit(function, &Init);
        DuckApi.SetLocalInit(function, &InitThread);
        DuckApi.SetFunction(function, &Main);
        DuckApi.SupportsProjectionPushdown(function, 1);
        var state = DuckApi.RegisterTableFunction(connection, function);
        DuckApi.DestroyTableFunction(ref function);
        if (state != 0)
        {
            throw new InvalidOperationException($"DuckDB does not take the table {table.Name}.");
        }
    }

    private static void AddParameter(nint function, string name, int type)
    {
        var made = DuckApi.CreateLogicalType(type);
        DuckApi.AddNamedParameter(function, name, made);
        DuckApi.DestroyLogicalType(ref made);
    }

    private static nint HandleOf(object target) => GCHandle.ToIntPtr(GCHandle.Alloc(target));

    private static T Target<T>(nint handle) => (T)GCHandle.FromIntPtr(handle).Target!;

    [UnmanagedCallersOnly]
    private static void Delete(nint handle)
    {
        var known = GCHandle.FromIntPtr(handle);
        (known.Target as Reading)?.Reader.Dispose();
        known.Free();
    }

    // Nothing may be thrown through DuckDB's frames: each of these ends with an error that it is told of.
    [UnmanagedCallersOnly]
    private static void Bind(nint info)
    {
        try
        {
            var own = Target<DuckTable>(DuckApi.BindExtraInfo(info));
            var scan = own.Open(info);
            foreach (var column in scan.Columns)
            {
                var type = DuckTypes.Make(column.Kind);
                DuckApi.BindAddColumn(info, column.Name, type);
                DuckApi.DestroyLogicalType(ref type);
            }
            DuckApi.BindSetCardinality(info, (ulong)Math.Max(0, scan.Estimate), 0);
            DuckApi.BindSetData(info, HandleOf(new Bound(scan, own.Count)), &Delete);
        }
        catch (Exception failure)
        {
            DuckApi.BindSetError(info, failure.Message);
        }
    }

    private Action<int> Count => count;

    private ITableScan Open(nint info) => table.Open(new TableArguments(
        table.HasRange ? Instant(info, Since) : null, table.HasRange ? Instant(info, Until) : null, table.HasProperties ? Texts(info) : null));

    private static long? Instant(nint info, string name)
    {
        var value = DuckApi.BindNamedParameter(info, name);
        if (value == 0)
        {
            return null;
        }
        try
        {
            return DuckApi.IsNull(value) != 0 ? null : Math.DivRem(DuckApi.GetTimestampTz(value), 1_000) is var (ms, rest) && rest > 0 ? ms + 1 : ms;
        }
        finally
        {
            DuckApi.DestroyValue(ref value);
        }
    }

    private static List<string> Texts(nint info)
    {
        var found = new List<string>();
        var list = DuckApi.BindNamedParameter(info, Properties);
        if (list == 0)
        {
            return found;
        }
        for (ulong i = 0; i < DuckApi.GetListSize(list); i++)
        {
            var child = DuckApi.GetListChild(list, i);
            var text = DuckApi.GetVarchar(child);
            found.Add(DuckApi.Text(text));
            DuckApi.Free(text);
            DuckApi.DestroyValue(ref child);
        }
        DuckApi.DestroyValue(ref list);
        return found;
    }

    [UnmanagedCallersOnly]
    private static void Init(nint info) => DuckApi.InitSetMaxThreads(info, (ulong)Environment.ProcessorCount);

    [UnmanagedCallersOnly]
    private static void InitThread(nint info)
    {
        try
        {
            var bound = Target<Bound>(DuckApi.InitBindData(info));
            var columns = new int[bound.Scan.Columns.Count];
            Array.Fill(columns, -1);
            for (ulong i = 0; i < DuckApi.InitColumnCount(info); i++)
            {
                // A query that only counts asks for a column that no table has.
                if (DuckApi.InitColumnIndex(info, i) is var column && column < (ulong)columns.Length)
                {
                    columns[column] = (int)i;
                }
            }
            var reader = bound.Scan.Reader(Array.ConvertAll(columns, place => place >= 0));
            DuckApi.InitSetData(info, HandleOf(new Reading(reader, new VectorBatch(columns), bound.Count)), &Delete);
        }
        catch (Exception failure)
        {
            DuckApi.InitSetError(info, failure.Message);
        }
    }

    [UnmanagedCallersOnly]
    private static void Main(nint info, nint chunk)
    {
        try
        {
            var reading = Target<Reading>(DuckApi.FunctionLocalInitData(info));
            reading.Batch.Begin(chunk);
            reading.Reader.Read(reading.Batch);
            reading.Count(reading.Batch.Count);
            DuckApi.SetChunkSize(chunk, (ulong)reading.Batch.Count);
        }
        catch (Exception failure)
        {
            DuckApi.FunctionSetError(info, failure.Message);
        }
    }
}

/// <summary>Writes rows into the vectors of a chunk.</summary>
/// <param name="places">By column of the table: the column of the chunk, or -1.</param>
internal sealed unsafe class VectorBatch(int[] places) : RowBatch
{
    private const int Inline = 12;
    private const int TextBytes = 16;

    private readonly nint[] vectors = new nint[places.Length];
    private readonly nint[] data = new nint[places.Length];
    private readonly nint[] validity = new nint[places.Length];

    public void Begin(nint chunk)
    {
        Clear();
        for (var i = 0; i < places.Length; i++)
        {
            if (places[i] >= 0)
            {
                vectors[i] = DuckApi.ChunkVector(chunk, (ulong)places[i]);
                data[i] = (nint)DuckApi.VectorData(vectors[i]);
                validity[i] = 0;
            }
        }
    }

    public override bool Wants(int column) => places[column] >= 0;

    public override void Null(int column)
    {
        if (places[column] < 0)
        {
            return;
        }
        if (validity[column] == 0)
        {
            DuckApi.EnsureValidityWritable(vectors[column]);
            validity[column] = (nint)DuckApi.VectorValidity(vectors[column]);
        }
        ((ulong*)validity[column])[Count >> 6] &= ~(1UL << (Count & 63));
    }

    public override void Text(int column, ReadOnlySpan<byte> utf8)
    {
        if (places[column] < 0)
        {
            return;
        }
        if (utf8.Length <= Inline)
        {
            // A short text stands in the vector itself, with zeros behind it.
            var cell = new Span<byte>((byte*)data[column] + (Count * TextBytes), TextBytes);
            cell.Clear();
            cell[0] = (byte)utf8.Length;
            utf8.CopyTo(cell[sizeof(uint)..]);
            return;
        }
        fixed (byte* text = utf8)
        {
            DuckApi.AssignString(vectors[column], (ulong)Count, text, (ulong)utf8.Length);
        }
    }

    public override void Whole(int column, long value) => Set(column, value);

    public override void Number(int column, Int128 micros)
    {
        if (places[column] >= 0)
        {
            Unsafe.WriteUnaligned((byte*)data[column] + (Count * 16), micros);
        }
    }

    public override void Flag(int column, bool value)
    {
        if (places[column] >= 0)
        {
            ((byte*)data[column])[Count] = value ? (byte)1 : (byte)0;
        }
    }

    public override void Instant(int column, long ms) => Set(column, ms * 1_000);

    public override void Day(int column, int day)
    {
        if (places[column] >= 0)
        {
            ((int*)data[column])[Count] = day;
        }
    }

    private void Set(int column, long value)
    {
        if (places[column] >= 0)
        {
            ((long*)data[column])[Count] = value;
        }
    }
}
