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

    /// <summary>Requests of one workspace that may wait for their turn or for the disk at once; more are answered with 429.</summary>
    public int RequestsAtOnce { get; set; } = 4_096;

    /// <summary>Bytes that the bodies of all requests on their way may hold; a request that would need more is answered with 429.</summary>
    public long BodyMemory { get; set; } = 256L << 20;
}
