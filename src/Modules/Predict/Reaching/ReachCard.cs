using Ciclo.Core.Predict.Reach;

namespace Ciclo.Modules.Predict.Reaching;

/// <summary>How people answered on a channel. <paramref name="ByHour"/>: by hour of their own day; <paramref name="Answered"/> and <paramref name="Sent"/> over all.</summary>
/// <param name="Best">People whose best channel it is.</param>
public sealed record ChannelLine(string Channel, double Sent, double Answered, IReadOnlyList<Answers> ByHour, int Best);

/// <summary>People who came to their first purchase one way, and how likely they answer on each channel before anything of their own is known; null where nobody of them got any.</summary>
/// <param name="Way">The English name of the way.</param>
public sealed record FirstLine(string Way, int People, IReadOnlyList<double?> Shares);

/// <summary>What a replay found.</summary>
/// <param name="CutAt">It learned from what came before, Unix milliseconds.</param>
/// <param name="Always">What each channel alone would have brought.</param>
public sealed record ReachReplay(long CutAt, ReplayResult Result, IReadOnlyList<AlwaysLine> Always);

/// <summary>What one channel for everybody would have brought.</summary>
public sealed record AlwaysLine(string Channel, Estimate Value);

/// <summary>What a training found.</summary>
/// <param name="Drawn">Messages whose channel was drawn by chance.</param>
/// <param name="BestHour">Of somebody of whom nothing is known.</param>
/// <param name="OfSeen">See <see cref="HourModel.OfSeen"/>.</param>
/// <param name="Replay">Null where it cannot be judged.</param>
/// <param name="Worth">What an answer was taken to be worth, 0 for nothing said; and whether only clicks counted.</param>
public sealed record ReachCard(
    int People, int Messages, int Drawn, IReadOnlyList<ChannelLine> Channels, IReadOnlyList<FirstLine> Firsts, int BestHour, double OfSeen, ReachReplay? Replay, double Worth,
    bool ByClicks, long TookMs);

/// <summary>What people decided about it.</summary>
/// <param name="Answer">What an answer is worth, in the workspace's currency; null where nobody says, and then costs are left out.</param>
/// <param name="ByClicks">Whether only clicks count as answers.</param>
public sealed record ReachSettings(decimal? Answer, bool ByClicks)
{
    public const decimal Most = 100_000;
}
