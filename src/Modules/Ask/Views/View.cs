using Ciclo.Core;
using Ciclo.Data.Sql;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;

namespace Ciclo.Modules.Ask.Views;

/// <summary>
/// A column as people read of it. Whoever may not read people finds null in a personal one; one that repeats others is left out of files.
/// </summary>
internal sealed record ViewColumn(string Name, ColumnKind Kind, Text Says, bool IsPersonal = false, bool RepeatsOthers = false, bool IsJson = false)
{
    public string Type => Kind.SqlName();
}

/// <summary>A question to begin with, in both languages.</summary>
internal sealed record Example(Text Asks, string Sql);

/// <summary>Who asks, in which workspace.</summary>
internal sealed record Asker(DataHost Host, WorkspaceEngine Engine, bool MaySeePeople, Language Language);

/// <summary>
/// One view of the data: what it is called, what its rows and columns mean, and who makes its rows. The one place from which the page, the guide, DuckDB's
/// DESCRIBE and exports know it.
/// </summary>
internal abstract class View
{
    public abstract string Name { get; }

    public abstract Text Says { get; }

    public abstract IReadOnlyList<ViewColumn> Columns { get; }

    public abstract IReadOnlyList<Example> Examples { get; }

    /// <summary>Whether it can be asked `since` an instant and `until` another; then its first column is the time.</summary>
    public virtual bool HasRange => false;

    public virtual bool HasProperties => false;

    /// <summary>Begins a reading of it.</summary>
    public abstract ITableScan Open(Asker asker, TableArguments arguments);

    /// <summary>The view for whoever asks.</summary>
    public ITable For(Asker asker) => new Bound(this, asker);

    /// <summary>Which columns are kept from the asker.</summary>
    protected static bool[] Hidden(Asker asker, IEnumerable<ViewColumn> columns) => [.. columns.Select(column => column.IsPersonal && !asker.MaySeePeople)];

    protected static TableColumn[] Shapes(IEnumerable<ViewColumn> columns) => [.. columns.Select(column => new TableColumn(column.Name, column.Kind))];

    private sealed class Bound(View view, Asker asker) : ITable
    {
        public string Name => view.Name;

        public bool HasRange => view.HasRange;

        public bool HasProperties => view.HasProperties;

        public ITableScan Open(TableArguments arguments) => view.Open(asker, arguments);
    }
}

/// <summary>A view whose rows belong to people: each thread makes the rows of one person after the other.</summary>
internal abstract class PeopleView : View
{
    public sealed override ITableScan Open(Asker asker, TableArguments arguments)
    {
        var columns = ColumnsFor(asker, arguments);
        return new PeopleScan(asker, Shapes(columns), Hidden(asker, columns), Prepare(asker, arguments));
    }

    /// <summary>The view's columns, and those that were asked for.</summary>
    protected virtual IReadOnlyList<ViewColumn> ColumnsFor(Asker asker, TableArguments arguments) => Columns;

    /// <summary>Answers what makes the rows of one thread.</summary>
    protected abstract Func<bool[], RowMaker> Prepare(Asker asker, TableArguments arguments);
}
