using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Predict.Models;

/// <summary>What a goal is looked at for: the same model, with a page of its own beside the test. Persisted by name.</summary>
public enum ModelView
{
    Plain,

    /// <summary>Who leaves: how long customers stay, who is at risk, and what to do.</summary>
    Churn,

    /// <summary>Who becomes a customer: grades, what a contact is worth, whom sales are to see.</summary>
    Leads,
}

/// <summary>How a model is looked at.</summary>
/// <param name="Cost">Of leads: what contacting one costs, in the workspace's currency; null for nobody said.</param>
/// <param name="Worth">What one that was won brings.</param>
/// <param name="Cuts">Null before the first training.</param>
/// <param name="Threshold">From which probability on a lead is qualified; null for where the gain is highest.</param>
public sealed record ViewSettings(ModelView View, double? Cost = null, double? Worth = null, LeadCuts? Cuts = null, double? Threshold = null)
{
    public static ViewSettings Plain { get; } = new(ModelView.Plain);

    /// <summary>The threshold in force for a test: what was set, else the best, else the one of grade B.</summary>
    public double ThresholdOf(LeadCard card) =>
        Threshold ?? (Cost is { } cost && Worth is { } worth ? card.Best(cost, worth)?.Threshold : null) ?? CutsOf(card).B;

    public LeadCuts CutsOf(LeadCard card) => Cuts ?? LeadCuts.Of(card.Curve);
}

/// <summary>The table `model_views`. Writes run in the caller's transaction.</summary>
internal static class ViewStore
{
    /// <summary>Plain for a model of which nobody said anything.</summary>
    public static ViewSettings Find(SqliteConnection connection, long model, SqliteTransaction? transaction = null)
    {
        using var command = new SqliteCommand("SELECT view, settings FROM model_views WHERE model_id = @model", connection, transaction);
        command.Parameters.AddWithValue("@model", model);
        using var reader = command.ExecuteReader();
        return reader.Read() ? JsonSerializer.Deserialize<ViewSettings>(reader.GetString(1))! with { View = Enum.Parse<ModelView>(reader.GetString(0)) } : ViewSettings.Plain;
    }

    public static void Put(SqliteConnection connection, SqliteTransaction transaction, long model, ViewSettings settings)
    {
        using var command = new SqliteCommand("""
            INSERT INTO model_views (model_id, view, settings) VALUES (@model, @view, @settings)
            ON CONFLICT (model_id) DO UPDATE SET view = @view, settings = @settings
            """, connection, transaction);
        command.Parameters.AddWithValue("@model", model);
        command.Parameters.AddWithValue("@view", settings.View.ToString());
        command.Parameters.AddWithValue("@settings", JsonSerializer.Serialize(settings));
        command.ExecuteNonQuery();
    }
}
