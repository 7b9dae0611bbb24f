using System.Globalization;
using System.Text.Json.Serialization;
using Ciclo.Core;
using Ciclo.Modules.Experiments.Contracts;

namespace Ciclo.Modules.Campaigns;

/// <summary>How far a campaign came. Persisted by name.</summary>
public enum CampaignState
{
    Draft = 0,

    /// <summary>Waits for the instant it was set to.</summary>
    Scheduled = 1,

    /// <summary>The audience is being written down. Nobody has been drawn.</summary>
    Freezing = 2,

    /// <summary>People are drawn, and those of the arms handed to the outbox.</summary>
    Sending = 3,

    /// <summary>The arms are tried; the rest waits for the winner.</summary>
    Deciding = 4,

    /// <summary>The rest gets the winner.</summary>
    Rest = 5,

    /// <summary>Whoever did not open gets it once more.</summary>
    Resending = 6,
    Done = 7,
    Stopped = 8,
}

/// <summary>When people get it.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CampaignTiming>))]
public enum CampaignTiming
{
    Now = 0,
    At = 1,

    /// <summary>At an hour of a day in each person's own zone.</summary>
    Local = 2,

    /// <summary>At each person's best hour, within a day after it was started.</summary>
    Best = 3,
}

/// <summary>Who gets which arm.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CampaignChoice>))]
public enum CampaignChoice
{
    /// <summary>By the shares, to the end.</summary>
    Shares = 0,

    /// <summary>A part tries the arms, the rest gets the winner.</summary>
    Winner = 1,

    /// <summary>Batch after batch, by what the batches before brought.</summary>
    Bandit = 2,
}

/// <summary>By what arms are chosen.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CampaignMeasure>))]
public enum CampaignMeasure
{
    Opened = 0,
    Clicked = 1,
    Converted = 2,
}

/// <summary>A version of the message. <paramref name="Name"/>: A, B, C …</summary>
public sealed record CampaignArm(string Name, string TemplateId, double Weight);

