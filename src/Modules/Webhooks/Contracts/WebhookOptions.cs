namespace Ciclo.Modules.Webhooks.Contracts;

/// <summary>What the operator lets webhooks do. <paramref name="AllowsPrivate"/>: they may go to private addresses, this machine's own among them.</summary>
public sealed record WebhookOptions(bool AllowsPrivate = false);
