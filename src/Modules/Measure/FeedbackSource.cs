using Ciclo.Core.Analytics;
using Ciclo.Core.Events;
using Ciclo.Core.Metrics;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Measure.Contracts;

namespace Ciclo.Modules.Measure;

/// <summary>Answers to surveys, referrals and points.</summary>
public sealed class FeedbackSource(TimeProvider clock) : HistorySource(clock)
{
    private readonly TimeProvider clock = clock;

    public override IReadOnlyList<Metric> Metrics => FeedbackMetrics.All;

    protected override Func<MetricSink, IHistoryFold>? Prepare(WorkspaceEngine engine, MetricQuestion question, CancellationToken cancellation)
    {
        var referred = new Dictionary<int, long>();
        if (question.Metrics.Any(metric => metric.Id == FeedbackMetrics.ReferralRate.Id || metric.Id == FeedbackMetrics.KFactor.Id))
        {
            if (new SlicedScan(engine, clock).Run(() => new ReferralFold(), cancellation) is not { } folds)
            {
                return null;
            }
            foreach (var (profile, at) in folds.SelectMany(fold => fold.Referred))
            {
                referred[profile] = Math.Min(at, referred.GetValueOrDefault(profile, long.MaxValue));
            }
        }
        return sink => new FeedbackFold(question, sink, referred);
    }
}

/// <summary>Who was referred by another, and when first.</summary>
internal sealed class ReferralFold : IHistoryFold
{
    private readonly List<(int Profile, long At)> referred = [];

    public IReadOnlyList<(int Profile, long At)> Referred => referred;

    public IReadOnlyList<string> Paths { get; } = ["referred_user_id"];

    public int CodeOf(EventKind kind, string name) => name == "Referral Made" ? 0 : -1;

    public void Take(in ProfileEvents profile)
    {
        for (var i = 0; i < profile.Events.Count; i++)
        {
            var named = profile.Paths[0].Get(i);
            if (named.Kind == Core.Values.ValueKind.Text && profile.State.Staged.Identity.Find("user_id:" + named.AsText) is >= 0 and var node)
            {
                var whom = profile.State.Staged.Identity.ProfileOf(node);
                if (whom != profile.Profile)
                {
                    referred.Add((whom, profile.Events.At[i]));
                }
            }
        }
    }
}

/// <summary>One person's answers, invitations and points, period by period.</summary>
internal sealed class FeedbackFold(MetricQuestion question, MetricSink sink, IReadOnlyDictionary<int, long> referred) : IHistoryFold
{
    private const int Bought = 0;
    private const int Invited = 1;
    private const int Earned = 2;
    private const int Redeemed = 3;
    private const int NpsAnswered = 4;
    private const int Answered = 5;
    private const int Score = 0;
    private const int Type = 1;
    private const int Survey = 2;

    private readonly Periods periods = question.Periods;
    private readonly bool isLatest = question.Choice(FeedbackMetrics.Answers) == "latest";
    private readonly bool isMean = question.Choice(FeedbackMetrics.Scale) == "mean";
    private readonly int nps = sink.IndexOf(FeedbackMetrics.Nps);
    private readonly int csat = sink.IndexOf(FeedbackMetrics.Csat);
    private readonly int ces = sink.IndexOf(FeedbackMetrics.Ces);
    private readonly int rate = sink.IndexOf(FeedbackMetrics.ReferralRate);
    private readonly int factor = sink.IndexOf(FeedbackMetrics.KFactor);
    private readonly int referrals = sink.IndexOf(FeedbackMetrics.ReferralParticipation);
    private readonly int loyalty = sink.IndexOf(FeedbackMetrics.LoyaltyParticipation);
    private readonly bool[] invitedIn = new bool[question.Periods.Count];
    private readonly bool[] pointsIn = new bool[question.Periods.Count];

    public IReadOnlyList<string> Paths { get; } = ["score", "type", "survey"];

    public int CodeOf(EventKind kind, string name) => name switch
    {
        "Order Completed" or "Subscription Started" => Bought,
        "Invite Sent" or "Referral Made" => Invited,
        "Points Earned" => Earned,
        "Points Redeemed" => Redeemed,
        "NPS Answered" => NpsAnswered,
        "Survey Answered" => Answered,
        _ => -1,
    };

