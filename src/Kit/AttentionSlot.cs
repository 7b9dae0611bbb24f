namespace Ciclo.Kit;

/// <summary>
/// A module's place among what needs attention today: the address of a fragment of `ul.c-att`, empty where nothing does. Modules add theirs to the services; the first
/// page asks for each by itself, in that order.
/// </summary>
public sealed record AttentionSlot(string Path);
