using System.Text.Unicode;
using Ciclo.Core.Events;

namespace Ciclo.Engine.Collect;

/// <summary>
/// One step of admission: reads or checks a part of the item and answers why the item is refused, or <see cref="RejectReason.None"/>.
/// A step never throws for what a client sent.
/// </summary>
internal delegate RejectReason AdmissionStep(scoped ref Item item, scoped in Batch batch);

/// <summary>The steps an item takes, in order; the first that refuses it gives the reason.</summary>
internal static class Steps
{
    public static readonly (string Name, AdmissionStep Run)[] InOrder =
    [
        ("size", CheckSize),
        ("object", CheckObject),
        ("text", CheckText),
        ("read", ReadFields),
        ("type", TakeType),
        ("shapes", CheckShapes),
        ("inherit", InheritContext),
        ("identifiers", Identifiers.Take),
        ("group", Identifiers.TakeGroup),
        ("previous", Identifiers.TakePrevious),
        ("name", EventName.Take),
        ("message_id", TakeMessageId),
        ("times", TakeTimes),
        ("origin", TakeOrigin),
        ("content", Content.Take),
    ];

    private static RejectReason CheckSize(scoped ref Item item, scoped in Batch batch)
    {
        var length = item.Json.Length + batch.Context.Json.Length + batch.Integrations.Length;
        if (length <= CollectLimits.ItemBytes)
        {
            return RejectReason.None;
        }
        item.Detail = $"{length} > {CollectLimits.ItemBytes}";
        return RejectReason.TooLarge;
    }

    private static RejectReason CheckObject(scoped ref Item item, scoped in Batch batch) =>
        item.Json[0] == '{' ? RejectReason.None : RejectReason.NotAnObject;

    private static RejectReason CheckText(scoped ref Item item, scoped in Batch batch) =>
        Utf8.IsValid(item.Json) ? RejectReason.None : RejectReason.InvalidText;

    private static RejectReason ReadFields(scoped ref Item item, scoped in Batch batch)
    {
        item.Names = batch.ContextNames;
        ItemReader.Read(ref item, batch.Scratch);
        if (item.Fault == RejectReason.None && batch.ContextFault != RejectReason.None)
        {
            item.Detail = "context";
            return batch.ContextFault;
        }
        return item.Fault;
    }

    private static RejectReason TakeType(scoped ref Item item, scoped in Batch batch)
    {
        // The path's word wins for a single call.
        if ((batch.Facts.Call ?? CallNames.Find(item.Type)) is not { } call)
        {
            return RejectReason.UnknownType;
        }
        item.Record.Type = call;
        return RejectReason.None;
    }

    private static RejectReason CheckShapes(scoped ref Item item, scoped in Batch batch)
    {
        var wrong = item.Wrong & UsedBy(item.Record.Type);
        if (wrong == Field.Other)
        {
            return RejectReason.None;
        }
        item.Detail = wrong.ToString();
        return RejectReason.WrongType;
    }

    /// <summary>A field that the call does not use may have any shape: libraries send `"event": null` with an identify.</summary>
    private static Field UsedBy(CallType call) => Field.UserId | Field.AnonymousId | Field.MessageId | Field.Context | call switch
    {
        CallType.Track => Field.Event | Field.Properties,
        CallType.Page or CallType.Screen => Field.Name | Field.Properties,
        CallType.Identify => Field.Traits,
        CallType.Group => Field.GroupId | Field.Traits,
        _ => Field.PreviousId,
    };

    private static RejectReason InheritContext(scoped ref Item item, scoped in Batch batch)
    {
        if (!batch.Context.Json.IsEmpty)
        {
            ContextMerge.Inherit(ref item.Context, in batch.Context);
        }
        return RejectReason.None;
    }

    private static RejectReason TakeMessageId(scoped ref Item item, scoped in Batch batch)
    {
        var id = Identifiers.OrEmpty(item.MessageId);
        if (id.IsEmpty)
        {
            var generated = batch.Scratch.Take(MessageIds.Length);
            batch.Ids.Write(generated, batch.Facts.ReceivedAt);
            item.Record.MessageId = generated;
            return RejectReason.None;
        }
        item.Record.MessageId = id;
        return Identifiers.IsLonger(id, CollectLimits.MessageIdCharacters) ? RejectReason.MessageIdTooLong : RejectReason.None;
    }

    private static RejectReason TakeTimes(scoped ref Item item, scoped in Batch batch)
    {
        item.Record.ReceivedAt = batch.Facts.ReceivedAt;
        var original = item.OriginalTimestamp.Sent ? item.OriginalTimestamp : item.Timestamp;
        ClientTime.Correct(ref item.Record, original, item.SentAt.Readable ? item.SentAt : batch.SentAt);
        return RejectReason.None;
    }

    private static RejectReason TakeOrigin(scoped ref Item item, scoped in Batch batch)
    {
        if (item.Record.Type == CallType.Track && SystemEvents.Contains(item.Record.Name))
        {
            item.Record.Flags |= EventFlags.System;
        }
        if (batch.Facts.GlobalPrivacyControl)
        {
            item.Record.Flags |= EventFlags.GlobalPrivacyControl;
        }
        return RejectReason.None;
    }
}
