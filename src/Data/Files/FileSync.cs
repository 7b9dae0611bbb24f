using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Ciclo.Data.Files;

/// <summary>
/// Makes a file's bytes durable, and of what the system keeps about it only what is needed to read them: its length, not its times. .NET's own
/// call asks for all of it, which cost a tenth more at each group of the journal. A segment is not given its space ahead: on ext4 each flush
/// must then say which part of it was written, and took a fifth longer than one of a file that grows (docs/internals/journal.md).
/// </summary>
internal static class FileSync
{
    private const int Interrupted = 4;

    public static void Run(SafeFileHandle handle)
    {
        if (!OperatingSystem.IsLinux())
        {
            RandomAccess.FlushToDisk(handle);
            return;
        }
        while (DataSync(handle) != 0)
        {
            var code = Marshal.GetLastPInvokeError();
            if (code != Interrupted)
            {
                throw new IOException(new Win32Exception(code).Message, code);
            }
        }
    }

    [DllImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int DataSync(SafeFileHandle handle);
}
