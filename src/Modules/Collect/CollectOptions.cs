namespace Ciclo.Modules.Collect;

/// <summary>Settings of the collecting API.</summary>
public sealed class CollectOptions
{
    /// <summary>
    /// The address under which browsers reach this server, such as `https://events.example.com`; it is written into the settings that
    /// the browser library fetches. Without it the address of that request is used.
    /// </summary>
    public Uri? PublicUrl { get; set; }

    /// <summary>Where the random part of generated message ids comes from; the system's generator if null.</summary>
    public Engine.Collect.MessageIds? MessageIds { get; set; }
}
