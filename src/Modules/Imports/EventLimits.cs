namespace Ciclo.Modules.Imports;

/// <summary>What one imported event may hold. Characters are UTF-16 code units.</summary>
public static class EventLimits
{
    public const int EventBytes = 1 << 20;
    public const int NameCharacters = 512;
    public const int IdCharacters = 512;
    public const int MessageIdBytes = 99;

    /// <summary>A row of the file, before anything is taken from it.</summary>
    public const int RowBytes = 4 << 20;
}