/// <summary>
/// What a campaign does, set before it begins. <paramref name="Include"/> and <paramref name="Exclude"/>: `everybody`, `segment:ID` or `list:ID`. <paramref name="Holdout"/>: the share of the audience
/// that gets nothing, to know what the rest changes. <paramref name="AtMs"/>: for <see cref="CampaignTiming.At"/>; <paramref name="Day"/> (`2026-11-30`) and <paramref name="Hour"/> for
/// <see cref="CampaignTiming.Local"/>. <paramref name="PerHour"/>: at most so many an hour. <paramref name="ChoiceHours"/>: how long arms are tried before one is chosen, or a batch of a bandit
/// works; <paramref name="TestShare"/>: the part that tries them; <paramref name="Evidence"/>: how probable an arm has to be the best to win.
/// </summary>
public sealed record CampaignPlan(
    IReadOnlyList<string> Include, IReadOnlyList<string> Exclude, string Purpose, int Priority, IReadOnlyList<CampaignArm> Arms, double Holdout, CampaignTiming Timing, long? AtMs, string Day, int Hour,
    int? PerHour, CampaignChoice Choice, CampaignMeasure Measure, int ChoiceHours, double TestShare, double Evidence, string Goal, int WindowDays, int? ResendAfterDays)
{
    public const string Everybody = "everybody";

    /// <summary>Of all its templates.</summary>
    public string Channel { get; init; } = "email";
    public const int MostArms = 5;
    public const int MostSources = 50;

    public static CampaignPlan New { get; } = new(
        [], [], "marketing", 50, [new("A", "", 1)], 0.1, CampaignTiming.Now, null, "", 10, null, CampaignChoice.Shares, CampaignMeasure.Clicked, 4, 0.2, 0.9, "\"Order Completed\"", 7, null);

    /// <summary>The arms of the draw with their shares now; a bandit's are given.</summary>
    public IReadOnlyList<ArmShare> Shares(IReadOnlyList<double>? bandit)
    {
        var (whole, test) = (Arms.Sum(arm => arm.Weight), Choice == CampaignChoice.Winner && Arms.Count > 1 ? TestShare : 1);
        var shares = Arms.Select((arm, i) => new ArmShare(arm.Name, (1 - Holdout) * test * (bandit?[i] ?? arm.Weight / whole))).ToList();
        if (test < 1)
        {
            shares.Add(new ArmShare(Campaign.RestArm, (1 - Holdout) * (1 - test)));
        }
        if (Holdout > 0)
        {
            shares.Insert(0, new ArmShare(IAssignments.Control, Holdout));
        }
        return shares;
    }

    /// <summary>Why a plan is none; null for a good one. Times are checked when the campaign starts.</summary>
    public Text? Refusal() =>
        Include.Count == 0 ? new Text("Choose who gets it.", "Elige quién la recibe.")
        : Include.Count + Exclude.Count > MostSources ? new Text($"At most {MostSources} segments and lists.", $"{MostSources} segmentos y listas como máximo.")
        : Arms.Count is 0 or > MostArms || Arms.Any(arm => arm.TemplateId.Length == 0)
            ? new Text("Choose a template for the message, and for each version of it.", "Elige una plantilla para el mensaje y para cada versión.")
        : Arms.Any(arm => arm.Weight is not (> 0 and <= 100)) ? new Text("Each version has a share above 0 and at most 100.", "Cada versión tiene una parte mayor que 0 y de 100 como máximo.")
        : Holdout is not (>= 0 and <= 0.9) ? new Text("Keep back 0 to 90 per cent.", "Deja fuera del 0 al 90 por ciento.")
        : Timing == CampaignTiming.At && AtMs is null ? new Text("Give the day and the hour.", "Da el día y la hora.")
        : Timing == CampaignTiming.Local && (DayMs is null || Hour is < 0 or > 23) ? new Text("Give the day and an hour from 0 to 23.", "Da el día y una hora de 0 a 23.")
        : PerHour is < 1 or > 1_000_000 ? new Text("Send 1 to 1,000,000 an hour, or leave it empty.", "Envía de 1 a 1,000,000 por hora, o déjalo vacío.")
        : PerHour is not null && Timing == CampaignTiming.Best
            ? new Text("Each person’s best hour and a limit an hour do not go together: leave one out.", "La mejor hora de cada quien y un límite por hora no van juntos: quita uno.")
        : PerHour is not null && Timing == CampaignTiming.Local
            ? new Text("An hour in each person’s zone and a limit an hour do not go together: leave one out.", "Una hora en la zona de cada quien y un límite por hora no van juntos: quita uno.")
        : Choice != CampaignChoice.Shares && Arms.Count < 2 ? new Text("There is nothing to choose between: add a version, or send by shares.", "No hay entre qué elegir: agrega una versión, o envía por partes.")
        : ChoiceHours is < 1 or > 720 ? new Text("Try the versions for 1 to 720 hours.", "Prueba las versiones de 1 a 720 horas.")
        : TestShare is not (>= 0.01 and <= 0.9) ? new Text("Try them on 1 to 90 per cent.", "Pruébalas con el 1 al 90 por ciento.")
        : Evidence is not (>= 0.5 and <= 0.999) ? new Text("A winner is the best with 50 to 99.9 per cent.", "Una ganadora es la mejor con 50 a 99.9 por ciento.")
        : WindowDays is < 1 or > 90 ? new Text("Conversions count for 1 to 90 days.", "Las conversiones cuentan de 1 a 90 días.")
        : ResendAfterDays is < 1 or > 30 ? new Text("Send it again after 1 to 30 days, or never.", "Reenvíala después de 1 a 30 días, o nunca.")
        : ExperimentBook.RefuseGoal(Goal);

    /// <summary>The start of the local day, as if its zone were UTC; null for no day.</summary>
    public long? DayMs => DateOnly.TryParseExact(Day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
        ? new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero).ToUnixTimeMilliseconds() : null;
}

