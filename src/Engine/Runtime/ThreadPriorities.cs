using System.Runtime.InteropServices;

namespace Ciclo.Engine.Runtime;

/// <summary>The operating system's priority of the calling thread. .NET's own is without effect on Linux.</summary>
internal static class ThreadPriorities
{
    private const int OfProcessOrThread = 0;
    private const int CallingThread = 0;

    /// <summary>With another thread that wants the core, this one gets a quarter of it.</summary>
    private const int Nice = 5;

    /// <summary>
    /// Linux (from 6.12 on) lets a thread that wakes run at once where the one on the core asked for longer slices; otherwise it waits until
    /// the slice of that one ends. A request wakes four threads one after the other: beside folding, each waited for most of 3 ms.
    /// </summary>
    private const ulong SliceNanoseconds = 20_000_000;

    /// <summary>Lets every other thread go first. Where the system does not know such a thing, nothing changes.</summary>
    public static void GiveWay()
    {
        if (!OperatingSystem.IsLinux())
        {
            Thread.CurrentThread.Priority = ThreadPriority.BelowNormal;
            return;
        }
        _ = SetPriority(OfProcessOrThread, CallingThread, Nice);
        if (SetAttributesCall is { } call)
        {
            var wanted = new Attributes { Size = (uint)Marshal.SizeOf<Attributes>(), Nice = Nice, SliceNanoseconds = SliceNanoseconds };
            // Older kernels refuse or ignore the slice; the priority is set already.
            _ = SystemCall(call, CallingThread, ref wanted, 0);
        }
    }

    /// <summary>The number of sched_setattr, for which the C library has no function.</summary>
    private static nint? SetAttributesCall => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => 314,
        Architecture.Arm64 => 274,
        _ => null,
    };

    [DllImport("libc", EntryPoint = "setpriority")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetPriority(int which, int who, int priority);

    [DllImport("libc", EntryPoint = "syscall")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint SystemCall(nint number, nint thread, ref Attributes attributes, nint flags);

    /// <summary>`struct sched_attr` of Linux in its first version.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Attributes
    {
        public uint Size;
        public uint Policy;
        public ulong Flags;
        public int Nice;
        public uint Priority;
        public ulong SliceNanoseconds;
        public ulong Deadline;
        public ulong Period;
    }
}
