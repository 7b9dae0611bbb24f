using Ciclo.Core.Events;
using Ciclo.Core.Time;
using Ciclo.Engine.Runtime;

namespace Ciclo.Modules.Consent;

/// <summary>What a person said about a purpose on a channel.</summary>
public enum Answer
{
    None = 0,
    Refused = 1,

    /// <summary>Yes, in a place that does not show that the address is theirs.</summary>
    Unconfirmed = 2,
    Given = 3,
}

/// <summary>Where the answers to a purpose on a channel stand in events; -1 where none ever did.</summary>
internal readonly record struct ConsentPath(int Purpose, int Channel);

/// <summary>
/// What a person's history says of consent as of an instant: for each purpose and channel the latest answer that says something, a pause, and the zone of `traits.timezone`. Reads only events
/// that carry consent or traits. One thread, inside a read of the engine.
/// </summary>
internal sealed class ConsentReader : IDisposable
{
    private const string PauseProperty = "pause_until";

    private readonly EngineState state;
    private readonly HistoryReader reader;
    private readonly int pausePath;
    private readonly int methodPath;
    private readonly int zonePath;

    public ConsentReader(EngineState state)
    {
        this.state = state;
        reader = new HistoryReader(state.Staged.History, kind => (kind.Flags & PackedFlags.Consent) != 0 || kind.Type == CallType.Identify);
        (pausePath, methodPath, zonePath) = (state.Staged.Paths.Find(PauseProperty), state.Staged.Paths.Find("method"), state.Staged.Paths.Find("timezone"));
    }

    /// <summary>0 where there is none.</summary>
    public long PausedUntil { get; private set; }

    /// <summary>As the trait has it; empty where there is none.</summary>
    public string Timezone { get; private set; } = "";

    public ConsentPath PathOf(string purpose, string channel) =>
        new(state.Staged.Paths.Find(FieldPaths.Consent + purpose), state.Staged.Paths.Find(FieldPaths.Consent + purpose + "." + channel));

    public void Dispose() => reader.Dispose();

    /// <summary>Reads one person; the answers to <paramref name="paths"/> are put into <paramref name="answers"/>.</summary>
    public void Read(int profile, ReadOnlySpan<ConsentPath> paths, Span<Answer> answers, long until)
    {
        answers.Clear();
        (PausedUntil, Timezone) = (0, "");
        reader.Open(state.Staged.Identity.MembersOf(profile));
        while (reader.Next(out var e, hearsAll: false) && e.At <= until)
        {
            if (e.Type == CallType.Identify)
            {
                ReadZone(e);
            }
            if ((e.Flags & PackedFlags.Consent) == 0)
            {
                continue;
            }
            for (var i = 0; i < paths.Length; i++)
            {
                if (AnswerOf(e, paths[i]) is { } given)
                {
                    answers[i] = !given ? Answer.Refused : answers[i] == Answer.Given || ConsentMethods.IsConfirming(e.Type == CallType.Track && methodPath >= 0 ? e.GetText(methodPath) : default) ? Answer.Given : Answer.Unconfirmed;
                }
            }
            if (pausePath >= 0 && e.Type == CallType.Track && e.TryGet(pausePath, out var pause))
            {
                PausedUntil = pause.Kind == Core.Values.ValueKind.Text && Instants.TryParse(pause.AsText, Zone.Utc, out var ends) ? ends : 0;
            }
        }
    }

    private void ReadZone(in PackedEvent e)
    {
        if (zonePath >= 0 && e.TryGet(zonePath, out var zone))
        {
            Timezone = zone.Kind == Core.Values.ValueKind.Text ? zone.AsText : "";
        }
    }

    private static bool? AnswerOf(in PackedEvent e, ConsentPath path) =>
        path.Channel >= 0 && e.TryGet(path.Channel, out var answer) ? answer.AsBoolean
        : path.Purpose >= 0 && e.TryGet(path.Purpose, out answer) ? answer.AsBoolean
        : null;
}
