namespace Ciclo.Data.Files;

/// <summary>Tells a full disk, which passes, from a broken one, which does not.</summary>
public static class DiskFull
{
    /// <summary>ENOSPC, which .NET puts into <see cref="Exception.HResult"/> as it is on Unix.</summary>
    public const int NoSpace = 28;

    private const int QuotaExceeded = 122;
    private const int WindowsDiskFull = unchecked((int)0x80070070);
    private const int WindowsHandleDiskFull = unchecked((int)0x80070027);

    public static bool Is(IOException error) => error.HResult is NoSpace or QuotaExceeded or WindowsDiskFull or WindowsHandleDiskFull;
}
