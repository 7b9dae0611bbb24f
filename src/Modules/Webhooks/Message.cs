using System.Security.Cryptography;

namespace Ciclo.Modules.Webhooks;

/// <summary>How far a message has come. Persisted by name.</summary>
public enum MessageState
{
    /// <summary>It goes out at its due time.</summary>
    Due,

    /// <summary>The receiver answered 2xx.</summary>
    Delivered,

    /// <summary>Given up: the last attempt failed, or the receiver said 410.</summary>
    Failed,
}

/// <summary>
/// A message of the outbox. <paramref name="Id"/> is its `webhook-id` at every attempt; <paramref name="Attempts"/> how many were made;
/// <paramref name="LastStatus"/> the HTTP status of the last one, 0 for no answer; <paramref name="LastAnswer"/> its first characters, or why there was none.
/// </summary>
public sealed record Message(
    string Id, string WorkspaceId, long EndpointId, string Key, string Type, string Body, long CreatedAt, MessageState State, int Attempts, long DueAt,
    long? LastAt, int LastStatus, string LastAnswer)
{
    /// <summary>How long after the attempt before each next one comes, in seconds (Standard Webhooks 1.0).</summary>
    private static readonly int[] Waits = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];

    /// <summary>Attempts after which it is given up: some three days.</summary>
    public static int MostAttempts => Waits.Length + 1;

    public static string NewId() => "msg_" + RandomNumberGenerator.GetString("0123456789ABCDEFGHJKMNPQRSTVWXYZabcdefghjkmnpqrstvwxyz", 27);

    /// <summary>
    /// The message after an attempt: taken on 2xx, given up on 410 and after the last one, else due again. The wait is lengthened by up to a fifth,
    /// so that what failed together does not come back together.
    /// </summary>
    /// <param name="attempt">What came of it.</param>
    /// <param name="now">When it ended; Unix milliseconds.</param>
    /// <param name="chance">From 0 to 1.</param>
    public Message After(Attempt attempt, long now, double chance)
    {
        var tried = this with { Attempts = Attempts + 1, LastAt = now, LastStatus = attempt.Status, LastAnswer = attempt.Says };
        if (attempt.IsTaken)
        {
            return tried with { State = MessageState.Delivered };
        }
        return attempt.IsGone || tried.Attempts >= MostAttempts
            ? tried with { State = MessageState.Failed }
            : tried with { DueAt = now + (long)(Waits[Attempts] * 1_000L * (1 + (chance / 5))) };
    }
}

/// <summary>What one attempt brought: the status of the answer and its first characters; status 0 and a reason where there was none.</summary>
public sealed record Attempt(int Status, string Says)
{
    public bool IsTaken => Status is >= 200 and < 300;

    /// <summary>The receiver wants nothing more.</summary>
    public bool IsGone => Status == 410;
}
