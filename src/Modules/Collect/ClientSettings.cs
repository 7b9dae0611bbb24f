using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Ciclo.Modules.Collect;

/// <summary>
/// What `@segment/analytics-next` fetches from its `cdnURL` before it starts: where to send, and that there is nothing else to load.
/// </summary>
internal static class ClientSettings
{
    public static void Write(Utf8JsonWriter json, string writeKey, HttpRequest request, Uri? publicUrl)
    {
        var host = publicUrl is null ? request.Host.Value + request.PathBase.Value : publicUrl.Authority + publicUrl.AbsolutePath.TrimEnd('/');
        json.WriteStartObject();
        json.WriteStartObject("integrations");
        json.WriteStartObject("Segment.io");
        json.WriteString("apiKey", writeKey);
        json.WriteString("apiHost", host + "/v1");
        json.WriteString("protocol", publicUrl?.Scheme ?? request.Scheme);
        json.WriteBoolean("addBundledMetadata", true);
        WriteEmptyList(json, "unbundledIntegrations");
        WriteEmptyObject(json, "maybeBundledConfigIds");
        json.WriteEndObject();
        json.WriteEndObject();
        WritePlan(json);
        WriteEmptyObject(json, "edgeFunction");
        WriteEmptyObject(json, "middlewareSettings");
        WriteEmptyObject(json, "enabledMiddleware");
        WriteEmptyList(json, "remotePlugins");
        json.WriteBoolean("analyticsNextEnabled", true);
        json.WriteBoolean("legacyVideoPluginsEnabled", false);
        // Without this the library reports on itself to its maker's servers.
        json.WriteStartObject("metrics");
        json.WriteNumber("sampleRate", 0);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WritePlan(Utf8JsonWriter json)
    {
        json.WriteStartObject("plan");
        foreach (var call in (ReadOnlySpan<string>)["track", "identify", "group"])
        {
            json.WriteStartObject(call);
            json.WriteStartObject("__default");
            json.WriteBoolean("enabled", true);
            WriteEmptyObject(json, "integrations");
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static void WriteEmptyObject(Utf8JsonWriter json, string name)
    {
        json.WriteStartObject(name);
        json.WriteEndObject();
    }

    private static void WriteEmptyList(Utf8JsonWriter json, string name)
    {
        json.WriteStartArray(name);
        json.WriteEndArray();
    }
}