/// <summary>
/// A campaign of a workspace. <paramref name="Cursor"/>: the last position of the audience dealt with in this state; <paramref name="NextAt"/>: when the next step is due; <paramref name="Winner"/>: the
/// arm that the rest gets, empty before or where none was clearly the best; <paramref name="Shares"/>: a bandit's, empty before the first batch.
/// </summary>
public sealed record Campaign(
    long Id, string WorkspaceId, string Name, CampaignPlan Plan, CampaignState State, bool IsPaused, int Audience, int Cursor, long NextAt, string Winner, IReadOnlyList<double> Shares, long CreatedAt,
    string MadeBy, long? StartedAt, long? EndedAt)
{
    public const int LongestName = 100;
    public const int Most = 10_000;

    /// <summary>The arm of those who wait for the winner.</summary>
    public const string RestArm = "rest";

    /// <summary>Of those who turned out to be somebody drawn before, or are no longer known.</summary>
    public const string SkippedArm = "skipped";

    /// <summary>People dealt with in one transaction.</summary>
    public const int BatchSize = 1_000;

    private const int FewestOfBandit = 100;
    private const int BatchesOfBandit = 20;
    private const long Hour = 3_600_000;

    public string Experiment => $"campaign:{Number}";

    /// <summary>What the keys of its messages begin with.</summary>
    public string KeyPrefix => $"campaign/{Number}/";

    public string SourcePrefix => $"campaign:{Number}:";

    public bool IsUnderWay => State is not (CampaignState.Draft or CampaignState.Done or CampaignState.Stopped);

    private string Number => Id.ToString(CultureInfo.InvariantCulture);

    /// <summary>How many people the next batch takes, and how long it is waited after it.</summary>
    public (int People, long WaitMs) Batch()
    {
        if (State == CampaignState.Sending && Plan.Choice == CampaignChoice.Bandit)
        {
            return (Math.Max(FewestOfBandit, Audience / BatchesOfBandit), Plan.ChoiceHours * Hour);
        }
        if (Plan.PerHour is not { } most)
        {
            return (BatchSize, 0);
        }
        // Five minutes' worth at a time, so that the pace is even.
        var people = Math.Clamp(most / 12, 1, BatchSize);
        return (people, people * Hour / most);
    }

    /// <summary>The campaign after everybody was dealt with in its state.</summary>
    public Campaign Finished(long now) => State switch
    {
        CampaignState.Sending when Plan.Choice == CampaignChoice.Winner => this with { State = CampaignState.Deciding, Cursor = 0, NextAt = now + (Plan.ChoiceHours * Hour) },
        CampaignState.Sending or CampaignState.Rest when Plan.ResendAfterDays is { } days => this with { State = CampaignState.Resending, Cursor = 0, NextAt = now + (days * 24 * Hour) },
        _ => this with { State = CampaignState.Done, EndedAt = now },
    };

    public static string StateName(CampaignState state) => state switch
    {
        CampaignState.Draft => "draft",
        CampaignState.Scheduled => "scheduled",
        CampaignState.Freezing => "freezing",
        CampaignState.Sending => "sending",
        CampaignState.Deciding => "deciding",
        CampaignState.Rest => "rest",
        CampaignState.Resending => "resending",
        CampaignState.Done => "done",
        _ => "stopped",
    };

    public static CampaignState StateOf(string name) => Enum.GetValues<CampaignState>().Where(state => StateName(state) == name).Cast<CampaignState?>().FirstOrDefault()
        ?? throw new InvalidDataException($"campaigns holds the unknown state '{name}': the database is of a later version.");
}

/// <summary>One of a frozen audience. <paramref name="DueAt"/>: when it is due for that person; null for at once. <paramref name="Arm"/>: null before the draw.</summary>
public sealed record CampaignPerson(int Position, string Person, IReadOnlyList<string> Identifiers, long? DueAt, string? Arm);
