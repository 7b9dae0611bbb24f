using Ciclo.Core;
using Ciclo.Kit;
using Ciclo.Modules.Experiments.Contracts;

namespace Ciclo.Modules.Campaigns;

/// <summary>How campaigns read.</summary>
internal static class CampaignWords
{
    public static readonly Text Person = new("person", "persona");
    public static readonly Text People = new("people", "personas");

    public static Text State(Campaign campaign) => campaign.IsPaused ? new("Paused", "En pausa") : campaign.State switch
    {
        CampaignState.Draft => new("Draft", "Borrador"),
        CampaignState.Scheduled => new("Scheduled", "Programada"),
        CampaignState.Freezing => new("Reading the audience", "Leyendo la audiencia"),
        CampaignState.Sending => new("Sending", "Enviando"),
        CampaignState.Deciding => new("Trying the versions", "Probando las versiones"),
        CampaignState.Rest => new("Sending the winner", "Enviando la ganadora"),
        CampaignState.Resending => new("Sending again", "Reenviando"),
        CampaignState.Done => new("Sent", "Enviada"),
        _ => new("Stopped", "Detenida"),
    };

    public static Verdict Tone(Campaign campaign) => campaign.IsPaused ? Verdict.Warn : campaign.State switch
    {
        CampaignState.Done => Verdict.Good,
        CampaignState.Stopped => Verdict.Bad,
        _ => Verdict.None,
    };

    public static string Sign(Campaign campaign) => campaign.IsPaused ? "hourglass" : campaign.State switch
    {
        CampaignState.Draft => "edit",
        CampaignState.Scheduled => "calendar",
        CampaignState.Done => "check",
        CampaignState.Stopped => "close",
        _ => "send",
    };

    public static Text Arm(string arm) => arm switch
    {
        IAssignments.Control => new("Kept back", "Sin enviar"),
        Campaign.RestArm => new("The rest", "El resto"),
        Campaign.SkippedArm => new("Skipped", "Omitidas"),
        "" => new("Not drawn yet", "Sin sortear aún"),
        _ => new("Version " + arm, "Versión " + arm),
    };

    public static Text Measure(CampaignMeasure measure) => measure switch
    {
        CampaignMeasure.Opened => new("opened", "abrieron"),
        CampaignMeasure.Clicked => new("clicked", "hicieron clic"),
        _ => new("converted", "convirtieron"),
    };

    /// <summary>What happens next, and when.</summary>
    public static string Next(Locale l, Campaign campaign) => campaign.State switch
    {
        _ when campaign.IsPaused => l.Say("Nobody is written to until you go on. What is in the outbox still leaves: stop the campaign to call it back.", "No se escribe a nadie hasta que la reanudes. Lo que ya está en la bandeja de salida sale: detén la campaña para retirarlo."),
        CampaignState.Scheduled => l.Say($"It begins on {l.Moment(campaign.NextAt)}, with whoever is in the audience then.", $"Empieza el {l.Moment(campaign.NextAt)}, con quienes estén en la audiencia en ese momento."),
        CampaignState.Freezing => l.Say("The audience is being written down.", "Se está apuntando la audiencia."),
        CampaignState.Sending => l.Say($"{l.Number(campaign.Cursor)} of {l.Number(campaign.Audience)} were drawn.", $"Se sortearon {l.Number(campaign.Cursor)} de {l.Number(campaign.Audience)}."),
        CampaignState.Deciding => l.Say($"The winner is chosen on {l.Moment(campaign.NextAt)}, by who {Measure(campaign.Plan.Measure).En}; the rest gets it.", $"La ganadora se elige el {l.Moment(campaign.NextAt)}, según quiénes {Measure(campaign.Plan.Measure).Es}; el resto la recibe."),
        CampaignState.Rest => campaign.Winner.Length > 0 ? l.Say($"Version {campaign.Winner} won: the rest gets it.", $"Ganó la versión {campaign.Winner}: el resto la recibe.") : NoWinner(l, campaign),
        CampaignState.Resending => l.Say($"On {l.Moment(campaign.NextAt)} it goes once more to whoever has not opened it.", $"El {l.Moment(campaign.NextAt)} se envía una vez más a quienes no la han abierto."),
        CampaignState.Done when campaign.Audience == 0 => l.Say("Nobody of the audience could be written to.", "No se podía escribir a nadie de la audiencia."),
        CampaignState.Done when campaign.Plan.Choice == CampaignChoice.Winner => campaign.Winner.Length > 0 ? l.Say($"Version {campaign.Winner} won.", $"Ganó la versión {campaign.Winner}.") : NoWinner(l, campaign),
        _ => "",
    };

    private static string NoWinner(Locale l, Campaign campaign) => l.Say(
        $"No version was the best with {l.Percent(campaign.Plan.Evidence)}: the rest was shared out among them.", $"Ninguna versión fue la mejor con {l.Percent(campaign.Plan.Evidence)}: el resto se repartió entre ellas.");
}
