using System.Security.Cryptography;
using Ciclo.Core;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Access.Contracts;

namespace Ciclo.Modules.Boards;

/// <summary>Dashboards of an open data directory: those that people made, and those that come with the program. Each change is told to the audit log.</summary>
public sealed class BoardService(DataHost host)
{
    public const int MostBoards = 500;

    private const string IdAlphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    /// <summary>`brd_…`: a prefix and 80 random bits.</summary>
    internal static string NewId(string prefix) => prefix + "_" + RandomNumberGenerator.GetString(IdAlphabet, 16);

    /// <summary>Those that people made, by name.</summary>
    public IReadOnlyList<Board> List(string workspaceId) => host.Database.Read(connection => BoardStore.List(connection, null, workspaceId));

    /// <summary>A dashboard by its id, in a language where it comes with the program; null if there is none.</summary>
    public Board? Find(WorkspaceEngine engine, string id, Language language) =>
        ReadyBoards.Find(host, engine, id, language) ?? host.Database.Read(connection => BoardStore.Find(connection, null, engine.Id, id));

    /// <summary>Whether the last change of the cards can be taken back.</summary>
    public bool CanUndo(string workspaceId, string id) => host.Database.Read(connection => BoardStore.Before(connection, null, workspaceId, id)) is not null;

    public Task<(Board? Board, BoardError? Error)> AddAsync(string workspaceId, string name, string description, BoardPeriod period, IReadOnlyList<BoardCard> cards, Actor by, CancellationToken cancellation)
    {
        if (WrongName(name, description) is { } wrong)
        {
            return Task.FromResult<(Board?, BoardError?)>((null, wrong));
        }
        var board = new Board(NewId("brd"), name.Trim(), description.Trim(), by.Id, Sharing.Private, period, cards, 1, host.NowMs);
        return host.Database.WriteAsync<(Board?, BoardError?)>((connection, transaction) =>
        {
            if (BoardStore.List(connection, transaction, workspaceId).Count >= MostBoards)
            {
                return (null, BoardError.TooManyBoards);
            }
            BoardStore.Add(connection, transaction, workspaceId, board);
            AuditLog.Write(connection, transaction, host.NowMs, new AuditEntry(workspaceId, by, AuditActions.BoardMade, board.Id));
            return (board, null);
        }, cancellation);
    }

    /// <summary>
    /// Changes the version that somebody looked at; refused where it is not the one that is there any more, so that no change of another is lost in silence.
    /// </summary>
    /// <param name="change">Answers the dashboard changed, or why not.</param>
    public Task<BoardError?> ChangeAsync(string workspaceId, string id, int version, Func<Board, (Board? Board, BoardError? Error)> change, Actor by, CancellationToken cancellation) =>
        host.Database.WriteAsync((connection, transaction) =>
        {
            if (BoardStore.Find(connection, transaction, workspaceId, id) is not { } board)
            {
                return BoardError.NotFound;
            }
            if (board.Version != version)
            {
                return BoardError.Changed;
            }
            var (changed, error) = change(board);
            if (changed is null || (error ?? WrongName(changed.Name, changed.Description)) is not null)
            {
                return error ?? BoardError.NoName;
            }
            var before = ReferenceEquals(changed.Cards, board.Cards) ? BoardStore.Before(connection, transaction, workspaceId, id) : board.Cards;
            BoardStore.Put(connection, transaction, workspaceId, changed with { Version = version + 1, UpdatedAt = host.NowMs }, before);
            if (changed.Sharing != board.Sharing)
            {
                AuditLog.Write(connection, transaction, host.NowMs, new AuditEntry(workspaceId, by, AuditActions.BoardShared, id, "sharing=" + BoardWords.Name(changed.Sharing)));
            }
            return null;
        }, cancellation);

    /// <summary>Takes back the last change of the cards; what it undid cannot be undone again.</summary>
    public Task<BoardError?> UndoAsync(string workspaceId, string id, int version, CancellationToken cancellation) => host.Database.WriteAsync((connection, transaction) =>
    {
        if (BoardStore.Find(connection, transaction, workspaceId, id) is not { } board)
        {
            return BoardError.NotFound;
        }
        if (board.Version != version)
        {
            return BoardError.Changed;
        }
        if (BoardStore.Before(connection, transaction, workspaceId, id) is not { } before)
        {
            return BoardError.NothingToUndo;
        }
        BoardStore.Put(connection, transaction, workspaceId, board with { Cards = before, Version = version + 1, UpdatedAt = host.NowMs }, null);
        return null;
    }, cancellation);

    public Task<BoardError?> DeleteAsync(string workspaceId, string id, Actor by, CancellationToken cancellation) => host.Database.WriteAsync((connection, transaction) =>
    {
        if (BoardStore.Find(connection, transaction, workspaceId, id) is null)
        {
            return BoardError.NotFound;
        }
        BoardStore.Delete(connection, transaction, workspaceId, id);
        AuditLog.Write(connection, transaction, host.NowMs, new AuditEntry(workspaceId, by, AuditActions.BoardDeleted, id));
        return null;
    }, cancellation);

    private static BoardError? WrongName(string name, string description) =>
        name.Trim().Length is 0 or > Board.LongestName || description.Trim().Length > Board.LongestDescription ? BoardError.NoName : null;
}
