using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ciclo.Modules.Safety;

/// <summary>A file of a backup: its path with `/`, its length, its CRC32C.</summary>
public sealed record BackupFile(string Path, long Bytes, uint Crc32c);

/// <summary>A workspace in a backup. Positions are the ends of the journal and of the feed: everything acknowledged before is in the copy.</summary>
public sealed record BackupWorkspace(string Id, long JournalPosition, long FeedPosition);

/// <summary>`backup.json`, written last: a folder without it is no whole backup.</summary>
public sealed record BackupManifest(int Version, long At, IReadOnlyList<BackupWorkspace> Workspaces, IReadOnlyList<BackupFile> Files)
{
    public const string FileName = "backup.json";
    public const int Known = 1;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(BackupManifest))]
internal sealed partial class BackupJson : JsonSerializerContext;
