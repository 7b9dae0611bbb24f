using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Ciclo.Core;
using Ciclo.Core.Events;
using Ciclo.Core.Identity;
using Ciclo.Core.Time;
using Ciclo.Core.Values;

namespace Ciclo.Modules.Imports;

/// <summary>What all events of one import share.</summary>
internal sealed record EventOrigin(byte[] Source, uint ImportId, long ReceivedAt, bool ReplacesChanged, SystemNames IsSystem);

/// <summary>
/// Makes an event of a row or group, in the shape of the Segment specification. The bytes depend on the map, the row and, for an event
/// without a timestamp or after <see cref="EventOrigin.ReceivedAt"/>, the instant of the import; never on the row's place in the file.
/// </summary>
internal sealed class EventBuilder : IDisposable
{
    /// <summary>Letters stay letters: the JSON is read by machines, not pasted into a page.</summary>
    internal static readonly JavaScriptEncoder Escaping = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    private const int EmailCharacters = 320;

    private readonly ArrayBufferWriter<byte> json = new(4_096);
    private readonly Utf8JsonWriter writer;
    private readonly Scratch scratch = new();
    private readonly EventOrigin origin;

    internal EventBuilder(EventOrigin origin)
    {
        this.origin = origin;
        writer = new Utf8JsonWriter(json, new JsonWriterOptions { Encoder = Escaping, SkipValidation = true });
    }

    public void Dispose() => writer.Dispose();

    /// <summary>
    /// Writes the event's record to <paramref name="output"/>. <paramref name="happenedAt"/>: null for an emit without a timestamp.
    /// <paramref name="contentKey"/> stands in where the emit has no key. Nothing is written if the answer is a fault.
    /// </summary>
    internal RowFault Write(EmitPlan emit, RowScope scope, long? happenedAt, ReadOnlySpan<byte> contentKey, IBufferWriter<byte> output)
    {
        scope.ClearFault();
        scratch.Clear();
        var record = new EventRecord { Type = emit.Type, Flags = EventFlags.Imported | (origin.ReplacesChanged ? EventFlags.Replace : 0) };
        var fault = TakeName(emit, scope, ref record);
        fault = fault.IsNone ? TakeIds(emit, scope, ref record) : fault;
        fault = fault.IsNone ? TakeKey(emit, scope, contentKey, ref record) : fault;
        if (!fault.IsNone)
        {
            return fault;
        }
        TakeTime(happenedAt, ref record);
        WriteJson(emit, scope, happenedAt, ref record);
        if (!scope.Fault.IsNone)
        {
            return scope.Fault;
        }
        if (record.Json.Length > EventLimits.EventBytes)
        {
            return RowFault.Of(RowFaultCode.TooLarge);
        }
        record.Write(output);
        return default;
    }

    private RowFault TakeName(EmitPlan emit, RowScope scope, scoped ref EventRecord record)
    {
        var plan = emit.Type == CallType.Track ? emit.Event : emit.Name;
        if (plan is null)
        {
            return default;
        }
        record.Name = plan.Column < 0 ? plan.Literal : Normalized(scope, plan.Column);
        if (emit.Type == CallType.Track && record.Name.IsEmpty)
        {
            return RowFault.Of(RowFaultCode.NoEvent);
        }
        if (record.Name.Length > EventLimits.NameCharacters && Encoding.UTF8.GetCharCount(record.Name) > EventLimits.NameCharacters)
        {
            return RowFault.Of(RowFaultCode.NameTooLong);
        }
        if (emit.Type == CallType.Track && origin.IsSystem(record.Name))
        {
            record.Flags |= EventFlags.System;
        }
        return default;
    }

