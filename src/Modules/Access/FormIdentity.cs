using System.Security.Claims;
using Ciclo.Modules.Access.Contracts;

namespace Ciclo.Modules.Access;

/// <summary>The visitor as the framework's antiforgery knows them: a token is good for the user and session it was made for.</summary>
internal static class FormIdentity
{
    public static ClaimsPrincipal Of(Visitor visitor) => new(new ClaimsIdentity(
        [new Claim(ClaimTypes.NameIdentifier, $"{visitor.UserId}/{visitor.SessionId}")], "ciclo"));
}
