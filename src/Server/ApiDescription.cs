using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Ciclo.Server;

/// <summary>What the OpenAPI document says of the API as a whole: its name, its conventions, its keys.</summary>
public sealed class ApiDescription : IOpenApiDocumentTransformer
{
    private const string Scheme = "secretKey";

    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Ciclo",
            Version = "v1",
            Description = "Customer lifecycles by rules anyone can read. Times are RFC 3339 UTC; ids are opaque; lists answer `data` and the cursor `next`; refusals are problem details (RFC 9457) with a stable `code`.",
            License = new OpenApiLicense { Name = "Apache-2.0", Identifier = "Apache-2.0" },
        };
        document.Servers = [];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal);
        document.Components.SecuritySchemes[Scheme] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description = "A secret key (`sk_…`), made by `ciclo keys add --kind secret --name NAME`.",
        };
        document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Scheme, document)] = [] }];
        return Task.CompletedTask;
    }
}
