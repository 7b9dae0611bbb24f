namespace Ciclo.Bench.Peers;

/// <summary>The line that a peer prints for a target.</summary>
/// <param name="Target">The question's id.</param>
/// <param name="Peer">Its name.</param>
/// <param name="Version">Its version.</param>
/// <param name="WallMs">Milliseconds of each run.</param>
/// <param name="CpuMs">CPU milliseconds of each run, all threads and processes of the peer.</param>
/// <param name="Answer">In the form of the expected answer.</param>
/// <param name="Note">What one has to know beside the figures.</param>
/// <param name="Error">Why there is no answer.</param>
internal sealed record PeerMeasure(string Target, string Peer, string Version, double[] WallMs, double[] CpuMs, string Answer, string Note, string? Error = null);

/// <summary>The line that a peer prints once its data is loaded.</summary>
internal sealed record PeerReady(bool Ready, string Peer, string Version, string[] Targets);
