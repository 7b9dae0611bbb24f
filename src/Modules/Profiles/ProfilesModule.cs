using System.CommandLine;
using Ciclo.Engine.Hosting;

namespace Ciclo.Modules.Profiles;

/// <summary>People: who they are, what they did, what was refused.</summary>
public sealed class ProfilesModule : IModule
{
    public string Name => "profiles";

    public IEnumerable<Command> Commands(CommandRunner runner) =>
        [ProfileCommands.Events(runner), ProfileCommands.Rejected(runner), ProfileCommands.Identity(runner)];
}
