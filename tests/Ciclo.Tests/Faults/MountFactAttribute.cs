using System.Diagnostics;

namespace Ciclo.Tests.Faults;

/// <summary>A test that mounts a small disk of its own; skipped where that is not allowed.</summary>
internal sealed class MountFactAttribute : FactAttribute
{
    public MountFactAttribute()
    {
        if (!SmallDisk.CanBeMounted)
        {
            Skip = "This needs a small disk of its own, and mounting one is for root on Linux: run the tests as root, with the right to mount.";
        }
    }
}

/// <summary>A file system in memory with so much room and no more, and a ballast file that takes it up.</summary>
internal sealed class SmallDisk : IDisposable
{
    private SmallDisk(string folder) => Folder = folder;

    public string Folder { get; }

    public static bool CanBeMounted { get; } = OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && TryMount();

    private string Ballast => Path.Combine(Folder, "ballast");

    public static SmallDisk Mount(int mebibytes)
    {
        var folder = Directory.CreateTempSubdirectory("ciclo-disk-").FullName;
        return Run("mount", "-t", "tmpfs", "-o", $"size={mebibytes}m", "ciclo-test", folder)
            ? new SmallDisk(folder)
            : throw new InvalidOperationException("The disk could not be mounted.");
    }

    /// <summary>Leaves so many bytes free.</summary>
    public void Fill(long leave)
    {
        using var file = File.Open(Ballast, FileMode.Append);
        var block = new byte[64 << 10];
        while (new DriveInfo(Folder).AvailableFreeSpace > leave + block.Length)
        {
            file.Write(block);
            file.Flush();
        }
    }

    public void Free() => File.Delete(Ballast);

    public void Dispose()
    {
        Run("umount", Folder);
        Directory.Delete(Folder);
    }

    private static bool TryMount()
    {
        try
        {
            Mount(1).Dispose();
            return true;
        }
        catch (Exception refused) when (refused is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
