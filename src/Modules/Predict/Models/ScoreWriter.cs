using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Ciclo.Core.Folds;
using Ciclo.Core.Identity;
using Ciclo.Core.Predict.Goals;
using Ciclo.Data.Journal;
using Ciclo.Engine.Collect;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;

namespace Ciclo.Modules.Predict.Models;

/// <summary>
/// Writes scores into the journal as `Scores Updated` events of the system: `NAME` the score, `NAME_name` what it is of, `NAME_why` what moved it, `NAME_low` and `NAME_high` what it lies between with 80 % probability; of money also `NAME_currency`, and what it is
/// made of: `NAME_alive`, `NAME_orders` or `NAME_months`; `NAME_version` the number of the training. A score that has hardly changed is not written again.
/// </summary>
internal static class ScoreWriter
{
    public const string Why = "_why";
    public const string Label = "_name";
    public const string Low = "_low";
    public const string High = "_high";
    public const string Alive = "_alive";
    public const string Orders = "_orders";
    public const string Months = "_months";
    public const string Version = "_version";

    /// <summary>The currency, of a score that is money.</summary>
    public const string Money = "_currency";

    /// <summary>Of a lead: how well they fit and how engaged they are, 0 to 100; the grade, A to D; whether sales are to see them.</summary>
    public const string Fit = "_fit";
    public const string Engagement = "_engagement";
    public const string Grade = "_grade";
    public const string Qualified = "_qualified";

    private const int AtOnce = 1_000;

    /// <summary>Answers how many people have a score now that stands.</summary>
    public static async Task<long> WriteAsync(DataHost host, WorkspaceEngine engine, PredictModel model, long version, IReadOnlyList<PersonScored> scores, CancellationToken cancellation)
    {
        await AppendAsync(host, engine, string.Create(CultureInfo.InvariantCulture, $"score-{version}-{host.NowMs}"), [.. scores.Where(HasChanged).Select(score => (score.Profile, Encoding.UTF8.GetBytes(PropertiesOf(model, version, score))))], cancellation);
        return scores.Count;
    }

    /// <summary>Writes a `Scores Updated` event for each person; <paramref name="writing"/> and the person make it one.</summary>
    public static async Task AppendAsync(DataHost host, WorkspaceEngine engine, string writing, IReadOnlyList<(int Profile, byte[] Properties)> scores, CancellationToken cancellation)
    {
        foreach (var some in scores.Chunk(AtOnce))
        {
            var (frame, now) = (new FrameBuilder(), host.NowMs);
            foreach (var (properties, id, person) in engine.Read(state => some.Select(score => (score.Properties, PublicIdOf(state, score.Profile), PersonOf(state, score.Profile))).ToList()))
            {
                if (person is { } known && !engine.Erased.Contains(known))
                {
                    OwnEvents.Track(frame, known, writing + "-" + id, SystemEventNames.ScoresUpdated, properties, true, now, now);
                }
            }
            if (frame.Records > 0)
            {
                await engine.AppendAsync(frame.Payload, cancellation);
            }
        }
    }

    /// <summary>`column|value|log-odds`, by semicolons.</summary>
    public static string Packed(IEnumerable<Reason> reasons) => string.Join(';', reasons.Select(reason =>
        $"{Clean(reason.Column)}|{Clean(reason.Value ?? "")}|{reason.LogOdds.ToString("0.##", CultureInfo.InvariantCulture)}"));

    public static IReadOnlyList<Reason> Unpacked(string text) =>
    [
        .. text.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(part => part.Split('|')).Where(part => part.Length == 3)
            .Select(part => new Reason(part[0], part[1].Length == 0 ? null : part[1], double.TryParse(part[2], NumberStyles.Float, CultureInfo.InvariantCulture, out var odds) ? odds : 0)),
    ];

    private static string Clean(string text) => text.Replace('|', '/').Replace(';', ',');

    private static bool HasChanged(PersonScored score) => score.Before is not { } before || (score.Lead is { } lead && lead.Mark != score.Graded) || Math.Abs(score.Score - before) > Math.Max(0.005, 0.05 * before);

    private static string PublicIdOf(EngineState state, int profile) => state.Staged.Identity.PublicId(profile);

    /// <summary>The strongest identifier; null of somebody who is gone.</summary>
    private static Identifier? PersonOf(EngineState state, int profile) =>
        state.Staged.Identity.IsProfile(profile) && state.Staged.Identity.IdentifiersOf(profile) is { Count: > 0 } known ? known.MinBy(one => one.Identifier.Kind).Identifier : null;

    private static string PropertiesOf(PredictModel model, long version, PersonScored score)
    {
        var digits = score.Worth is null ? 4 : 2;
        var properties = new JsonObject { [model.Score] = Math.Round(score.Score, digits), [model.Score + Label] = model.Name, [model.Score + Why] = Packed(score.Reasons), [model.Score + Version] = version };
        if (score.Between is { } between)
        {
            properties[model.Score + Low] = Math.Round(between.Low, digits);
            properties[model.Score + High] = Math.Round(between.High, digits);
        }
        if (score.Worth is { } worth)
        {
            properties[model.Score + Alive] = Math.Round(worth.Alive, 4);
            if (worth.Orders is { } orders)
            {
                properties[model.Score + Orders] = Math.Round(orders, 3);
            }
            if (worth.Months is { } months)
            {
                properties[model.Score + Months] = Math.Round(months, 2);
            }
            properties[model.Score + Money] = worth.Currency;
        }
        if (score.Lead is { } lead)
        {
            properties[model.Score + Fit] = lead.Fit;
            properties[model.Score + Engagement] = lead.Engagement;
            properties[model.Score + Grade] = lead.Grade;
            properties[model.Score + Qualified] = lead.IsQualified;
        }
        return properties.ToJsonString();
    }
}
