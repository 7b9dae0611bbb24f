using Ciclo.Modules.Keys.Contracts;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Ciclo.Server;

/// <summary>What the OpenAPI document says of each operation: what its parameters mean, which are the same everywhere, and the scope it asks for.</summary>
public sealed class OperationDescription : IOpenApiOperationTransformer
{
    private static readonly Dictionary<string, string> Parameters = new(StringComparer.Ordinal)
    {
        ["at"] = "As of an instant (RFC 3339, or a date in UTC): deadlines up to it have passed, later events are not seen. Default: now.",
        ["from"] = "The first instant, inclusive (RFC 3339, or a date in UTC).",
        ["to"] = "The instant to stop before (RFC 3339, or a date in UTC).",
        ["by"] = "day, week, month, quarter or year. Default: month.",
        ["period"] = "Which period: whole (the last that is over), now (the one under way), or a date in it, 2026-10-01. Default: the dashboard's.",
        ["report"] = "A report's id, as `report.ready` and the dashboard's page say it.",
        ["breakdown"] = "By what each number is broken down: one of the metric's `breakdowns`. Default: not at all.",
        ["pause_as"] = "What a pause is: own (a movement of its own, the default), contraction, churn or excluded.",
        ["limit"] = "Rows a page, 1 to 1000. Default: 100.",
        ["cursor"] = "`next` of the page before. Opaque.",
        ["after"] = "The cursor of the last row known, or `next` of the answer before. Without it: from the beginning.",
        ["wait"] = "Seconds, up to 30, to hold the answer until there is something new. Default: 0.",
        ["lifecycle"] = "A lifecycle's id.",
        ["segment"] = "A segment's id; a sub-segment's is LIFECYCLE/STAGE/ID.",
        ["stage"] = "A stage's id; where no lifecycle is named, LIFECYCLE:STAGE.",
        ["status"] = "open (the default) or done.",
        ["state"] = "due, sending, sent, held_back, missed, failed, unknown, cancelled or caught.",
        ["source"] = "What it is counted under, such as campaign:42; all that begin with it and a colon too.",
        ["query"] = "A piece of any identifier, in any case of letters; or a whole reference such as email:V.",
        ["user"] = "prf_…, user_id:V, anonymous_id:V, email:V, or a bare user id.",
        ["id"] = "The id; for a profile prf_…, user_id:V, anonymous_id:V or email:V, percent-encoded.",
        ["what"] = "A view: events, profiles, stages, moves, segments, identifiers, orders, order_lines, mrr_movements, sessions or costs.",
        ["format"] = "csv (the default), jsonl, cloudevents or parquet.",
        ["sql"] = "One statement that reads: SELECT, WITH, FROM, DESCRIBE, SUMMARIZE, SHOW or EXPLAIN. `DESCRIBE events` says what a view holds.",
        ["reason"] = "Why, for the proof: up to 500 characters that do not name the person.",
        ["channel"] = "email, sms, whatsapp, push or onsite.",
        ["address"] = "An e-mail address, a telephone number, or another address of the channel.",
        ["Idempotency-Key"] = "1 to 99 characters: the same request sent again with the same key is carried out once.",
    };

    public Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        foreach (var parameter in operation.Parameters ?? [])
        {
            if (parameter.Name is { } name && Parameters.TryGetValue(name, out var meaning))
            {
                parameter.Description ??= meaning;
            }
        }
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        if (metadata.OfType<RequiredScope>().FirstOrDefault() is { } required)
        {
            operation.Description = $"Asks for a secret key with the scope `{required.Scope}`.";
        }
        else
        {
            operation.Security = [];
        }
        return Task.CompletedTask;
    }
}
