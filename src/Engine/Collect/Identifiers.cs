using System.Text;
using System.Text.Json;
using Ciclo.Core.Events;
using Ciclo.Core.Identity;

namespace Ciclo.Engine.Collect;

/// <summary>Which identifiers of an item count: blocked values are emptied, e-mail is lower-cased, and one must be left.</summary>
internal static class Identifiers
{
    public static RejectReason Take(scoped ref Item item, scoped in Batch batch)
    {
        var userId = OrEmpty(item.UserId);
        var anonymousId = OrEmpty(item.AnonymousId);
        if (IsLonger(userId, CollectLimits.IdCharacters) || IsLonger(anonymousId, CollectLimits.IdCharacters))
        {
            return RejectReason.IdTooLong;
        }
        item.Record.UserId = OrBlocked(userId);
        item.Record.AnonymousId = OrBlocked(anonymousId);
        if (item.Record.Type == CallType.Identify)
        {
            item.Record.Email = Email(item.TraitsEmail, batch.Scratch);
        }
        if (item.Record.Email.IsEmpty)
        {
            item.Record.Email = Email(item.Context.Email, batch.Scratch);
        }
        var externalSent = TakeExternal(ref item, in batch);
        if (!item.Record.UserId.IsEmpty || !item.Record.AnonymousId.IsEmpty || !item.Record.Email.IsEmpty || !item.Record.ExternalIdBytes.IsEmpty)
        {
            return RejectReason.None;
        }
        return userId.IsEmpty && anonymousId.IsEmpty && !externalSent ? RejectReason.NoId : RejectReason.BlockedId;
    }

    public static RejectReason TakeGroup(scoped ref Item item, scoped in Batch batch)
    {
        if (item.Record.Type != CallType.Group)
        {
            return RejectReason.None;
        }
        item.Record.GroupId = OrEmpty(item.GroupId);
        return item.Record.GroupId.IsEmpty ? RejectReason.NoGroupId
            : IsLonger(item.Record.GroupId, CollectLimits.IdCharacters) ? RejectReason.IdTooLong
            : RejectReason.None;
    }

    public static RejectReason TakePrevious(scoped ref Item item, scoped in Batch batch)
    {
        if (item.Record.Type != CallType.Alias)
        {
            return RejectReason.None;
        }
        item.Record.PreviousId = OrEmpty(item.PreviousId);
        return item.Record.PreviousId.IsEmpty ? RejectReason.NoPreviousId
            : BlockedValues.IsBlocked(item.Record.PreviousId) ? RejectReason.BlockedId
            : IsLonger(item.Record.PreviousId, CollectLimits.IdCharacters) ? RejectReason.IdTooLong
            : RejectReason.None;
    }

    /// <summary>The text, or empty if it is all blanks: a template whose variable was empty sends those.</summary>
    public static ReadOnlySpan<byte> OrEmpty(ReadOnlySpan<byte> text) => text.ContainsAnyExcept(" \t\r\n"u8) ? text : default;

    /// <summary>Whether a text has more UTF-16 code units than <paramref name="limit"/>: what JavaScript calls its length.</summary>
    public static bool IsLonger(ReadOnlySpan<byte> utf8, int limit) => utf8.Length > limit && Encoding.UTF8.GetCharCount(utf8) > limit;

    private static ReadOnlySpan<byte> OrBlocked(ReadOnlySpan<byte> text) => BlockedValues.IsBlocked(text) ? default : text;

    /// <summary>The address as it counts for identity: trimmed, lower-cased; empty if it cannot be one.</summary>
    internal static ReadOnlySpan<byte> Email(ReadOnlySpan<byte> sent, Scratch scratch)
    {
        if (!sent.Contains((byte)'@') || sent.Length > 4 * CollectLimits.EmailCharacters)
        {
            return default;
        }
        if (!Ascii.IsValid(sent))
        {
            return EmailOfUnicode(sent, scratch);
        }
        var trimmed = sent[Ascii.Trim(sent)];
        if (trimmed.Length > CollectLimits.EmailCharacters)
        {
            return default;
        }
        if (!trimmed.ContainsAnyInRange((byte)'A', (byte)'Z'))
        {
            return trimmed;
        }
        var lower = scratch.Take(trimmed.Length);
        Ascii.ToLower(trimmed, lower, out _);
        return lower;
    }

    private static ReadOnlySpan<byte> EmailOfUnicode(ReadOnlySpan<byte> sent, Scratch scratch)
    {
        var text = Encoding.UTF8.GetString(sent).Trim().ToLowerInvariant();
        if (text.Length > CollectLimits.EmailCharacters)
        {
            return default;
        }
        var lower = scratch.Take(Encoding.UTF8.GetByteCount(text));
        Encoding.UTF8.GetBytes(text, lower);
        return lower;
    }

    /// <summary>Answers whether the list named any id at all; entries that are no id, or over their limit, are left in the JSON only.</summary>
    private static bool TakeExternal(scoped ref Item item, scoped in Batch batch)
    {
        if (item.Context.ExternalIds.IsEmpty)
        {
            return false;
        }
        var sent = 0;
        var output = batch.ExternalIds;
        output.ResetWrittenCount();
        var json = new Utf8JsonReader(item.Context.ExternalIds, JsonText.AnyDepth);
        json.Read();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray && sent < CollectLimits.ExternalIds)
        {
            if (json.TokenType != JsonTokenType.StartObject)
            {
                json.Skip();
                continue;
            }
            ReadEntry(ref json, batch.Scratch, out var type, out var id);
            if (!type.IsEmpty && !id.IsEmpty)
            {
                sent++;
                if (!BlockedValues.IsBlocked(id))
                {
                    ExternalIds.Append(output, type, id);
                }
            }
        }
        item.Record.ExternalIdBytes = output.WrittenSpan;
        return sent > 0;
    }

    private static void ReadEntry(scoped ref Utf8JsonReader json, Scratch scratch, out ReadOnlySpan<byte> type, out ReadOnlySpan<byte> id)
    {
        type = id = default;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isType = JsonText.Is(ref json, "type"u8);
            var isId = JsonText.Is(ref json, "id"u8);
            json.Read();
            var text = !isType && !isId ? default
                : json.TokenType == JsonTokenType.String ? OrEmpty(scratch.Text(ref json))
                : json.TokenType == JsonTokenType.Number ? json.ValueSpan
                : default;
            json.Skip();
            type = isType ? text : type;
            id = isId ? text : id;
        }
    }
}
