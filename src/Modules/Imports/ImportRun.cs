using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using Ciclo.Core;
using Ciclo.Core.Events;
using Ciclo.Data.Journal;

namespace Ciclo.Modules.Imports;

/// <summary>
/// One file on its way: each row is read, skipped, rejected, or made into events; those of a row or group go together or not at all.
/// The caller drains <see cref="Staged"/> after each step.
/// </summary>
internal sealed class ImportRun : IDisposable
{
    private readonly OpenedFile file;
    private readonly ImportPlan plan;
    private readonly ImportOptions options;
    private readonly RowScope scope;
    private readonly EventBuilder builder;
    private readonly RowGroups groups;
    private readonly List<Row> groupRows = [];
    private readonly long[] instants;
    private readonly bool needsContentKey;
    private readonly Dictionary<UInt128, int> numbersOfEqual = [];
    private readonly ArrayBufferWriter<byte> text = new();
    private readonly ArrayBufferWriter<byte> contents = new();
    private readonly RejectsFile? rejectsFile;
    private readonly string rejectSource;

    internal ImportRun(OpenedFile file, ImportPlan plan, ImportOptions options, uint importId)
    {
        this.file = file;
        this.plan = plan;
        this.options = options;
        scope = new RowScope(plan.Columns, plan.Types, plan.Aggregates, file.Numbers, plan.Map.Format == FileFormat.JsonLines);
        builder = new EventBuilder(new EventOrigin(Encoding.UTF8.GetBytes(plan.Map.Source), importId, options.Now, plan.Map.ReplacesChanged, options.IsSystem));
        groups = new RowGroups(plan.Times.Count);
        instants = new long[plan.Times.Count];
        needsContentKey = plan.Emits.Any(emit => !emit.HasKey);
        rejectsFile = options.RejectsTo is null ? null : new RejectsFile(options.RejectsTo, options.Language);
        rejectSource = $"import:{importId}";
    }

    internal long Rows { get; private set; }

    internal long Skipped { get; private set; }

    internal long Rejected { get; private set; }

    internal List<ImportReject> Rejects { get; } = [];

    /// <summary>Event records made and not yet taken.</summary>
    internal StagedRecords Staged { get; } = new();

    /// <summary>Rejected rows not yet taken.</summary>
    internal List<RejectedItem> StagedRejects { get; } = [];

    public void Dispose() => builder.Dispose();

    /// <summary>Takes one row of the file; false at its end.</summary>
    internal bool Step()
    {
        switch (file.Read())
        {
            case ReadState.End:
                return false;
            case ReadState.Broken:
                Rows++;
                Reject(file.Line, file.Fault, file.BrokenText);
                return true;
            default:
                Rows++;
                TakeRow(file.Row);
                return true;
        }
    }

    /// <summary>After the file's end: the groups, one after the other.</summary>
    internal IEnumerable<int> Groups => groups.Ends;

    internal void StepGroup(int end)
    {
        groups.StepTo(end);
        var fault = EmitGroup();
        if (fault.IsNone)
        {
            return;
        }
        foreach (var row in groupRows)
        {
            Reject(row, fault);
        }
    }

    internal void Finish() => rejectsFile?.Flush();

    private void TakeRow(in Row row)
    {
        scope.Row = row;
        scope.ClearFault();
        if (plan.Skip is not null && scope.Holds(plan.Skip))
        {
            Skipped++;
            return;
        }
        CheckCells();
        ReadInstants();
        if (scope.Fault.IsNone && plan.GroupBy >= 0)
        {
            AddToGroup(row);
        }
        var fault = scope.Fault;
        if (fault.IsNone && plan.GroupBy < 0)
        {
            fault = EmitRow(row);
        }
        if (!fault.IsNone)
        {
            Reject(row, fault);
        }
    }

    private void CheckCells()
    {
        foreach (var column in plan.CheckedColumns)
        {
            scope.Cell(column);
        }
    }

    private void ReadInstants()
    {
        for (var i = 0; i < instants.Length && scope.Fault.IsNone; i++)
        {
            var reader = plan.Times[i];
            var cell = scope.TextOf(reader.Column).Trim(" \t\r\n"u8);
            if (cell.IsEmpty)
            {
                scope.Fail(RowFaultCode.NoTime, reader.Column);
            }
            else if (!reader.TryRead(cell, out instants[i]))
            {
                scope.Fail(RowFaultCode.BadTime, reader.Column);
            }
        }
    }

