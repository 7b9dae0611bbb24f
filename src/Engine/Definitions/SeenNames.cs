using Ciclo.Core.Rules;

namespace Ciclo.Engine.Definitions;

/// <summary>The names that have come in so far. Nothing here decides anything: a name never seen is a warning.</summary>
public interface ISeenNames
{
    /// <summary>Names of track events.</summary>
    IReadOnlyCollection<string> Events { get; }

    /// <summary>Property paths of a selector's events. <paramref name="name"/>: the track event's; empty for page, screen, identify and any.</summary>
    IReadOnlyCollection<string> PropertiesOf(SelectorKind kind, string name);

    IReadOnlyCollection<string> Traits { get; }

    IReadOnlyCollection<string> GroupTraits { get; }

    IReadOnlyCollection<string> Scores { get; }
}

/// <summary>Names given as they are; <see cref="Empty"/> is a data directory in which nothing has come in.</summary>
public sealed class SeenNames : ISeenNames
{
    public static SeenNames Empty { get; } = new();

    public IReadOnlyCollection<string> Events { get; init; } = [];

    /// <summary>Property paths by event name; those of page, screen, identify and any by these words.</summary>
    public IReadOnlyDictionary<string, IReadOnlyCollection<string>> Properties { get; init; } =
        new Dictionary<string, IReadOnlyCollection<string>>(StringComparer.Ordinal);

    public IReadOnlyCollection<string> Traits { get; init; } = [];

    public IReadOnlyCollection<string> GroupTraits { get; init; } = [];

    public IReadOnlyCollection<string> Scores { get; init; } = [];

    public IReadOnlyCollection<string> PropertiesOf(SelectorKind kind, string name) =>
        Properties.GetValueOrDefault(kind == SelectorKind.Named ? name : kind.ToString().ToLowerInvariant(), []);
}

/// <summary>
/// Names that mean something before any event has come in: the semantic events of Segment's specs (e-commerce v2, B2B SaaS, e-mail,
/// mobile, live chat, A/B testing), this product's own, their properties, and the reserved traits.
/// </summary>
public static class SemanticNames
{
    public static IReadOnlySet<string> Events { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "Products Searched", "Product List Viewed", "Product List Filtered", "Promotion Viewed", "Promotion Clicked", "Product Clicked",
        "Product Viewed", "Product Added", "Product Removed", "Cart Viewed", "Checkout Started", "Checkout Step Viewed",
        "Checkout Step Completed", "Payment Info Entered", "Order Completed", "Order Updated", "Order Refunded", "Order Cancelled",
        "Coupon Entered", "Coupon Applied", "Coupon Denied", "Coupon Removed", "Product Added to Wishlist", "Product Removed from Wishlist",
        "Wishlist Product Added to Cart", "Product Shared", "Cart Shared", "Product Reviewed",
        "Account Created", "Account Deleted", "Signed Up", "Signed In", "Signed Out", "Invite Sent", "Account Added User",
        "Account Removed User", "Trial Started", "Trial Ended",
        "Email Bounced", "Email Delivered", "Email Link Clicked", "Email Marked as Spam", "Email Opened", "Unsubscribed",
        "Application Installed", "Application Opened", "Application Backgrounded", "Application Updated", "Application Uninstalled",
        "Application Crashed", "Push Notification Received", "Push Notification Tapped", "Push Notification Bounced", "Install Attributed",
        "Deep Link Clicked", "Deep Link Opened",
        "Live Chat Conversation Started", "Live Chat Message Sent", "Live Chat Message Received", "Live Chat Conversation Ended",
        "Experiment Viewed",
        "Subscription Started", "Subscription Updated", "Subscription Paused", "Subscription Resumed", "Subscription Cancelled",
        "Subscription Renewed", "Referral Made", "NPS Answered", "Survey Answered", "Points Earned", "Points Redeemed", "Ticket Opened",
        "Ticket Solved", "Brand Mentioned", "Quote Sent", "Quote Accepted", "Invoice Issued", "Invoice Paid",
        "Segment Consent Preference Updated", Core.Folds.SystemEventNames.ScoresUpdated,
    };

    /// <summary>Properties that the specs give to semantic events, at the top or inside `products`.</summary>
    public static IReadOnlySet<string> Properties { get; } = WithProducts(
    [
        "order_id", "checkout_id", "cart_id", "affiliation", "subtotal", "total", "revenue", "shipping", "tax", "discount", "coupon",
        "coupon_id", "coupon_name", "currency", "products", "value", "query", "list_id", "category", "filters", "sorts", "promotion_id",
        "creative", "name", "position", "product_id", "sku", "brand", "variant", "price", "quantity", "url", "image_url", "step",
        "shipping_method", "payment_method", "reason", "wishlist_id", "wishlist_name", "share_via", "share_message", "recipient",
        "review_id", "review_body", "rating", "account_name", "context", "type", "username", "role", "first_name", "last_name", "email",
        "title", "trial_start_date", "trial_end_date", "trial_plan_name", "invitee_email", "invitee_first_name", "invitee_last_name",
        "invitee_role", "email_id", "email_subject", "campaign_id", "campaign_name", "link_url", "link_id", "list_name", "version",
        "build", "from_background", "previous_version", "previous_build", "referring_application", "provider", "campaign", "agent_id",
        "agent_name", "agent_username", "conversation_id", "conversation_duration", "message_id", "message_body", "experiment_id",
        "experiment_name", "variation_id", "variation_name", "subscription_id", "plan", "amount", "interval", "interval_count",
        "effective_at", "score", "points", "ticket_id", "survey_id", "comment", "referral_code", "invoice_id", "quote_id", "path",
        "referrer", "search", "keywords",
    ]);

    public static IReadOnlySet<string> Traits { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "address", "address.city", "address.country", "address.postal_code", "address.state", "address.street", "age", "avatar", "birthday",
        "company", "company.name", "company.id", "company.industry", "company.employee_count", "company.plan", "created_at", "description",
        "email", "first_name", "gender", "id", "last_name", "name", "phone", "title", "username", "website",
    };

    public static IReadOnlySet<string> GroupTraits { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "address", "address.city", "address.country", "address.postal_code", "address.state", "address.street", "avatar", "created_at",
        "description", "email", "employees", "id", "industry", "name", "phone", "website", "plan",
    };

    private static HashSet<string> WithProducts(IReadOnlyList<string> names) =>
        new(names.Concat(names.Select(name => "products." + name)), StringComparer.Ordinal);
}
