using Ciclo.Data.Records;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Collect;
using Ciclo.Modules.Keys;

namespace Ciclo.Server;

/// <summary>Every module of the program, in the order of its commands and routes. A new module adds its line here.</summary>
public static class ModuleList
{
    public static IReadOnlyList<IModule> All { get; } =
    [
        new CollectModule(),
        new KeysModule(),
    ];

    public static IRulesSource RulesSource { get; } = new NoRules();

    private sealed class NoRules : IRulesSource
    {
        public Engine.Runtime.WorkspaceRules Load(Database database, string workspace) => Engine.Runtime.WorkspaceRules.Empty;
    }

    public static IReadOnlyList<Migration> Migrations { get; } = Migration.Embedded(typeof(Modules.ModulesAssembly).Assembly);
}
