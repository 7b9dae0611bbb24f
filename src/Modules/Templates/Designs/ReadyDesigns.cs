using System.Text.Json;
using Ciclo.Core;
using Ciclo.Modules.Templates.Content;

namespace Ciclo.Modules.Templates.Designs;

/// <summary>A design that comes with the program, in Spanish and English. <paramref name="Says"/>: when it is sent.</summary>
public sealed record ReadyDesign(string Id, Text Name, Text Says, TemplateContent Content)
{
    /// <summary>The content as a template of somebody who reads that language: named in it, and it comes first.</summary>
    public TemplateContent In(Language language)
    {
        var first = language == Language.Es ? "es" : "en";
        return Content with { Name = Name.In(language), Locales = Content.Locales.OrderByDescending(pair => pair.Key == first).ToDictionary(StringComparer.Ordinal) };
    }
}

/// <summary>The designs that come with the program; each is a file beside this one, of the form that `ciclo templates apply` reads.</summary>
internal static class ReadyDesigns
{
    private const string Prefix = "Ciclo.Modules.Templates.Designs.";

    public static IReadOnlyList<ReadyDesign> All { get; } =
    [
        Of("welcome", new("Welcome", "Bienvenida"), new("When somebody signs up.", "Cuando alguien se registra.")),
        Of("confirm-subscription", new("Confirm a subscription", "Confirmar una suscripción"), new("When somebody says yes to a purpose with double opt-in. Ciclo sends it by itself.", "Cuando alguien dice sí a una finalidad con doble confirmación. Ciclo lo envía solo.")),
        Of("onboarding", new("First step", "Primer paso"), new("When somebody signed up and has not begun.", "Cuando alguien se registró y no ha empezado.")),
        Of("abandoned-cart", new("Abandoned cart", "Carrito abandonado"), new("When a cart is left with products in it.", "Cuando queda un carrito con productos.")),
        Of("order-thanks", new("Thank you for your order", "Gracias por tu pedido"), new("When an order is completed.", "Cuando se completa un pedido.")),
        Of("second-order", new("Second order", "Segunda compra"), new("Some weeks after the first order.", "Unas semanas después de la primera compra.")),
        Of("replenishment", new("Time to restock", "Hora de reponer"), new("When what was bought should be running out.", "Cuando lo comprado debe estar por acabarse.")),
        Of("win-back", new("Win-back", "Te extrañamos"), new("When a customer has not been there for long, with a coupon.", "Cuando un cliente lleva mucho sin venir, con un cupón.")),
        Of("review", new("Ask for a review", "Pedir una reseña"), new("Some days after an order has arrived.", "Unos días después de que llegó un pedido.")),
        Of("nps", new("Would you recommend us?", "¿Nos recomendarías?"), new("When a customer has had time to judge, with 0 to 10.", "Cuando un cliente ya pudo opinar, del 0 al 10.")),
        Of("birthday", new("Birthday", "Cumpleaños"), new("On the day itself, with a present.", "El mismo día, con un regalo.")),
        Of("renewal", new("Renewal ahead", "Renovación próxima"), new("Some days before a subscription renews.", "Unos días antes de renovarse una suscripción.")),
        Of("failed-payment", new("Payment failed", "Pago fallido"), new("When a charge did not go through.", "Cuando un cobro no pasó.")),
        Of("newsletter", new("Newsletter", "Boletín"), new("What is new, in three stories.", "Lo nuevo, en tres historias.")),
    ];

    public static ReadyDesign? Find(string id) => All.FirstOrDefault(design => design.Id == id);

    private static ReadyDesign Of(string id, Text name, Text says)
    {
        using var stream = typeof(ReadyDesigns).Assembly.GetManifestResourceStream($"{Prefix}{id}.yaml") ?? throw new InvalidOperationException($"The design {id} is not embedded in the program.");
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        var (_, content, wrong) = TemplateFile.Read(bytes.ToArray());
        return new ReadyDesign(id, name, says, content ?? throw new JsonException($"{id}: {wrong}"));
    }
}
