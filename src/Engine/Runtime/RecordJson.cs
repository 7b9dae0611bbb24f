using System.Text.Json.Serialization;
using Ciclo.Core.Identity;

namespace Ciclo.Engine.Runtime;

/// <summary>A person joined, separated or lifted two identifiers. <paramref name="By"/>: who, as an account's or key's id.</summary>
public sealed record IdentityCommandRecord(IdentityCommandKind Kind, string A, string B, long At, string Id, string By);

public sealed record ImportStartedRecord(uint Id, string Source, string FileName, long At);

public sealed record ImportEndedRecord(uint Id, long At, long Rows, long Skipped, long Rejected);

public sealed record ImportUndoneRecord(uint Id, long At, string By);

/// <summary>
/// A person is to be erased. <paramref name="Hashes"/>: of identifiers and public ids, under <paramref name="Key"/>, in hex
/// (<see cref="ErasedIdentifiers"/>). <paramref name="Identifiers"/> and <paramref name="Events"/> are how many the person had.
/// </summary>
public sealed record ErasureBegunRecord(string Id, long At, string By, string Key, IReadOnlyList<string> Hashes, int Identifiers, long Events);

public sealed record ErasureDoneRecord(string Id, long At, long Events, long Redacted, long Rejected, long Commands, long Moves);

public sealed record ErasureLiftedRecord(string Id, long At, string By);

/// <summary>The JSON bodies of journal records. Persisted: names only grow.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(IdentityCommandRecord))]
[JsonSerializable(typeof(ImportStartedRecord))]
[JsonSerializable(typeof(ImportEndedRecord))]
[JsonSerializable(typeof(ImportUndoneRecord))]
[JsonSerializable(typeof(ErasureBegunRecord))]
[JsonSerializable(typeof(ErasureDoneRecord))]
[JsonSerializable(typeof(ErasureLiftedRecord))]
public sealed partial class RecordJson : JsonSerializerContext;