    /// <summary>A name after NFC and trim, as it counts in rules.</summary>
    private ReadOnlySpan<byte> Normalized(RowScope scope, int column)
    {
        var text = scope.TextOf(column);
        if (Ascii.IsValid(text))
        {
            return Kept(text[Ascii.Trim(text)]);
        }
        return Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(text).Normalize(NormalizationForm.FormC).Trim());
    }

    private RowFault TakeIds(EmitPlan emit, RowScope scope, scoped ref EventRecord record)
    {
        var fault = default(RowFault);
        var isBlocked = false;
        record.UserId = Identifier(scope, emit.UserId, ref fault, ref isBlocked);
        record.AnonymousId = Identifier(scope, emit.AnonymousId, ref fault, ref isBlocked);
        record.Email = Email(emit, scope);
        var hasSomeone = !record.UserId.IsEmpty || !record.AnonymousId.IsEmpty || !record.Email.IsEmpty;
        if (fault.IsNone && (emit.Type == CallType.Alias ? record.UserId.IsEmpty : !hasSomeone))
        {
            fault = RowFault.Of(isBlocked ? RowFaultCode.BlockedId : RowFaultCode.NoId);
        }
        var isIgnored = false;
        record.GroupId = Identifier(scope, emit.GroupId, ref fault, ref isIgnored);
        record.PreviousId = Identifier(scope, emit.PreviousId, ref fault, ref isIgnored);
        if (fault.IsNone && emit.Type == CallType.Group && record.GroupId.IsEmpty)
        {
            fault = RowFault.Of(RowFaultCode.NoGroupId);
        }
        if (fault.IsNone && emit.Type == CallType.Alias && record.PreviousId.IsEmpty)
        {
            fault = RowFault.Of(RowFaultCode.NoPreviousId);
        }
        return fault;
    }

    /// <summary>The cell, trimmed; empty where the value stands for nobody.</summary>
    private ReadOnlySpan<byte> Identifier(RowScope scope, int column, scoped ref RowFault fault, scoped ref bool isBlocked)
    {
        if (column < 0)
        {
            return default;
        }
        if (scope.Row.KindOf(column) is CellKind.Object or CellKind.List)
        {
            scope.Fail(RowFaultCode.BadId, column);
            fault = scope.Fault;
            return default;
        }
        var text = scope.TextOf(column).Trim(" \t\r\n"u8);
        if (text.IsEmpty || BlockedValues.IsBlocked(text))
        {
            isBlocked |= !text.IsEmpty;
            return default;
        }
        if (text.Length > EventLimits.IdCharacters && Encoding.UTF8.GetCharCount(text) > EventLimits.IdCharacters)
        {
            fault = RowFault.Of(RowFaultCode.IdTooLong);
        }
        return Kept(text);
    }

    /// <summary>The address as it counts for identity: trimmed and lower-cased; empty if it cannot be one.</summary>
    private static ReadOnlySpan<byte> Email(EmitPlan emit, RowScope scope)
    {
        var text = emit.Email >= 0 ? Encoding.UTF8.GetString(scope.TextOf(emit.Email)) : emit.EmailTrait?.TextOf(scope);
        text = text?.Trim().ToLowerInvariant();
        return text is { Length: <= EmailCharacters } && text.Contains('@', StringComparison.Ordinal) ? Encoding.UTF8.GetBytes(text) : default(ReadOnlySpan<byte>);
    }

    private RowFault TakeKey(EmitPlan emit, RowScope scope, ReadOnlySpan<byte> contentKey, scoped ref EventRecord record)
    {
        var key = contentKey;
        if (emit.KeyColumn >= 0)
        {
            key = scope.TextOf(emit.KeyColumn).Trim(" \t\r\n"u8);
        }
        else if (emit.Key is not null)
        {
            var value = scope.Evaluate(emit.Key);
            key = value.IsNull ? default : Encoding.UTF8.GetBytes(value.Kind == ValueKind.Text ? value.AsText : value.ToString());
        }
        if (key.IsEmpty)
        {
            return new RowFault(RowFaultCode.NoKey, new Text($"no key for {Encoding.UTF8.GetString(emit.Id)}", $"no hay clave para {Encoding.UTF8.GetString(emit.Id)}"));
        }
        var destination = scratch.Take(EventLimits.MessageIdBytes);
        record.MessageId = destination[..MessageKeys.Write(destination, origin.Source, emit.Id, key)];
        return default;
    }

    private void TakeTime(long? happenedAt, scoped ref EventRecord record)
    {
        record.ReceivedAt = origin.ReceivedAt;
        record.SentAt = EventRecord.NoTime;
        record.ImportId = origin.ImportId;
        record.OriginalTimestamp = happenedAt ?? EventRecord.NoTime;
        record.Timestamp = Math.Min(happenedAt ?? origin.ReceivedAt, origin.ReceivedAt);
        record.Flags |= happenedAt > origin.ReceivedAt ? EventFlags.Clamped : 0;
    }

    private void WriteJson(EmitPlan emit, RowScope scope, long? happenedAt, scoped ref EventRecord record)
    {
        json.ResetWrittenCount();
        writer.Reset();
        writer.WriteStartObject();
        writer.WriteString("type"u8, NameOf(emit.Type));
        WriteIfPresent(emit.Type == CallType.Track ? "event"u8 : "name"u8, record.Name);
        WriteIfPresent("category"u8, emit.Category is not { } category ? default : category.Column < 0 ? category.Literal : Normalized(scope, category.Column));
        WriteIfPresent("userId"u8, record.UserId);
        WriteIfPresent("anonymousId"u8, record.AnonymousId);
        WriteIfPresent("groupId"u8, record.GroupId);
        WriteIfPresent("previousId"u8, record.PreviousId);
        if (happenedAt is { } instant)
        {
            writer.WriteString("timestamp"u8, Instants.Format(instant));
        }
        var email = emit.Email >= 0 ? scope.TextOf(emit.Email).Trim(" \t\r\n"u8) : default;
        var properties = WriteBody(emit, scope, emit.Type == CallType.Identify ? email : default);
        var context = WriteContext(emit.Type == CallType.Identify ? default : email);
        writer.WriteEndObject();
        writer.Flush();
        record.Json = json.WrittenSpan;
        record.Properties = properties;
        record.Context = record.Json[context];
    }

    private Range WriteBody(EmitPlan emit, RowScope scope, ReadOnlySpan<byte> email)
    {
        if (emit.Body is null && email.IsEmpty)
        {
            return default;
        }
        writer.WritePropertyName(emit.Type is CallType.Identify or CallType.Group ? "traits"u8 : "properties"u8);
        var start = Position;
        writer.WriteStartObject();
        WriteIfPresent("email"u8, email);
        emit.Body?.WriteMembers(writer, scope);
        writer.WriteEndObject();
        return new Range(start, Position);
    }

    private Range WriteContext(ReadOnlySpan<byte> email)
    {
        if (email.IsEmpty)
        {
            return default;
        }
        writer.WritePropertyName("context"u8);
        var start = Position;
        writer.WriteStartObject();
        writer.WriteStartObject("traits"u8);
        writer.WriteString("email"u8, email);
        writer.WriteEndObject();
        writer.WriteEndObject();
        return new Range(start, Position);
    }

    private int Position => (int)(writer.BytesCommitted + writer.BytesPending);

    private void WriteIfPresent(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (!value.IsEmpty)
        {
            writer.WriteString(name, value);
        }
    }

    private Span<byte> Kept(ReadOnlySpan<byte> text)
    {
        var kept = scratch.Take(text.Length);
        text.CopyTo(kept);
        return kept;
    }

    private static ReadOnlySpan<byte> NameOf(CallType type) => type switch
    {
        CallType.Track => "track"u8,
        CallType.Identify => "identify"u8,
        CallType.Page => "page"u8,
        CallType.Screen => "screen"u8,
        CallType.Group => "group"u8,
        _ => "alias"u8,
    };
}
