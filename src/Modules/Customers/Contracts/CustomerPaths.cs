using Ciclo.Modules.Profiles.Contracts;
using Microsoft.AspNetCore.Http;

namespace Ciclo.Modules.Customers.Contracts;

/// <summary>Addresses of customers' pages, for the numbers on other pages that open into people.</summary>
public static class CustomerPaths
{
    /// <summary>Whoever is in a stage now.</summary>
    public static string OfStage(string lifecycle, string stage) => With("stage", $"{lifecycle}:{stage}");

    /// <summary>Whoever made such a move.</summary>
    public static string OfMoves(MoveFilter moved) => With("moved", moved.ToString());

    /// <summary>Whoever is in a segment now.</summary>
    public static string OfSegment(string segment) => With("segment", segment);

    /// <summary>Whoever meets a condition of the rule language, counted when the page is opened.</summary>
    public static string OfRule(string rule) => With("rule", rule);

    /// <summary>Whoever is on a static list, by its id.</summary>
    public static string OfList(string list) => With("list", list);

    /// <summary>Whoever carries a tag.</summary>
    public static string OfTag(string tag) => With("tag", tag);

    /// <summary>One customer, by public id or any reference of <c>IdentityGraph.Find</c>.</summary>
    public static string Of(string reference) => "/customers/" + Uri.EscapeDataString(reference);

    private static string With(string field, string value) => "/customers" + QueryString.Create(field, value);
}
