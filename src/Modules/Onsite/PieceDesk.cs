using System.Collections.Concurrent;
using Ciclo.Core;
using Ciclo.Core.Folds;
using Ciclo.Core.Identity;
using Ciclo.Core.Time;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Engine.Runtime.Analysis;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Experiments.Contracts;

namespace Ciclo.Modules.Onsite;

/// <summary>What a visitor asks for. <paramref name="IsPrivate"/>: their browser asks not to be followed, so nothing is chosen by who they are.</summary>
internal sealed record Asked(IReadOnlyList<string> References, IReadOnlyList<string> Slots, string Locale, bool IsPrivate);

/// <summary>What a slot shows: a piece, or nothing because the visitor is of those held out (<paramref name="Arm"/> is control).</summary>
internal sealed record Choice(string Slot, Piece Piece, string Arm);

/// <summary>The pieces of an open data directory, and who sees which.</summary>
internal sealed class PieceDesk
{
    public const string Shown = "shown";

    /// <summary>A person who said no to this is treated like one whose browser asks not to be followed.</summary>
    private const string Declined = "consent.personalization == false";

    /// <summary>Draws that are remembered, so that who was drawn costs no look at the records; when there are more, all are looked up again.</summary>
    private const int MostDraws = 200_000;

    private readonly DataHost host;
    private readonly ConcurrentDictionary<string, Compiled> compiled = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Workspace, string Experiment, string Person), string> draws = new();

    private PieceDesk(DataHost host) => this.host = host;

    /// <summary>All pieces of a workspace, and their rules: the first is <see cref="Declined"/>, then one for each piece that has one.</summary>
    private sealed record Compiled(long Version, IReadOnlyList<Piece> Pieces, PersonRules Rules, IReadOnlyDictionary<string, int> RuleOf)
    {
        /// <summary>Folds that rest: one is taken by a question and given back.</summary>
        public ConcurrentBag<ProfileFold> Folds { get; } = [];
    }

    public static PieceDesk Of(DataHost host) => host.Shared(host => new PieceDesk(host));

    /// <summary>Grows with each change of a piece in this process: what was compiled before is made anew then.</summary>
    private long version;

    public IReadOnlyList<Piece> List(string workspaceId) => host.Database.Read(connection => PieceStore.List(connection, workspaceId));

    /// <summary>Stores a piece and enters its experiment, if a share is held out; answers why not.</summary>
    public async Task<PieceError?> PutAsync(WorkspaceEngine engine, Piece piece, bool isNew, Actor by, CancellationToken cancellation)
    {
        if (piece.Refuse(engine.Rules.Zone) is { } refused)
        {
            return refused;
        }
        var error = await host.Database.WriteAsync<PieceError?>((connection, transaction) =>
        {
            var all = PieceStore.List(connection, engine.Id, transaction);
            if (isNew && all.Any(one => one.Id == piece.Id))
            {
                return new("id_taken", new($"There is a piece '{piece.Id}' already. Take another id.", $"Ya hay una pieza '{piece.Id}'. Usa otro id."));
            }
            if (isNew && all.Count >= Piece.Most)
            {
                return new("too_many", new($"A workspace has {Piece.Most} pieces at most. Delete one first.", $"Un espacio de trabajo tiene {Piece.Most} piezas como máximo. Borra una primero."));
            }
            if (piece.Holdout > 0 && ExperimentBook.Define(connection, transaction, engine.Id, new ExperimentDraft(piece.Experiment, piece.Name, Arms(piece), Href: "/onsite/" + piece.Id), host.NowMs) is { } why)
            {
                return new("bad_experiment", why);
            }
            PieceStore.Put(connection, transaction, engine.Id, piece, host.NowMs, by.Id);
            AuditLog.Write(connection, transaction, host.NowMs, new AuditEntry(engine.Id, by, AuditActions.PiecePut, piece.Id, piece.IsOn ? "on" : "off"));
            return null;
        }, cancellation);
        Interlocked.Increment(ref version);
        return error;
    }

    public async Task<bool> DeleteAsync(string workspaceId, string id, Actor by, CancellationToken cancellation)
    {
        var isDeleted = await host.Database.WriteAsync((connection, transaction) =>
        {
            if (!PieceStore.Delete(connection, transaction, workspaceId, id))
            {
                return false;
            }
            ExperimentBook.End(connection, transaction, workspaceId, "onsite:" + id, host.NowMs);
            AuditLog.Write(connection, transaction, host.NowMs, new AuditEntry(workspaceId, by, AuditActions.PieceDeleted, id));
            return true;
        }, cancellation);
        Interlocked.Increment(ref version);
        return isDeleted;
    }

    /// <summary>What each slot shows the visitor now; a slot that shows nothing is left out. Whoever is drawn for the first time waits for that to be written.</summary>
    public async ValueTask<IReadOnlyList<Choice>> ChooseAsync(WorkspaceEngine engine, Asked asked, CancellationToken cancellation)
    {
        var now = host.NowMs;
        var (fitting, identifiers) = engine.Read(state => Fitting(state, engine.Id, asked, now));
        var choices = new List<Choice>();
        foreach (var slot in asked.Slots)
        {
            if (fitting.FirstOrDefault(piece => piece.Slot == slot) is not { } piece)
            {
                continue;
            }
            var arm = piece.Holdout > 0 && !asked.IsPrivate && identifiers.Count > 0 ? await DrawAsync(engine.Id, piece, identifiers, now, cancellation) : Shown;
            choices.Add(new Choice(slot, piece, arm));
        }
        return choices;
    }

    /// <summary>How many people each rule holds for is asked elsewhere; this says of one person which pieces they would meet, the best first.</summary>
    private (List<Piece> Pieces, IReadOnlyList<string> Identifiers) Fitting(EngineState state, string workspaceId, Asked asked, long now)
    {
        var pieces = CompiledOf(state, workspaceId);
        var profile = asked.References.Select(state.Staged.Identity.Find).FirstOrDefault(node => node >= 0, -1) is >= 0 and var node ? state.Staged.Identity.ProfileOf(node) : -1;
        IReadOnlyList<string> identifiers = profile < 0 ? asked.References : [.. state.Staged.Identity.IdentifiersOf(profile).Select(one => one.Identifier.ToString())];
        var candidates = pieces.Pieces.Where(piece => piece.IsTime(now) && asked.Slots.Contains(piece.Slot));
        if (asked.IsPrivate || profile < 0)
        {
            return ([.. candidates.Where(piece => piece.When.Length == 0 && (!asked.IsPrivate || piece.Holdout == 0))], identifiers);
        }
        var fold = pieces.Folds.TryTake(out var rested) ? rested : pieces.Rules.NewFold()!;
        try
        {
            PersonRules.Open(state, fold, profile, now);
            var isDeclined = pieces.Rules.Holds(fold, 0);
            return ([.. candidates.Where(piece => piece.When.Length == 0 ? !isDeclined || piece.Holdout == 0 : !isDeclined && pieces.Rules.Holds(fold, pieces.RuleOf[piece.Id]))], identifiers);
        }
        finally
        {
            pieces.Folds.Add(fold);
        }
    }

    private Compiled CompiledOf(EngineState state, string workspaceId)
    {
        var current = Interlocked.Read(ref version);
        if (compiled.TryGetValue(workspaceId, out var known) && known.Version == current && known.Rules.IsFor(state))
        {
            return known;
        }
        var pieces = List(workspaceId).OrderByDescending(piece => piece.Priority).ThenBy(piece => piece.Id, StringComparer.Ordinal).ToList();
        var ruled = pieces.Where(piece => piece.When.Length > 0).ToList();
        // Each rule by itself first: one that names a deleted segment must not silence the others.
        var rules = ruled.Select(piece => new PersonRules(state, [piece.When]).IsBroken(0) ? "" : piece.When);
        return compiled[workspaceId] = new Compiled(current, pieces, new PersonRules(state, [Declined, .. rules]), ruled.Select((piece, i) => (piece.Id, i + 1)).ToDictionary(one => one.Id, one => one.Item2, StringComparer.Ordinal));
    }

    private async ValueTask<string> DrawAsync(string workspaceId, Piece piece, IReadOnlyList<string> identifiers, long now, CancellationToken cancellation)
    {
        var key = (workspaceId, piece.Experiment, identifiers[0]);
        if (draws.TryGetValue(key, out var known))
        {
            return known;
        }
        var arm = await host.Database.WriteAsync((connection, transaction) => ExperimentBook.Assignments.Assign(connection, transaction, workspaceId, piece.Experiment, identifiers, Arms(piece), now), cancellation);
        if (draws.Count >= MostDraws)
        {
            draws.Clear();
        }
        draws[key] = arm;
        return arm;
    }

    private static ArmShare[] Arms(Piece piece) => [new(IAssignments.Control, piece.Holdout), new(Shown, 1 - piece.Holdout)];
}
