namespace Ciclo.Modules.Access.Contracts;

/// <summary>How a server lets people in. <paramref name="IsDemo"/>: whoever sits at this machine looks at that workspace without signing in, and nobody else does.</summary>
public sealed record AccessOptions(bool IsDemo = false, string DemoWorkspace = "default");
