using System.Text;
using System.Text.Json.Nodes;
using Ciclo.Core;
using Ciclo.Engine.Yaml;

namespace Ciclo.Modules.Journeys;

/// <summary>A journey that ships with the program. <paramref name="Yaml"/> is its file.</summary>
public sealed record LibraryJourney(string Id, string Sign, Text About, string Yaml)
{
    public const int LongestName = 80;

    public JsonObject Root() => YamlJson.ToJson(YamlReader.Read(Yaml, new List<Diagnostic>())!)!.AsObject();
}

/// <summary>Journeys ready to use, and the empty one. Each opens on the canvas, to be looked at before anything happens.</summary>
internal static class JourneyLibrary
{
    /// <summary>A rule that another page came with.</summary>
    private const int LongestRule = 4_000;

    public static IReadOnlyList<LibraryJourney> All { get; } =
    [
        Read("welcome", "star", new("Greets who signs up, and helps them to the first order.", "Saluda a quien se registra y le ayuda con su primer pedido.")),
        Read("onboarding", "rocket", new("Nudges who signed up and has not come back, and stops once they do.", "Anima a quien se registró y no ha vuelto, y se detiene en cuanto vuelve.")),
        Read("abandoned-cart", "cart", new("Reminds of a cart after an hour, and once more with an offer after a day.", "Recuerda un carrito tras una hora, y otra vez con una oferta tras un día.")),
        Read("second-order", "repeat", new("Invites to the second order two weeks after the first.", "Invita al segundo pedido dos semanas después del primero.")),
        Read("replenishment", "bag", new("Asks again when what was bought should be running out.", "Escribe cuando lo comprado debería estar por acabarse.")),
        Read("win-back", "undo", new("Writes to customers who slipped away, with two offers against each other.", "Escribe a clientes que se alejaron, con dos ofertas frente a frente.")),
        Read("review", "message", new("Asks for a review a week after delivery.", "Pide una reseña una semana después de la entrega.")),
        Read("nps", "survey", new("Asks how likely they would recommend you; unhappy answers become a task.", "Pregunta si te recomendarían; una mala respuesta se vuelve tarea.")),
        Read("birthday", "gift", new("A gift a week before the birthday, each year.", "Un regalo una semana antes del cumpleaños, cada año.")),
        Read("renewal", "calendar", new("Reminds of a renewal a month and a week before.", "Recuerda una renovación un mes y una semana antes.")),
        Read("at-risk", "shield", new("Has the team put right what went wrong before a customer leaves.", "Hace que el equipo resuelva lo que salió mal antes de que un cliente se vaya.")),
        Read("qualified-lead", "user", new("Gives sales a task for each lead that is qualified.", "Da a ventas una tarea por cada prospecto calificado.")),
        Read("failed-payment", "alert", new("Three reminders after a failed payment, and a call by the team.", "Tres recordatorios tras un pago fallido, y una llamada del equipo.")),
    ];

    public static LibraryJourney? Find(string id) => All.FirstOrDefault(one => one.Id == id);

    public static JsonObject Empty(string name, string zone) => new()
    {
        ["journey"] = "new", ["label"] = name, ["timezone"] = zone, ["trigger"] = new JsonObject { ["event"] = "" }, ["steps"] = new JsonArray(),
    };

    /// <summary>
    /// Puts the id, the workspace's zone, and the trigger that somebody came with into a file. With a stage comes the goal: to reach one of the stages of <paramref name="goal"/>, ids of the same
    /// lifecycle between commas.
    /// </summary>
    public static void Fill(JsonObject root, string id, string zone, string eventName, string stage, string goal, string when)
    {
        root["journey"] = id;
        root["timezone"] = zone;
        if (stage.Split('/') is [{ Length: > 0 } lifecycle, { Length: > 0 }])
        {
            root["trigger"] = new JsonObject { ["enters_stage"] = stage };
            if (goal.Split(',', StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } reached && reached.Append(lifecycle).All(one => one.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')))
            {
                // Where what it is for is said otherwise than by the library, what it is worth there says nothing.
                root["goal"] = new JsonObject { ["when"] = $"stage(\"{lifecycle}\") in [{string.Join(", ", reached.Select(one => $"\"{one}\""))}]", ["within"] = "30d" };
            }
        }
        else if (eventName.Length is > 0 and <= 200 && !eventName.Contains('"', StringComparison.Ordinal))
        {
            root["trigger"] = new JsonObject { ["event"] = $"\"{eventName}\"" };
        }
        else if (when.Length is > 0 and <= LongestRule)
        {
            root["trigger"] = new JsonObject { ["when"] = when.ReplaceLineEndings(" ") };
        }
    }

    /// <summary>An id made of a name: its letters without accents, small, and dashes.</summary>
    public static string IdOf(string name)
    {
        var id = new StringBuilder();
        foreach (var letter in name.Normalize(NormalizationForm.FormD))
        {
            if (char.IsAsciiLetterOrDigit(letter))
            {
                id.Append(char.ToLowerInvariant(letter));
            }
            else if (char.IsWhiteSpace(letter) || letter is '-' or '_' or '/' or '.')
            {
                id.Append('-');
            }
        }
        var parts = id.ToString().Split('-', StringSplitOptions.RemoveEmptyEntries);
        var joined = string.Join('-', parts);
        return joined.Length == 0 ? "journey" : joined[..Math.Min(48, joined.Length)].TrimEnd('-');
    }

    private static LibraryJourney Read(string id, string sign, Text about)
    {
        using var stream = typeof(JourneyLibrary).Assembly.GetManifestResourceStream($"Ciclo.Modules.Journeys.Library.{id}.yaml") ?? throw new InvalidOperationException($"{id}.yaml is not embedded.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return new LibraryJourney(id, sign, about, reader.ReadToEnd());
    }
}
