using System.Runtime.InteropServices;

namespace Ciclo.Engine.Runtime;

/// <summary>The operating system's priority of the calling thread. .NET's own is without effect on Linux.</summary>
internal static class ThreadPriorities
{
    private const int OfProcessOrThread = 0;
    private const int CallingThread = 0;

    /// <summary>With another thread that wants the core, this one gets a quarter of it.</summary>
    private const int Nice = 5;

    /// <summary>Lets every other thread go first. Where the system does not know such a thing, nothing changes.</summary>
    public static void GiveWay()
    {
        if (OperatingSystem.IsLinux())
        {
            _ = SetPriority(OfProcessOrThread, CallingThread, Nice);
        }
        else
        {
            Thread.CurrentThread.Priority = ThreadPriority.BelowNormal;
        }
    }

    [DllImport("libc", EntryPoint = "setpriority")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetPriority(int which, int who, int priority);
}
