namespace Ciclo.Core.Access;

/// <summary>What a person may do in a workspace. A page or a form asks for one of these, never for a role.</summary>
public enum Permission
{
    ReadNumbers = 0,
    ReadPeople = 1,
    ChangePeople = 2,
    ChangeDefinitions = 3,
    Send = 4,
    EraseAndExport = 5,
    KeysAndSources = 6,
    Users = 7,
}

/// <summary>The permissions as people read them.</summary>
public static class Permissions
{
    public static IReadOnlyList<Permission> All { get; } = Enum.GetValues<Permission>();

    public static Text Label(this Permission permission) => permission switch
    {
        Permission.ReadNumbers => new("Read numbers", "Ver cifras"),
        Permission.ReadPeople => new("Read people", "Ver personas"),
        Permission.ChangePeople => new("Change people", "Cambiar personas"),
        Permission.ChangeDefinitions => new("Change definitions", "Cambiar definiciones"),
        Permission.Send => new("Send", "Enviar"),
        Permission.EraseAndExport => new("Erase and export", "Borrar y exportar"),
        Permission.KeysAndSources => new("Keys and sources", "Claves y fuentes"),
        _ => new("Users", "Usuarios"),
    };

    /// <summary>What the permission opens, in one sentence.</summary>
    public static Text Meaning(this Permission permission) => permission switch
    {
        Permission.ReadNumbers => new("The cycle, metrics, funnels, cohorts, revenue.", "El ciclo, métricas, embudos, cohortes e ingresos."),
        Permission.ReadPeople => new("Lists of customers and everything about one of them.", "Listas de clientes y todo sobre cada uno."),
        Permission.ChangePeople => new("Work with one customer: who is who, notes, answers, tasks.", "Trabajar con un cliente: quién es quién, notas, respuestas y tareas."),
        Permission.ChangeDefinitions => new("Lifecycles, segments and settings.", "Ciclos de vida, segmentos y ajustes."),
        Permission.Send => new("Campaigns and journeys that reach many.", "Campañas y recorridos que llegan a muchos."),
        Permission.EraseAndExport => new("Erase a person; take data out in bulk; undo imports.", "Borrar a una persona; sacar datos en bloque; deshacer importaciones."),
        Permission.KeysAndSources => new("Keys of the API, imports and connected services.", "Claves de la API, importaciones y servicios conectados."),
        _ => new("Invite, change roles, end access, read the audit log.", "Invitar, cambiar roles, quitar el acceso y leer el registro de auditoría."),
    };
}
