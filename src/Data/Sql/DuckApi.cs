using System.Reflection;
using System.Runtime.InteropServices;

// The resolver finds the one library that lies elsewhere; all others are searched for where nobody but the system writes.
[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]

namespace Ciclo.Data.Sql;

/// <summary>A result as DuckDB's C API hands it over: only the last field means anything.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct DuckResultHandle
{
    private readonly nint columnCount;
    private readonly nint rowCount;
    private readonly nint rowsChanged;
    private readonly nint columns;
    private readonly nint errorMessage;
    private readonly nint data;
}

/// <summary>
/// The part of DuckDB's C API that is used, in its own names without the prefix. The library is no part of the program: <see cref="Use"/> says where it lies,
/// before anything else is called.
/// </summary>
internal static unsafe class DuckApi
{
    private const string Library = "duckdb";

    private static readonly Lock Gate = new();
    private static nint loaded;

    /// <summary>Loads the library of a file, once for the process; throws <see cref="DllNotFoundException"/> or <see cref="BadImageFormatException"/> if it is none for this machine.</summary>
    public static void Use(string path)
    {
        lock (Gate)
        {
            if (loaded == 0)
            {
                loaded = NativeLibrary.Load(path);
                NativeLibrary.SetDllImportResolver(Assembly.GetExecutingAssembly(), static (name, _, _) => name == Library ? loaded : 0);
            }
        }
    }

    public static string Text(nint utf8) => Marshal.PtrToStringUTF8(utf8) ?? "";

    [DllImport(Library, EntryPoint = "duckdb_library_version")]
    public static extern nint LibraryVersion();

    [DllImport(Library, EntryPoint = "duckdb_create_config")]
    public static extern int CreateConfig(out nint config);

    [DllImport(Library, EntryPoint = "duckdb_set_config", BestFitMapping = false, ThrowOnUnmappableChar = true)]
    public static extern int SetConfig(nint config, [MarshalAs(UnmanagedType.LPUTF8Str)] string name, [MarshalAs(UnmanagedType.LPUTF8Str)] string value);

    [DllImport(Library, EntryPoint = "duckdb_destroy_config")]
    public static extern void DestroyConfig(ref nint config);

    [DllImport(Library, EntryPoint = "duckdb_open_ext", BestFitMapping = false, ThrowOnUnmappableChar = true)]
    public static extern int OpenExt([MarshalAs(UnmanagedType.LPUTF8Str)] string path, out nint database, nint config, out nint error);

    [DllImport(Library, EntryPoint = "duckdb_close")]
    public static extern void Close(ref nint database);

    [DllImport(Library, EntryPoint = "duckdb_connect")]
    public static extern int Connect(nint database, out nint connection);

    [DllImport(Library, EntryPoint = "duckdb_disconnect")]
    public static extern void Disconnect(ref nint connection);

    [DllImport(Library, EntryPoint = "duckdb_interrupt")]
    public static extern void Interrupt(nint connection);

    [DllImport(Library, EntryPoint = "duckdb_free")]
    public static extern void Free(nint pointer);

    [DllImport(Library, EntryPoint = "duckdb_extract_statements", BestFitMapping = false, ThrowOnUnmappableChar = true)]
    public static extern ulong ExtractStatements(nint connection, [MarshalAs(UnmanagedType.LPUTF8Str)] string sql, out nint statements);

    [DllImport(Library, EntryPoint = "duckdb_extract_statements_error")]
    public static extern nint ExtractStatementsError(nint statements);

    [DllImport(Library, EntryPoint = "duckdb_destroy_extracted")]
    public static extern void DestroyExtracted(ref nint statements);

    [DllImport(Library, EntryPoint = "duckdb_prepare_extracted_statement")]
    public static extern int PrepareExtracted(nint connection, nint statements, ulong index, out nint prepared);

    [DllImport(Library, EntryPoint = "duckdb_prepare_error")]
    public static extern nint PrepareError(nint prepared);

    [DllImport(Library, EntryPoint = "duckdb_prepared_statement_type")]
    public static extern int PreparedType(nint prepared);

    [DllImport(Library, EntryPoint = "duckdb_nparams")]
    public static extern ulong ParameterCount(nint prepared);

    [DllImport(Library, EntryPoint = "duckdb_destroy_prepare")]
    public static extern void DestroyPrepare(ref nint prepared);

    [DllImport(Library, EntryPoint = "duckdb_execute_prepared_streaming")]
    public static extern int ExecuteStreaming(nint prepared, out DuckResultHandle result);

    [DllImport(Library, EntryPoint = "duckdb_destroy_result")]
    public static extern void DestroyResult(ref DuckResultHandle result);

    [DllImport(Library, EntryPoint = "duckdb_result_error")]
    public static extern nint ResultError(ref DuckResultHandle result);

