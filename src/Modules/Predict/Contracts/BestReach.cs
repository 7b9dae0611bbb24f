using System.Text.Json.Nodes;
using Ciclo.Core;
using Ciclo.Core.Predict.Reach;
using Ciclo.Core.Time;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Consent.Contracts;
using Ciclo.Modules.Messages.Contracts;
using Ciclo.Modules.Predict.Reaching;

namespace Ciclo.Modules.Predict.Contracts;

/// <summary>The channel that a message takes to a person. <paramref name="Propensity"/>: the probability with which it was taken, 0 where nothing was drawn.</summary>
public sealed record ReachChoice(string Channel, Text Why, double Propensity)
{
    /// <summary>The data of a message with the choice in it, as `reach`: kept with the message and told by its events, so that ways to choose can be valued later.</summary>
    public string Kept(string data)
    {
        var kept = JsonNode.Parse(data)?.AsObject() ?? [];
        kept["reach"] = new JsonObject { ["channel"] = Channel, ["propensity"] = Math.Round(Propensity, 4), ["why_en"] = Why.En, ["why_es"] = Why.Es };
        return kept.ToJsonString();
    }

    /// <summary>What <see cref="Kept"/> put into a message's data; null for a message whose channel nobody chose.</summary>
    public static ReachChoice? Of(string data) =>
        data.Contains("\"reach\"", StringComparison.Ordinal) && JsonNode.Parse(data)?["reach"] is JsonObject { Count: 4 } kept && kept["propensity"] is JsonValue propensity && propensity.TryGetValue<double>(out var drawn)
            ? new ReachChoice(kept["channel"]?.ToString() ?? "", new Text(kept["why_en"]?.ToString() ?? "", kept["why_es"]?.ToString() ?? ""), drawn) : null;
}

/// <summary>The hour of a person's own day, and the next instant in it.</summary>
public sealed record ReachHour(int Hour, long At, Text Why);

/// <summary>By what channel and at what hour people of a workspace are reached. What was not approved says e-mail, and no hour. Methods run inside <see cref="WorkspaceEngine.Read{T}"/>.</summary>
public sealed class BestReach(DataHost host, string workspaceId)
{
    /// <summary>The share of messages that goes over a channel drawn by chance, so that what is learned stays true and can be judged.</summary>
    public const double Explored = 0.1;

    private const string Quiet = "quiet_hours";
    private const string Marketing = "marketing";

    public static readonly Text NotUsed = new(
        "Best channel and hour is not in use: train and approve it under Predictions.", "Mejor canal y hora no está en uso: entrénalo y apruébalo en Predicciones.");

    private readonly ReachDesk desk = ReachDesk.Of(host);

    /// <summary>Whether it was trained and approved.</summary>
    public bool IsUsed => desk.Used(workspaceId) is not null;

    /// <summary>`18:00`.</summary>
    public static string Clock(int hour) => ReachWords.Clock(hour);

    /// <summary>The channel for a person, of those that may be used; e-mail where nothing is known, or none may be.</summary>
    /// <param name="state">The workspace.</param>
    /// <param name="profile">Who.</param>
    /// <param name="among">Channels that there is a message for.</param>
    /// <param name="purpose">As people consented to it.</param>
    /// <param name="draw">From 0 to below 1, the message's own; 1 leaves nothing to chance.</param>
    public ReachChoice Channel(EngineState state, int profile, IReadOnlyList<string> among, string purpose, double draw)
    {
        var open = among.Where(channel => Reachable.Ask(host, state, workspaceId, profile, channel, purpose, state.Now).Answer != SendAnswer.Never).ToList();
        var usual = among.Contains(ReachChannels.Email) ? ReachChannels.Email : among[0];
        if (open.Count < 2)
        {
            return new ReachChoice(open.Count == 1 ? open[0] : usual, open.Count == 1
                ? new("Consent or address allow no other channel.", "El consentimiento o la dirección no permiten otro canal.")
                : new("Consent or address allow no channel.", "El consentimiento o la dirección no permiten ningún canal."), 0);
        }
        if (desk.Used(workspaceId) is not { } shelf)
        {
            return new ReachChoice(open.Contains(usual) ? usual : open[0], NotUsed, 0);
        }
        // What nobody was ever sent is known of by chance alone.
        var known = open.Select(ReachChannels.PlaceOf).Where(shelf.Known.Contains).ToList();
        var person = SentFold.Of(state, profile, null);
        var answer = known.Count == 0 ? null : shelf.For(person, state.Now, known);
        var best = answer is null ? usual : ReachChannels.Ids[answer.Channels[0].Channel];
        var taken = draw < Explored ? open[(int)(draw / Explored * open.Count)] : best;
        return new ReachChoice(
            taken,
            draw < Explored ? new("Drawn by chance, as one message in ten is, to learn what people answer.", "Elegido al azar, como uno de cada diez mensajes, para aprender qué responde la gente.")
                : answer is null ? NotUsed : ReachWords.Channel(answer, person?.First ?? -1),
            (taken == best ? 1 - Explored : 0) + (Explored / open.Count));
    }

    /// <summary>The best hour of a person that is not quiet, and the next instant in it from one on, within a day; null where nothing was approved.</summary>
    public ReachHour? NextAt(EngineState state, int profile, Zone zone, long at)
    {
        if (desk.Used(workspaceId) is not { } shelf)
        {
            return null;
        }
        var answer = shelf.For(SentFold.Of(state, profile, zone), state.Now, shelf.Known);
        foreach (var chance in answer.Hours.OrderByDescending(one => one.IsTried).ThenByDescending(one => one.Mean).ThenBy(one => one.Hour))
        {
            var next = NextIn(chance.Hour, zone, at);
            // Quiet hours hold for what needs consent; the purpose of what follows a wait is not known here.
            if (Reachable.Ask(host, state, workspaceId, profile, ReachChannels.Email, Marketing, next) is not { Answer: SendAnswer.Later, Reason: Quiet })
            {
                return new ReachHour(chance.Hour, next, ReachWords.Hour(answer));
            }
        }
        return null;
    }

    private static long NextIn(int hour, Zone zone, long at)
    {
        if (zone.ToLocal(at) / Durations.Hour % HourModel.Hours == hour)
        {
            return at;
        }
        var day = zone.DayOf(at) * Durations.Day;
        var today = zone.FromLocal(day + (hour * Durations.Hour));
        return today >= at ? today : zone.FromLocal(day + Durations.Day + (hour * Durations.Hour));
    }
}
