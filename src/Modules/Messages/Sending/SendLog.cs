using System.Globalization;
using System.Text;
using Ciclo.Core.Mail;
using Ciclo.Modules.Messages.Contracts;

namespace Ciclo.Modules.Messages.Sending;

/// <summary>How far one message of a batch came, as its log says. <paramref name="Result"/> is null where nobody had answered.</summary>
internal sealed record Progress(SendResult? Result);

/// <summary>
/// The file beside the records that says how far each message of a batch came: a line before its first byte goes out, and one with the answer. Lines are handed to the system one by one
/// and not forced to the disk, which would cost more than sending does: a killed program loses none of them, a machine that loses power may. So the file names the start of the
/// machine in which it was written; after another start it counts for nothing, and all of the batch is in doubt.
/// </summary>
internal sealed class SendLog : ISendLog, IDisposable
{
    private const string Extension = ".log";

    private readonly Lock gate = new();
    private readonly FileStream file;
    private readonly Dictionary<string, SendResult> results = new(StringComparer.Ordinal);
    private readonly HashSet<string> begun = new(StringComparer.Ordinal);

    private SendLog(FileStream file) => this.file = file;

    /// <summary>Begins the log of a batch, before any of its messages is claimed.</summary>
    public static SendLog Begin(string folder, string batch)
    {
        Directory.CreateDirectory(folder);
        var log = new SendLog(new FileStream(PathOf(folder, batch), FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0));
        log.Write("boot\t" + BootId());
        return log;
    }

    public void Begin(OutgoingMessage message)
    {
        lock (gate)
        {
            Write(">\t" + message.Id);
            begun.Add(message.Id);
        }
    }

    public void End(OutgoingMessage message, SendResult result)
    {
        lock (gate)
        {
            results[message.Id] = result;
            Write(string.Create(CultureInfo.InvariantCulture,
                $"=\t{message.Id}\t{(int)result.Outcome}\t{result.Reason}\t{result.RetryAfterMs}\t{(result.IsAddressDead ? 1 : 0)}\t{HeaderWriter.Clean(result.Detail)}"));
        }
    }

    /// <summary>What came of a message; null where it was never begun. One that was begun and not ended is in doubt.</summary>
    public SendResult? ResultOf(string id)
    {
        lock (gate)
        {
            return results.GetValueOrDefault(id) ?? (begun.Contains(id) ? new SendResult(SendOutcome.Unknown, "", "no_answer") : null);
        }
    }

    public void Dispose() => file.Dispose();

    /// <summary>Ends and deletes the log, once what it says is in the records.</summary>
    public void Delete()
    {
        file.Dispose();
        File.Delete(file.Name);
    }

    /// <summary>
    /// Reads the log of a batch that a program left when it ended: the messages that were begun. Null where it says nothing that counts: there is none, or the machine was started since.
    /// </summary>
    public static IReadOnlyDictionary<string, Progress>? Read(string folder, string batch)
    {
        var path = PathOf(folder, batch);
        if (!File.Exists(path) || BootId() is not { Length: > 0 } boot)
        {
            return null;
        }
        var lines = File.ReadAllText(path, Encoding.UTF8).Split('\n');
        if (lines[0] != "boot\t" + boot)
        {
            return null;
        }
        var found = new Dictionary<string, Progress>(StringComparer.Ordinal);
        // The last line may be cut, or is empty.
        foreach (var cells in lines[1..^1].Select(line => line.Split('\t')))
        {
            found[cells[1]] = new Progress(cells[0] == "=" ? ResultIn(cells) : null);
        }
        return found;
    }

    /// <summary>Takes away what earlier programs left, once it is in the records.</summary>
    public static void Clear(string folder)
    {
        foreach (var path in Directory.Exists(folder) ? Directory.GetFiles(folder, "*" + Extension) : [])
        {
            File.Delete(path);
        }
    }

    private static SendResult ResultIn(string[] cells) => new(
        (SendOutcome)int.Parse(cells[2], CultureInfo.InvariantCulture), cells[6], cells[3], long.Parse(cells[4], CultureInfo.InvariantCulture), cells[5] == "1");

    private static string PathOf(string folder, string batch) => Path.Combine(folder, batch + Extension);

    private void Write(string line) => file.Write(Encoding.UTF8.GetBytes(line + "\n"));

    /// <summary>Names the time since the machine was started; empty where the system does not say.</summary>
    private static string BootId()
    {
        const string Kernel = "/proc/sys/kernel/random/boot_id";
        return File.Exists(Kernel) ? File.ReadAllText(Kernel).Trim() : "";
    }
}