    private void AddToGroup(in Row row)
    {
        var key = scope.TextOf(plan.GroupBy).Trim(" \t\r\n"u8);
        if (key.IsEmpty)
        {
            scope.Fail(RowFaultCode.NoGroup, plan.GroupBy);
            return;
        }
        groups.Add(Hash.Of(key), row, instants);
        if (groups.IsTooLarge)
        {
            throw new ImportFailedException(new Text(
                $"More than {HeldRows.MaxBytes >> 30} GiB of rows to group. Cut the file into several, between groups, and import one after the other.",
                $"Más de {HeldRows.MaxBytes >> 30} GiB de filas por agrupar. Corta el archivo en varios, entre grupos, e impórtalos uno tras otro."));
        }
    }

    private RowFault EmitRow(in Row row)
    {
        Span<byte> key = stackalloc byte[48];
        var length = needsContentKey ? ContentKey(key, Hash.Of(row.Content)) : 0;
        Staged.Begin();
        foreach (var emit in plan.Emits)
        {
            var fault = builder.Write(emit, scope, emit.Time < 0 ? null : instants[emit.Time], key[..length], Staged.Output);
            if (!fault.IsNone)
            {
                Staged.TakeBack();
                return fault;
            }
            Staged.End();
        }
        return default;
    }

    private RowFault EmitGroup()
    {
        Span<byte> key = stackalloc byte[48];
        Staged.Begin();
        foreach (var emit in plan.Emits)
        {
            var happenedAt = groups.Order(emit.Time, groupRows);
            scope.Group = groupRows;
            scope.Row = groupRows[0];
            var length = emit.HasKey ? 0 : ContentKey(key, HashOfGroup());
            var fault = builder.Write(emit, scope, happenedAt, key[..length], Staged.Output);
            if (!fault.IsNone)
            {
                Staged.TakeBack();
                return fault;
            }
            Staged.End();
        }
        return default;
    }

    private UInt128 HashOfGroup()
    {
        contents.ResetWrittenCount();
        foreach (var row in groupRows)
        {
            contents.Write(row.Content);
            contents.Write([(byte)0x1e]);
        }
        return Hash.Of(contents.WrittenSpan);
    }

    /// <summary>Groups differ in the value they are grouped by; so only single rows can be equal.</summary>
    private int ContentKey(Span<byte> destination, UInt128 hash)
    {
        var number = 1;
        if (plan.GroupBy < 0)
        {
            ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(numbersOfEqual, hash, out _);
            number = ++count;
        }
        return MessageKeys.WriteContentKey(destination, hash, number);
    }

    private void Reject(in Row row, RowFault fault) => Reject(row.Line, fault, RowText.Of(row, file.Delimiter, text));

    private void Reject(long line, RowFault fault, ReadOnlySpan<byte> rowText)
    {
        Rejected++;
        rejectsFile?.Write(line, fault, rowText);
        if (Rejects.Count < options.Listed)
        {
            var shown = Encoding.UTF8.GetString(rowText[..Math.Min(rowText.Length, 4_000)]);
            Rejects.Add(new ImportReject(line, fault.Reason, fault.Detail, shown.Length > 1_000 ? shown[..1_000] : shown));
        }
        if (!options.IsDryRun)
        {
            var kept = rowText[..Math.Min(rowText.Length, RejectedItem.MaxKept)].ToArray();
            StagedRejects.Add(new RejectedItem(options.Now, fault.Reason, $"line {line}: {fault.Detail.En}", rejectSource, kept, rowText.Length));
        }
    }
}

/// <summary>Records one behind the other, in groups that can be taken back whole.</summary>
internal sealed class StagedRecords
{
    private readonly ArrayBufferWriter<byte> bytes = new(65_536);
    private readonly List<int> ends = [];
    private int begunAt;

    internal IBufferWriter<byte> Output => bytes;

    internal int Count => ends.Count;

    internal ReadOnlySpan<byte> this[int index] => bytes.WrittenSpan[(index == 0 ? 0 : ends[index - 1])..ends[index]];

    internal void Begin() => begunAt = ends.Count;

    internal void End() => ends.Add(bytes.WrittenCount);

    /// <summary>Takes back what was ended since <see cref="Begin"/>. Its bytes stay in the way: call <see cref="Clear"/> before the next Begin.</summary>
    internal void TakeBack() => ends.RemoveRange(begunAt, ends.Count - begunAt);

    internal void Clear()
    {
        bytes.ResetWrittenCount();
        ends.Clear();
    }
}