    public void Take(in ProfileEvents profile)
    {
        Array.Clear(invitedIn);
        Array.Clear(pointsIn);
        var (bought, member) = (long.MaxValue, long.MaxValue);
        var at = profile.Events.At;
        var codes = profile.Events.Codes;
        for (var i = 0; i < at.Length && at[i] < periods.End; i++)
        {
            var period = periods.Find(at[i]);
            switch (codes[i])
            {
                case Bought:
                    bought = Math.Min(bought, at[i]);
                    break;
                case Invited when period >= 0:
                    invitedIn[period] = true;
                    break;
                case Earned or Redeemed:
                    member = codes[i] == Earned ? Math.Min(member, at[i]) : member;
                    if (period >= 0)
                    {
                        pointsIn[period] = true;
                    }
                    break;
                case NpsAnswered or Answered when period >= 0:
                    TakeAnswer(profile, i, period);
                    break;
            }
        }
        for (var i = 0; i < periods.Count; i++)
        {
            TakePeriod(profile.Profile, i, bought, member);
        }
    }

    private void TakePeriod(int profile, int period, long bought, long member)
    {
        var (start, end) = (periods.StartOf(period), periods.StartOf(period + 1));
        if (bought < end)
        {
            var isReferred = bought >= start && referred.TryGetValue(profile, out var when) && when < end;
            sink.Add(factor, period, "", profile, bought, "", isReferred ? 1 : 0, 1);
            sink.Add(referrals, period, "", profile, bought, "", invitedIn[period] ? 1 : 0, 1);
            if (bought >= start)
            {
                sink.Add(rate, period, "", profile, bought, "", isReferred ? 1 : 0, 1);
            }
        }
        if (member < end)
        {
            sink.Add(loyalty, period, "", profile, member, "", pointsIn[period] ? 1 : 0, 1);
        }
    }

    private void TakeAnswer(in ProfileEvents profile, int index, int period)
    {
        if (!profile.Paths[Score].TryGetMicros(index, out var micros))
        {
            return;
        }
        var score = micros / 1_000_000m;
        switch (profile.Events.Codes[index] == NpsAnswered ? "nps" : TypeOf(profile, index))
        {
            case "nps" when score is >= 0 and <= 10 && !(isLatest && HasLater(profile, index, periods.StartOf(period + 1))):
                sink.Add(nps, period, "", profile.Profile, profile.Events.At[index], Shown(score), score >= 9 ? 100 : score <= 6 ? -100 : 0, 1);
                break;
            case "csat" when score is >= 1 and <= 5:
                sink.Add(csat, period, "", profile.Profile, profile.Events.At[index], Shown(score), isMean ? score : score >= 4 ? 1 : 0, 1);
                break;
            case "ces" when score is >= 1 and <= 7:
                sink.Add(ces, period, "", profile.Profile, profile.Events.At[index], Shown(score), isMean ? score : score >= 5 ? 1 : 0, 1);
                break;
        }
    }

    /// <summary>Whether the person gives another valid NPS answer before an instant.</summary>
    private static bool HasLater(in ProfileEvents profile, int index, long end)
    {
        for (var i = index + 1; i < profile.Events.Count && profile.Events.At[i] < end; i++)
        {
            var code = profile.Events.Codes[i];
            if ((code == NpsAnswered || (code == Answered && TypeOf(profile, i) == "nps"))
                && profile.Paths[Score].TryGetMicros(i, out var micros) && micros is >= 0 and <= 10_000_000)
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>The survey's `type`; without one its name, as far as it says: `csat-entrega`.</summary>
    private static string TypeOf(in ProfileEvents profile, int index)
    {
        var type = profile.Paths[Type].Get(index);
        var name = profile.Paths[Survey].Get(index);
        var said = type.Kind == Core.Values.ValueKind.Text ? type.AsText : name.Kind == Core.Values.ValueKind.Text ? name.AsText.Split('-', ' ', '_')[0] : "";
        return said.ToLowerInvariant();
    }

    private static string Shown(decimal score) => score.ToString("0.##", System.Globalization.CultureInfo.InvariantCulture);
}
