using Ciclo.Core;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Customers.Pages;
using Microsoft.AspNetCore.Http;

namespace Ciclo.Modules.Customers.Changes;

/// <summary>Why something was not done, and where to go on.</summary>
public sealed record Refusal(Text Why, string Back);

internal static class Refusals
{
    public static IResult Page(HttpContext http, Text why, string back) =>
        http.Page<RefusalPage>(new Refusal(why, back), StatusCodes.Status400BadRequest);
}
