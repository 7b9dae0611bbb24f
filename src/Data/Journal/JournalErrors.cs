namespace Ciclo.Data.Journal;

/// <summary>More bytes wait to be durable than the limit allows: the client should come back later (429).</summary>
public sealed class JournalBusyException(long waitingBytes, long limitBytes)
    : Exception($"The journal has {waitingBytes} bytes waiting to be written and accepts at most {limitBytes}. Try again shortly.")
{
    public long WaitingBytes { get; } = waitingBytes;

    public long LimitBytes { get; } = limitBytes;
}

/// <summary>The disk is full: nothing of this append was kept, and appends succeed again once there is space (503).</summary>
public sealed class DiskFullException(Exception inner)
    : Exception("The disk that holds the journal is full. Free some space; appending goes on by itself.", inner);

/// <summary>
/// A write or an fsync failed, so that what the disk holds is unknown. Nothing is acknowledged any more in this process; a restart
/// recovers every acknowledged frame.
/// </summary>
public sealed class JournalFailedException(Exception inner)
    : Exception("The journal could not be written, so this process accepts nothing more. Check the disk, then restart.", inner);

/// <summary>
/// Bytes that were durable cannot be read back as they were written. Nothing was changed. <see cref="Offset"/> is in the file;
/// <see cref="Position"/> is the journal's.
/// </summary>
public sealed class JournalDamagedException(string file, long offset, long position, string reason, DamageSurvey survey)
    : Exception($"Journal file '{file}' is damaged at offset {offset} (position {position}): {reason} {survey} "
        + "Nothing was changed. Run `ciclo doctor` for the whole picture, or restore the journal folder from a backup.")
{
    public string File { get; } = file;

    public long Offset { get; } = offset;

    public long Position { get; } = position;

    public DamageSurvey Survey { get; } = survey;
}

/// <summary>What of a damaged segment can be saved: whole frames before the damage and after it, in frames and bytes with their headers.</summary>
public readonly record struct DamageSurvey(long FramesBefore, long BytesBefore, long FramesAfter, long BytesAfter)
{
    public override string ToString() =>
        $"In this file {FramesBefore} frames ({BytesBefore} bytes) before it and {FramesAfter} frames ({BytesAfter} bytes) after it are whole.";
}

/// <summary>The journal was written by a newer program.</summary>
public sealed class JournalVersionException(string file, uint found, uint known)
    : Exception($"Journal file '{file}' has format version {found}; this program knows up to {known}. Start the program that wrote it, or a newer one.");