    [DllImport(Library, EntryPoint = "duckdb_column_count")]
    public static extern ulong ColumnCount(ref DuckResultHandle result);

    [DllImport(Library, EntryPoint = "duckdb_column_name")]
    public static extern nint ColumnName(ref DuckResultHandle result, ulong column);

    [DllImport(Library, EntryPoint = "duckdb_column_logical_type")]
    public static extern nint ColumnLogicalType(ref DuckResultHandle result, ulong column);

    [DllImport(Library, EntryPoint = "duckdb_fetch_chunk")]
    public static extern nint FetchChunk(DuckResultHandle result);

    [DllImport(Library, EntryPoint = "duckdb_data_chunk_get_size")]
    public static extern ulong ChunkSize(nint chunk);

    [DllImport(Library, EntryPoint = "duckdb_data_chunk_set_size")]
    public static extern void SetChunkSize(nint chunk, ulong size);

    [DllImport(Library, EntryPoint = "duckdb_data_chunk_get_vector")]
    public static extern nint ChunkVector(nint chunk, ulong column);

    [DllImport(Library, EntryPoint = "duckdb_destroy_data_chunk")]
    public static extern void DestroyChunk(ref nint chunk);

    [DllImport(Library, EntryPoint = "duckdb_vector_get_data")]
    public static extern byte* VectorData(nint vector);

    [DllImport(Library, EntryPoint = "duckdb_vector_get_validity")]
    public static extern ulong* VectorValidity(nint vector);

    [DllImport(Library, EntryPoint = "duckdb_vector_ensure_validity_writable")]
    public static extern void EnsureValidityWritable(nint vector);

    [DllImport(Library, EntryPoint = "duckdb_vector_assign_string_element_len")]
    public static extern void AssignString(nint vector, ulong row, byte* text, ulong length);

    [DllImport(Library, EntryPoint = "duckdb_list_vector_get_child")]
    public static extern nint ListChild(nint vector);

    [DllImport(Library, EntryPoint = "duckdb_struct_vector_get_child")]
    public static extern nint StructChild(nint vector, ulong index);

    [DllImport(Library, EntryPoint = "duckdb_create_logical_type")]
    public static extern nint CreateLogicalType(int type);

    [DllImport(Library, EntryPoint = "duckdb_create_decimal_type")]
    public static extern nint CreateDecimalType(byte width, byte scale);

    [DllImport(Library, EntryPoint = "duckdb_create_list_type")]
    public static extern nint CreateListType(nint type);

    [DllImport(Library, EntryPoint = "duckdb_destroy_logical_type")]
    public static extern void DestroyLogicalType(ref nint type);

    [DllImport(Library, EntryPoint = "duckdb_get_type_id")]
    public static extern int TypeId(nint type);

    [DllImport(Library, EntryPoint = "duckdb_decimal_width")]
    public static extern byte DecimalWidth(nint type);

    [DllImport(Library, EntryPoint = "duckdb_decimal_scale")]
    public static extern byte DecimalScale(nint type);

    [DllImport(Library, EntryPoint = "duckdb_decimal_internal_type")]
    public static extern int DecimalInternalType(nint type);

    [DllImport(Library, EntryPoint = "duckdb_enum_internal_type")]
    public static extern int EnumInternalType(nint type);

    [DllImport(Library, EntryPoint = "duckdb_enum_dictionary_value")]
    public static extern nint EnumValue(nint type, ulong index);

    [DllImport(Library, EntryPoint = "duckdb_list_type_child_type")]
    public static extern nint ListChildType(nint type);

    [DllImport(Library, EntryPoint = "duckdb_struct_type_child_count")]
    public static extern ulong StructChildCount(nint type);

    [DllImport(Library, EntryPoint = "duckdb_struct_type_child_name")]
    public static extern nint StructChildName(nint type, ulong index);

    [DllImport(Library, EntryPoint = "duckdb_struct_type_child_type")]
    public static extern nint StructChildType(nint type, ulong index);

    [DllImport(Library, EntryPoint = "duckdb_create_table_function")]
    public static extern nint CreateTableFunction();

    [DllImport(Library, EntryPoint = "duckdb_destroy_table_function")]
    public static extern void DestroyTableFunction(ref nint function);

    [DllImport(Library, EntryPoint = "duckdb_table_function_set_name", BestFitMapping = false, ThrowOnUnmappableChar = true)]
    public static extern void SetFunctionName(nint function, [MarshalAs(UnmanagedType.LPUTF8Str)] string name);

    [DllImport(Library, EntryPoint = "duckdb_table_function_add_named_parameter", BestFitMapping = false, ThrowOnUnmappableChar = true)]
    public static extern void AddNamedParameter(nint function, [MarshalAs(UnmanagedType.LPUTF8Str)] string name, nint type);

