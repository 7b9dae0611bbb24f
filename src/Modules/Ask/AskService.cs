using System.Diagnostics.CodeAnalysis;
using Ciclo.Core;
using Ciclo.Core.Time;
using Ciclo.Data.Sql;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Ask.Parts;
using Ciclo.Modules.Ask.Views;

namespace Ciclo.Modules.Ask;

/// <summary>An answer, whole. <paramref name="IsCut"/>: there are more rows than are held.</summary>
public sealed record Answer(IReadOnlyList<ResultColumn> Columns, IReadOnlyList<object?[]> Rows, bool IsCut, long RowsRead, long TookMs);

/// <summary>What came of a question: an answer or why there is none.</summary>
internal readonly record struct Asked<T>(T? Value, AskError? Error)
    where T : class
{
    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Error))]
    public bool IsAnswered => Value is not null;
}

/// <summary>
/// Answers questions in SQL: each in a database of its own that knows our views and nothing else, within limits of time, memory, rows and number at one time.
/// Each is in the audit log, with the views that it read and never with its text, which may name people.
/// </summary>
internal sealed class AskService(DataHost host, AskOptions options)
{
    private int underWay;

    public static AskService Of(DataHost host) => host.Shared(owner => new AskService(owner, AskOptions.FromEnvironment));

    public AskOptions Options => options;

    /// <summary>Where the library lies; null where it is missing.</summary>
    public string? Library => Part.Duckdb.Find(host.Folder);

    public Task<Asked<Answer>> AskAsync(Asker asker, string sql, Actor by, CancellationToken cancellation) =>
        RunAsync(asker, sql, by, (rows, session, begun) =>
        {
            var found = new List<object?[]>();
            while (found.Count <= AskOptions.MostRows && rows.ReadChunk())
            {
                for (var row = 0; row < rows.Count && found.Count <= AskOptions.MostRows; row++)
                {
                    found.Add(Cells(rows, row));
                }
            }
            var isCut = found.Count > AskOptions.MostRows;
            return new Answer(rows.Columns, isCut ? found[..AskOptions.MostRows] : found, isCut, session.RowsRead, (long)host.Clock.GetElapsedTime(begun).TotalMilliseconds);
        }, answer => answer.Rows.Count, cancellation);

    /// <summary>Runs a question and lets the caller read its rows while they are made.</summary>
    /// <param name="read">Gets the rows, the session, and when the work began.</param>
    /// <param name="count">How many rows what was read holds, for the audit log.</param>
    public async Task<Asked<T>> RunAsync<T>(Asker asker, string sql, Actor by, Func<DuckRows, DuckSession, long, T> read, Func<T, long> count, CancellationToken cancellation)
        where T : class
    {
        if (Refuse(sql) is { } refusal)
        {
            return new(null, refusal);
        }
        try
        {
            if (Interlocked.Increment(ref underWay) > AskOptions.AtOnce)
            {
                return new(null, AskError.Busy);
            }
            var tables = AllViews.List.Select(view => new NotedTable(view.For(asker))).ToList();
            var begun = host.Clock.GetTimestamp();
            var asked = await Task.Factory.StartNew(() => Work(asker, sql, tables, begun, read, cancellation), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            var views = string.Join(' ', tables.Where(table => table.WasRead).Select(table => table.Name));
            var detail = asked.IsAnswered ? $"rows={count(asked.Value)}" : asked.Error.Code;
            await AuditLog.WriteAsync(host, new AuditEntry(asker.Engine.Id, by, AuditActions.Asked, views, detail), CancellationToken.None);
            cancellation.ThrowIfCancellationRequested();
            return asked;
        }
        finally
        {
            Interlocked.Decrement(ref underWay);
        }
    }

    private AskError? Refuse(string sql) =>
        string.IsNullOrWhiteSpace(sql) ? AskError.Empty : sql.Length > AskOptions.LongestSql ? AskError.TooLong : !SqlShape.Reads(sql) ? AskError.NotOneRead : Library is null ? AskError.NoPart(Part.Duckdb.Missing) : null;

    private Asked<T> Work<T>(Asker asker, string sql, IReadOnlyList<ITable> tables, long begun, Func<DuckRows, DuckSession, long, T> read, CancellationToken cancellation)
        where T : class
    {
        using var time = new CancellationTokenSource(TimeSpan.FromSeconds(options.Seconds), host.Clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancellation);
        try
        {
            DuckSession.Load(Library!);
            using var session = DuckSession.Open(new DuckLimits(options.MemoryMb, Environment.ProcessorCount), asker.Engine.Rules.Zone.Id, tables);
            // Before the session: what interrupts must be over when it is closed.
            using var interrupt = stop.Token.Register(session.Interrupt);
            using var rows = session.Ask(sql);
            return new(read(rows, session, begun), null);
        }
        catch (NotOneReadException)
        {
            return new(null, AskError.NotOneRead);
        }
        catch (SqlRefusedException) when (stop.IsCancellationRequested)
        {
            return new(null, AskError.TooSlow(options.Seconds));
        }
        catch (SqlRefusedException refused)
        {
            return new(null, SqlMessage.Read(refused.Message, sql, options));
        }
        catch (Exception broken) when (broken is DllNotFoundException or BadImageFormatException or EntryPointNotFoundException)
        {
            return new(null, AskError.NoPart(new Text($"The library {Library} cannot be used: {broken.Message}", $"La biblioteca {Library} no se puede usar: {broken.Message}")));
        }
    }

    internal static object?[] Cells(DuckRows rows, int row)
    {
        var cells = new object?[rows.Columns.Count];
        for (var i = 0; i < cells.Length; i++)
        {
            cells[i] = rows.Cell(row, i);
        }
        return cells;
    }

    /// <summary>A table that notes whether it was looked at: DESCRIBE and planning open it too.</summary>
    private sealed class NotedTable(ITable table) : ITable
    {
        private bool isPlanned;

        public bool WasRead { get; private set; }

        public string Name => table.Name;

        public bool HasRange => table.HasRange;

        public bool HasProperties => table.HasProperties;

        public ITableScan Open(TableArguments arguments)
        {
            // The first opening is our own: the view over it is made when the session begins.
            (WasRead, isPlanned) = (isPlanned, true);
            return table.Open(arguments);
        }
    }
}
