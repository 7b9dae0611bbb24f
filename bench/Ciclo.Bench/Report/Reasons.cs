namespace Ciclo.Bench.Report;

/// <summary>Why a target is missed where it is, and what would help; shown only beside a row that is missed.</summary>
internal static class Reasons
{
    /// <summary>By id, and by a part of the work or of the peer's name.</summary>
    private static readonly (string Id, string Of, string Text)[] Known =
    [
        ("P5", "a rule changed",
            "Three events in five are read by some rule and folded one after the other, and windows and `since` run out at about as many instants again as there are orders: some 100 ns each, and 2 µs a profile to open, settle and make known what moved. "
            + "What helps: leaving out events of a selector that can change nothing any more (`ever` that holds, a count above its highest limit), and code made for a plan in place of calls through its parts."),
        ("FOLD", "a replay",
            "The same fold without the history: an event that moves nothing costs reading its columns, one shared window and one look at a ladder. What helps is what helps P5."),
        ("FOLD", "one new event",
            "Loading a state finds every deadline anew, which is counted here as well as in the second figure. What helps: keeping deadlines in the saved state."),
        ("F9", "p99 of a calm workspace",
            "A calm workspace waits for what all share: the disk's fsync, which the burst fills with larger writes, and a core, while both accept and fold for the other. It stays far below the limit for answers. "
            + "What helps: a turn of the writer for each workspace in place of one line for all."),
        ("P6", "PostgreSQL",
            "The peer's SQL is the best we know, not the plain one: an index that covers name and number, four window functions over one order, two workers; 19 s of the plain form are under 2 s here. "
            + "On our side most is one pass over kinds, a few loads for each event of a later step, and one cache miss for each profile; what would help is more cores or fewer identifiers a person."),
        ("P7-retention", "chdb",
            "Both sides read instants of everybody who signed up and little else; ours goes from week to week in jumps, theirs over whole columns. "
            + "What is left on ours is finding each profile's rows and its first sign-up; a bit for each week and identifier, made when a segment is written, would save most of it."),
        ("growth-history", "loaded state",
            "Only where windows hold ever more: loading and saving copies what they hold, up to 4,320 entries and 70 kB; the fold itself stays flat, as the first line shows. "
            + "What helps: keeping the states of busy profiles open between ticks, so that only what is new is written."),
        ("growth-restart", "a start",
            "A start reads the checkpoint, which is linear in people, and folds the tail's people anew from their whole history. In the large: 20 M events of 1 M people start within P14's limit. "
            + "What helps: opening the checkpoint's pages when first asked for, and folding on from states kept in it."),
    ];

    /// <summary>Null where nobody has found out.</summary>
    public static string? Find(string id, string work) =>
        Array.Find(Known, known => known.Id == id && work.Contains(known.Of, StringComparison.OrdinalIgnoreCase)).Text;
}
