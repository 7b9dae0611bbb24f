using Ciclo.Core;

namespace Ciclo.Modules.Predict.Models;

/// <summary>Questions that many ask, to begin with.</summary>
/// <param name="Event">Has to be known for the question to make sense.</param>
internal sealed record ReadyModel(string Id, Text Name, Text Says, ModelKind Kind, string Goal, string Who, int Days, string Event, ModelView View = ModelView.Plain)
{
    private const string Orders = "Order Completed";

    public static IReadOnlyList<ReadyModel> All { get; } =
    [
        new("value", new("What each customer is worth in a year", "Lo que vale cada cliente en un año"), new("Orders and money to come, who still is a customer, and when each orders next.", "Los pedidos y el dinero por venir, quién sigue siendo cliente y cuándo vuelve a pedir."),
            ModelKind.Value, "", "", 365, Orders),
        new("subscription", new("What each subscriber is worth in a year", "Lo que vale cada suscriptor en un año"), new("By how long subscriptions to each plan last, and what each pays a month.", "Según cuánto duran las suscripciones de cada plan y lo que paga cada una al mes."),
            ModelKind.Contract, "", "", 365, "Subscription Started"),
        new("buys_again", new("Orders again within 30 days", "Vuelve a comprar en 30 días"), new("Whom an offer would only cost money, and whom it may move.", "A quién un descuento solo te costaría dinero y a quién puede mover."),
            ModelKind.Event, "\"Order Completed\"", "ever(\"Order Completed\")", 30, Orders),
        new("second_order", new("Orders a second time within 60 days", "Hace su segundo pedido en 60 días"), new("Of those with one order.", "De quienes tienen un pedido."),
            ModelKind.Event, "\"Order Completed\"", "count(\"Order Completed\") == 1", 60, Orders),
        new("first_order", new("Becomes a customer within 30 days", "Se vuelve cliente en 30 días"), new("Lead scoring: of those whose e-mail you know and who have no order.", "Puntuación de prospectos: de quienes conoces el correo y no tienen pedidos."),
            ModelKind.Event, "\"Order Completed\"", "traits.email != null and not ever(\"Order Completed\")", 30, Orders, ModelView.Leads),
        new("churn", new("Leaves: no order for 90 days", "Se va: 90 días sin pedidos"), new("Of customers who ordered in the last 90 days, who will not in the next.", "De quienes pidieron en los últimos 90 días, quién no lo hará."),
            ModelKind.Rule, "ever(\"Order Completed\") and count(\"Order Completed\", 90d) == 0", "count(\"Order Completed\", 90d) >= 1", 90, Orders, ModelView.Churn),
        new("cancels", new("Cancels the subscription within 60 days", "Cancela la suscripción en 60 días"), new("Of those with a subscription: who is about to go, why, and what to do.", "De quienes tienen suscripción: quién está por irse, por qué y qué hacer."),
            ModelKind.Event, "\"Subscription Cancelled\"", "count(\"Subscription Started\") > count(\"Subscription Cancelled\")", 60, "Subscription Cancelled", ModelView.Churn),
    ];
}
