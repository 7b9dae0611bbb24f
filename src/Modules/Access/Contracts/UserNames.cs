using Ciclo.Core;
using Ciclo.Engine.Hosting;

namespace Ciclo.Modules.Access.Contracts;

/// <summary>What people are called whose ids stand beside what they did.</summary>
public static class UserNames
{
    /// <summary>A name for each id: a user's own; words for the command line, the demo and the server; the id itself for any other.</summary>
    public static IReadOnlyDictionary<string, Text> Of(DataHost host, IEnumerable<string> ids) => host.Database.Read(connection =>
        ids.Distinct(StringComparer.Ordinal).ToDictionary(id => id, id => id switch
        {
            "cli" => new Text("the command line", "la línea de comandos"),
            Visitor.DemoId => new Text("the demo", "la demo"),
            "server" => new Text("the server", "el servidor"),
            "" => new Text("nobody known", "nadie conocido"),
            _ => Text.Same(UserStore.ById(connection, id)?.Name ?? id),
        }, StringComparer.Ordinal));
}
