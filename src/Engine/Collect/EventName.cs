using System.Text;
using Ciclo.Core.Events;

namespace Ciclo.Engine.Collect;

/// <summary>The name an event counts under: after normal form C and trim, so that a rule finds it however it was typed.</summary>
internal static class EventName
{
    public static RejectReason Take(scoped ref Item item, scoped in Batch batch)
    {
        var isTrack = item.Record.Type == CallType.Track;
        var sent = isTrack ? item.Event : item.Record.Type is CallType.Page or CallType.Screen ? item.Name : default;
        var reason = Normalize(sent, batch.Scratch, out item.Record.Name);
        return reason == RejectReason.None && isTrack && item.Record.Name.IsEmpty ? RejectReason.NoEvent : reason;
    }

    private static RejectReason Normalize(ReadOnlySpan<byte> sent, Scratch scratch, out ReadOnlySpan<byte> name)
    {
        if (Ascii.IsValid(sent))
        {
            name = sent[Ascii.Trim(sent)];
            return name.Length <= CollectLimits.NameCharacters ? RejectReason.None : RejectReason.NameTooLong;
        }
        name = default;
        // U+FFFE is no character: the platform's normalization throws for it.
        if (sent.IndexOf("\ufffe"u8) >= 0)
        {
            return RejectReason.InvalidText;
        }
        var text = Encoding.UTF8.GetString(sent).Normalize(NormalizationForm.FormC).Trim();
        if (text.Length > CollectLimits.NameCharacters)
        {
            return RejectReason.NameTooLong;
        }
        var utf8 = scratch.Take(Encoding.UTF8.GetByteCount(text));
        Encoding.UTF8.GetBytes(text, utf8);
        name = utf8;
        return RejectReason.None;
    }
}
