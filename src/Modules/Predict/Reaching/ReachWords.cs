using Ciclo.Core;
using Ciclo.Core.Metrics;
using Ciclo.Core.Predict.Reach;
using Ciclo.Kit;
using MetricChannel = Ciclo.Core.Metrics.Channel;

namespace Ciclo.Modules.Predict.Reaching;

/// <summary>Why a channel and an hour were chosen, in words.</summary>
internal static class ReachWords
{
    public static Text Channel(ReachAnswer answer, int first)
    {
        var best = answer.Channels[0];
        var (own, others) = (best.Own, answer.Channels.Skip(1).Select(one => one.Own).Aggregate(default(Answers), (a, b) => a + b));
        return answer.Why switch
        {
            ReachReason.Cost => new("Another channel is answered more often, but costs more than that is worth.", "Otro canal se responde más, pero cuesta más de lo que eso vale."),
            ReachReason.OwnAnswers when own.Sent > 0 => new(
                $"Answered {own.Answered:0} of {own.Sent:0} {ReachChannels.By(best.Channel).En}{(others.Sent > 0 ? $", and {others.Answered:0} of {others.Sent:0} elsewhere" : "")}.",
                $"Respondió {own.Answered:0} de {own.Sent:0} {ReachChannels.By(best.Channel).Es}{(others.Sent > 0 ? $", y {others.Answered:0} de {others.Sent:0} por otros medios" : "")}."),
            ReachReason.OwnAnswers => new(
                $"Answered {others.Answered:0} of {others.Sent:0} on other channels; people alike answer more {ReachChannels.By(best.Channel).En}.",
                $"Respondió {others.Answered:0} de {others.Sent:0} por otros canales; quienes se le parecen responden más {ReachChannels.By(best.Channel).Es}."),
            ReachReason.FirstPurchase when first >= 0 => new(
                $"Came to the first purchase by {ChannelNames.Of((MetricChannel)first).En}: people who did answer most {ReachChannels.By(best.Channel).En}.",
                $"Llegó a su primera compra por {ChannelNames.Of((MetricChannel)first).Es}: quienes llegan así responden más {ReachChannels.By(best.Channel).Es}."),
            ReachReason.FirstPurchase or ReachReason.Segment => new(
                $"Too little is known of this person: those who bought as often answer most {ReachChannels.By(best.Channel).En}.",
                $"Se sabe muy poco de esta persona: quienes han comprado lo mismo responden más {ReachChannels.By(best.Channel).Es}."),
            _ => new($"Too little is known of this person: most people answer {ReachChannels.By(best.Channel).En}.", $"Se sabe muy poco de esta persona: la mayoría responde {ReachChannels.By(best.Channel).Es}."),
        };
    }

    public static Text Hour(ReachAnswer answer) => answer.WhyHour switch
    {
        ReachReason.OwnAnswers => new("What this person answered most went out around then.", "Lo que esta persona más respondió salió hacia esa hora."),
        ReachReason.Seen => new("This person is mostly around then, and answers follow that.", "Esta persona suele estar activa hacia esa hora, y las respuestas lo siguen."),
        _ => new("Too little is known: the hour of most customers.", "Se sabe muy poco: la hora de la mayoría de los clientes."),
    };

    /// <summary>"18:00", of the person's own day.</summary>
    public static string Clock(int hour) => $"{hour:00}:00";

    public static string Share(Locale l, Likely likely) => likely.Interval() is var (low, high)
        ? l.Say($"Answers {l.Percent(likely.Mean)} of messages ({l.Percent(low)} to {l.Percent(high)})", $"Responde {l.Percent(likely.Mean)} de los mensajes ({l.Percent(low)} a {l.Percent(high)})") : "";

    /// <summary>An amount of the replay: money where an answer is worth some, else a share.</summary>
    public static string Value(Locale l, ReachCard card, double value, string? currency) => card.Worth > 0 && currency is not null ? l.Money((decimal)Math.Round(value, 4), currency) : l.Percent(value);
}
