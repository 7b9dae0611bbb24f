using Ciclo.Data.Records;
using Ciclo.Engine.Hosting;

namespace Ciclo.Server;

/// <summary>Every module of the program, in the order of its commands and routes. A new module adds its line here.</summary>
public static class ModuleList
{
    public static IReadOnlyList<IModule> All { get; } =
    [
    ];

    public static IReadOnlyList<Migration> Migrations { get; } = Migration.Embedded(typeof(Modules.ModulesAssembly).Assembly);
}
