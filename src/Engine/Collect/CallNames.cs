using Ciclo.Core.Events;

namespace Ciclo.Engine.Collect;

/// <summary>The calls by the names that `type` has, exactly as written.</summary>
public static class CallNames
{
    public static CallType? Find(ReadOnlySpan<byte> name) => name.Length switch
    {
        4 when name.SequenceEqual("page"u8) => CallType.Page,
        5 when name.SequenceEqual("track"u8) => CallType.Track,
        5 when name.SequenceEqual("group"u8) => CallType.Group,
        5 when name.SequenceEqual("alias"u8) => CallType.Alias,
        6 when name.SequenceEqual("screen"u8) => CallType.Screen,
        8 when name.SequenceEqual("identify"u8) => CallType.Identify,
        _ => null,
    };
}
