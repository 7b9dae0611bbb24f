using System.Text.Json.Serialization;
using Ciclo.Core.Identity;

namespace Ciclo.Engine.Runtime;

/// <summary>A person joined, separated or lifted two identifiers. <paramref name="By"/>: who, as an account's or key's id.</summary>
public sealed record IdentityCommandRecord(IdentityCommandKind Kind, string A, string B, long At, string Id, string By);

public sealed record ImportStartedRecord(uint Id, string Source, string FileName, long At);

public sealed record ImportEndedRecord(uint Id, long At, long Rows, long Skipped, long Rejected);

public sealed record ImportUndoneRecord(uint Id, long At, string By);

/// <summary>The JSON bodies of journal records. Persisted: names only grow.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(IdentityCommandRecord))]
[JsonSerializable(typeof(ImportStartedRecord))]
[JsonSerializable(typeof(ImportEndedRecord))]
[JsonSerializable(typeof(ImportUndoneRecord))]
public sealed partial class RecordJson : JsonSerializerContext;
