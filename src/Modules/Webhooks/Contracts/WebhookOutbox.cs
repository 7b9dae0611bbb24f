using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ciclo.Core.Time;
using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Webhooks.Contracts;

/// <summary>Messages to other programs, kept until they are taken.</summary>
public static class WebhookOutbox
{
    /// <summary>The largest message, in bytes of UTF-8.</summary>
    public const int MostBytes = 256 * 1024;

    /// <summary>
    /// Puts a message into the outbox in the caller's transaction: it goes out once that is committed, also after a crash, and the receiver can
    /// tell by its id that it came twice. False where it does not go: the endpoint has one of that <paramref name="key"/>, is off, does not take
    /// the type, or is none of the workspace's.
    /// </summary>
    /// <param name="connection">Of the records.</param>
    /// <param name="transaction">The caller's.</param>
    /// <param name="workspaceId">Whose message it is.</param>
    /// <param name="endpointId">Where to.</param>
    /// <param name="type">One of <see cref="WebhookTypes"/>.</param>
    /// <param name="json">An object: the `data` of the message. The `type` and the `timestamp` are put around it.</param>
    /// <param name="key">What makes it one and the same message, such as `alert/7/2026-11-21`.</param>
    /// <param name="nowMs">Unix milliseconds.</param>
    /// <exception cref="ArgumentException">The message is larger than <see cref="MostBytes"/>, or no JSON.</exception>
    public static bool Add(SqliteConnection connection, SqliteTransaction transaction, string workspaceId, long endpointId, string type, string json, string key, long nowMs)
    {
        if (Store.Endpoint(connection, transaction, workspaceId, endpointId) is not { IsOn: true } endpoint || !endpoint.Takes(type))
        {
            return false;
        }
        return Store.AddMessage(connection, transaction, new Message(Message.NewId(), workspaceId, endpointId, key, type, BodyOf(type, json, nowMs), nowMs, MessageState.Due, 0, nowMs, null, 0, ""));
    }

    private static string BodyOf(string type, string json, long nowMs)
    {
        JsonNode? data;
        try
        {
            data = JsonNode.Parse(json);
        }
        catch (JsonException wrong)
        {
            throw new ArgumentException("The data of a message is JSON.", nameof(json), wrong);
        }
        var body = new JsonObject { ["type"] = type, ["timestamp"] = Instants.Format(nowMs), ["data"] = data }.ToJsonString();
        return Encoding.UTF8.GetByteCount(body) <= MostBytes ? body : throw new ArgumentException($"A message has {MostBytes} bytes at most.", nameof(json));
    }
}
