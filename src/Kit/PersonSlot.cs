namespace Ciclo.Kit;

/// <summary>
/// A module's card on a customer's page: the address of a fragment, `{id}` in it standing for the person's public id. Modules add theirs to the services; the page asks for each by itself, in
/// that order, so that none keeps the page waiting.
/// </summary>
public sealed record PersonSlot(string Path)
{
    public string Of(string id) => Path.Replace("{id}", Uri.EscapeDataString(id), StringComparison.Ordinal);
}
