using System.CommandLine;

namespace Ciclo.Engine.Hosting;

/// <summary>
/// What a command works with that looks at a data directory itself, without or before opening it: the directory may be new, or refuse to open.
/// <paramref name="Open"/> opens it; null if another process owns it.
/// </summary>
public sealed record FolderContext(string Folder, CommandEnvironment Environment, Func<string, DataHost?> Open);

/// <summary>Answers the exit code; null: go on as with any other command.</summary>
public delegate Task<int?> FolderHandler(ParseResult arguments, FolderContext context, CancellationToken cancellation);
