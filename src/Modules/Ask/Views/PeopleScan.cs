using Ciclo.Core;
using Ciclo.Core.Events;
using Ciclo.Core.Identity;
using Ciclo.Data.Sql;
using Ciclo.Engine.Runtime;

namespace Ciclo.Modules.Ask.Views;

/// <summary>One thread's making of rows, a person at a time.</summary>
internal abstract class RowMaker
{
    private readonly byte[] publicId = new byte[PublicIds.Length];

    /// <summary>Whether it looks at events; a maker that does not gets a person without them.</summary>
    public virtual bool ReadsEvents => true;

    /// <summary>The property paths that it reads, by their indexes in <see cref="ProfileEvents.Paths"/>.</summary>
    public virtual IReadOnlyList<string> Paths => [];

    /// <summary>As <see cref="IHistoryFold.CodeOf"/>.</summary>
    public virtual int CodeOf(EventKind kind, string name) => 0;

    /// <summary>Whether a person without any event that it looks at has rows.</summary>
    public virtual bool WantsPeopleWithoutEvents => !ReadsEvents;

    /// <summary>The person's rows are made from here on; answers how many.</summary>
    public abstract int Begin(in ProfileEvents person);

    /// <summary>Writes a row of the person.</summary>
    public abstract void Write(in ProfileEvents person, int row, RowBatch into);

    /// <summary>The public id of the person.</summary>
    protected ReadOnlySpan<byte> PublicId(in ProfileEvents person)
    {
        person.State.Staged.Identity.WritePublicId(person.Profile, publicId);
        return publicId;
    }
}

/// <summary>
/// Reads all people, some at a time, by as many threads as ask. Between two batches the engine goes on; who is joined with somebody meanwhile may be met on
/// either side of it. Where everything is staged anew meanwhile, the reading breaks off.
/// </summary>
internal sealed class PeopleScan : ITableScan
{
    /// <summary>Neighbours lie beside each other in the history, so a thread takes some at once.</summary>
    private const int PeopleAtOnce = 128;

    /// <summary>How many people without rows are passed before the engine has a turn.</summary>
    private const int LongestTurn = 16_384;

    private readonly Asker asker;
    private readonly bool[] hidden;
    private readonly Func<bool[], RowMaker> make;
    private readonly Staged staged;
    private int next;

    public PeopleScan(Asker asker, IReadOnlyList<TableColumn> columns, bool[] hidden, Func<bool[], RowMaker> make)
    {
        (this.asker, Columns, this.hidden, this.make) = (asker, columns, hidden, make);
        (staged, Estimate) = asker.Engine.Read(state => (state.Staged, (long)state.Staged.History.Count));
    }

    public IReadOnlyList<TableColumn> Columns { get; }

    public long Estimate { get; }

    public ITableReader Reader(bool[] wanted) => new Turn(this, make([.. wanted.Select((asked, i) => asked && !hidden[i])]), [.. Enumerable.Range(0, wanted.Length).Where(i => wanted[i] && hidden[i])]);

    private sealed class Turn(PeopleScan whole, RowMaker maker, int[] masked) : ITableReader
    {
        private HistoryScan? scan;
        private ScanPath[] paths = [];
        private int person;
        private int until;
        private int rows;
        private int row;
        private bool isEnded;

        public void Read(RowBatch into)
        {
            while (into.Count == 0 && !isEnded)
            {
                if (!whole.asker.Engine.Read(state => Fill(state, into)))
                {
                    throw new SqlRefusedException(new Text(
                        "The data was made anew while it was read. Ask again.", "Los datos se rehicieron mientras se leían. Pregunta de nuevo.").In(whole.asker.Language));
                }
            }
        }

        public void Dispose() => scan?.Dispose();

        private bool Fill(EngineState state, RowBatch into)
        {
            if (!ReferenceEquals(state.Staged, whole.staged))
            {
                return false;
            }
            if (maker.ReadsEvents && scan is null)
            {
                var names = state.Staged.EventNames;
                scan = new HistoryScan(state.Staged.History, kind => maker.CodeOf(kind, kind.Type == CallType.Track && kind.Name >= 0 ? names[kind.Name] : ""));
                paths = [.. maker.Paths.Select(path => scan.Path(state.Staged.Paths.Find(path)))];
            }
            for (var passed = 0; passed < LongestTurn && !into.IsFull; passed++)
            {
                if (row == rows && !Advance(state))
                {
                    return true;
                }
                Write(new ProfileEvents(state, person, scan!, paths), into);
            }
            return true;
        }

        private void Write(in ProfileEvents one, RowBatch into)
        {
            for (; row < rows && !into.IsFull; row++)
            {
                maker.Write(one, row, into);
                foreach (var column in masked)
                {
                    into.Null(column);
                }
                into.Next();
            }
        }

        /// <summary>Goes to the next node, be it a person or not; false after the last.</summary>
        private bool Advance(EngineState state)
        {
            (row, rows) = (0, 0);
            var identity = state.Staged.Identity;
            if (++person >= until)
            {
                until = Interlocked.Add(ref whole.next, PeopleAtOnce);
                person = until - PeopleAtOnce;
            }
            if (person >= identity.NodeCount)
            {
                isEnded = true;
                return false;
            }
            if (identity.IsProfile(person) && (scan is null || scan.Read(identity.MembersOf(person)) > 0 || maker.WantsPeopleWithoutEvents))
            {
                rows = maker.Begin(new ProfileEvents(state, person, scan!, paths));
            }
            return true;
        }
    }
}