    [DllImport(Library, EntryPoint = "duckdb_table_function_set_extra_info")]
    public static extern void SetExtraInfo(nint function, nint data, delegate* unmanaged<nint, void> delete);

    [DllImport(Library, EntryPoint = "duckdb_table_function_set_bind")]
    public static extern void SetBind(nint function, delegate* unmanaged<nint, void> bind);

    [DllImport(Library, EntryPoint = "duckdb_table_function_set_init")]
    public static extern void SetInit(nint function, delegate* unmanaged<nint, void> init);

    [DllImport(Library, EntryPoint = "duckdb_table_function_set_local_init")]
    public static extern void SetLocalInit(nint function, delegate* unmanaged<nint, void> init);

    [DllImport(Library, EntryPoint = "duckdb_table_function_set_function")]
    public static extern void SetFunction(nint function, delegate* unmanaged<nint, nint, void> main);

    [DllImport(Library, EntryPoint = "duckdb_table_function_supports_projection_pushdown")]
    public static extern void SupportsProjectionPushdown(nint function, byte doesSo);

    [DllImport(Library, EntryPoint = "duckdb_register_table_function")]
    public static extern int RegisterTableFunction(nint connection, nint function);

    [DllImport(Library, EntryPoint = "duckdb_bind_get_extra_info")]
    public static extern nint BindExtraInfo(nint info);

    [DllImport(Library, EntryPoint = "duckdb_bind_get_named_parameter", BestFitMapping = false, ThrowOnUnmappableChar = true)]
    public static extern nint BindNamedParameter(nint info, [MarshalAs(UnmanagedType.LPUTF8Str)] string name);

    [DllImport(Library, EntryPoint = "duckdb_bind_add_result_column", BestFitMapping = false, ThrowOnUnmappableChar = true)]
    public static extern void BindAddColumn(nint info, [MarshalAs(UnmanagedType.LPUTF8Str)] string name, nint type);

    [DllImport(Library, EntryPoint = "duckdb_bind_set_bind_data")]
    public static extern void BindSetData(nint info, nint data, delegate* unmanaged<nint, void> delete);

    [DllImport(Library, EntryPoint = "duckdb_bind_set_cardinality")]
    public static extern void BindSetCardinality(nint info, ulong rows, byte isExact);

    [DllImport(Library, EntryPoint = "duckdb_bind_set_error", BestFitMapping = false, ThrowOnUnmappableChar = true)]
    public static extern void BindSetError(nint info, [MarshalAs(UnmanagedType.LPUTF8Str)] string message);

    [DllImport(Library, EntryPoint = "duckdb_init_get_bind_data")]
    public static extern nint InitBindData(nint info);

    [DllImport(Library, EntryPoint = "duckdb_init_get_column_count")]
    public static extern ulong InitColumnCount(nint info);

    [DllImport(Library, EntryPoint = "duckdb_init_get_column_index")]
    public static extern ulong InitColumnIndex(nint info, ulong column);

    [DllImport(Library, EntryPoint = "duckdb_init_set_init_data")]
    public static extern void InitSetData(nint info, nint data, delegate* unmanaged<nint, void> delete);

    [DllImport(Library, EntryPoint = "duckdb_init_set_max_threads")]
    public static extern void InitSetMaxThreads(nint info, ulong threads);

    [DllImport(Library, EntryPoint = "duckdb_init_set_error", BestFitMapping = false, ThrowOnUnmappableChar = true)]
    public static extern void InitSetError(nint info, [MarshalAs(UnmanagedType.LPUTF8Str)] string message);

    [DllImport(Library, EntryPoint = "duckdb_function_get_init_data")]
    public static extern nint FunctionInitData(nint info);

    [DllImport(Library, EntryPoint = "duckdb_function_get_local_init_data")]
    public static extern nint FunctionLocalInitData(nint info);

    [DllImport(Library, EntryPoint = "duckdb_function_set_error", BestFitMapping = false, ThrowOnUnmappableChar = true)]
    public static extern void FunctionSetError(nint info, [MarshalAs(UnmanagedType.LPUTF8Str)] string message);

    [DllImport(Library, EntryPoint = "duckdb_is_null_value")]
    public static extern byte IsNull(nint value);

    [DllImport(Library, EntryPoint = "duckdb_get_varchar")]
    public static extern nint GetVarchar(nint value);

    [DllImport(Library, EntryPoint = "duckdb_get_timestamp_tz")]
    public static extern long GetTimestampTz(nint value);

    [DllImport(Library, EntryPoint = "duckdb_get_list_size")]
    public static extern ulong GetListSize(nint value);

    [DllImport(Library, EntryPoint = "duckdb_get_list_child")]
    public static extern nint GetListChild(nint value, ulong index);

    [DllImport(Library, EntryPoint = "duckdb_destroy_value")]
    public static extern void DestroyValue(ref nint value);
}
