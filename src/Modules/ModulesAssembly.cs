namespace Ciclo.Modules;

/// <summary>Names the assembly whose embedded scripts are the modules' schemas.</summary>
public static class ModulesAssembly;
