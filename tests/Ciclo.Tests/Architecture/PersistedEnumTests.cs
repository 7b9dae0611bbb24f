using System.Globalization;
using Ciclo.Core.Events;
using Ciclo.Core.Identity;
using Ciclo.Core.Metrics;
using Ciclo.Core.Values;
using Ciclo.Data.Journal;
using Ciclo.Engine.Definitions;

namespace Ciclo.Tests.Architecture;

/// <summary>Numbers that lie on disks never change their meaning: these enumerations only grow, and `persisted-enums.txt` remembers each value.</summary>
public sealed class PersistedEnumTests
{
    private const string Remembered = "tests/Ciclo.Tests/Architecture/persisted-enums.txt";

    private static readonly Type[] Persisted =
    [
        typeof(CallType), typeof(Origin), typeof(EventFlags), typeof(PackedFlags), typeof(ValueKind), typeof(RecordKind), typeof(IdentifierKind),
        typeof(IdentityCommandKind), typeof(DefinitionKind), typeof(Channel),
    ];

    [Fact]
    public void Persisted_enumerations_only_grow() => Findings.AssertNone(Breaches(Lines(), Persisted.SelectMany(Describe)));

    private enum Planted : byte
    {
        First = 1,
        Second = 2,
    }

    [Theory]
    [InlineData("Planted: Byte|Planted.First = 1|Planted.Second = 3", "Planted.Second = 3 is gone from the code")]
    [InlineData("Planted: Byte|Planted.First = 1|Planted.Second = 2|Planted.Third = 3", "Planted.Third = 3 is gone from the code")]
    [InlineData("Planted: Int16|Planted.First = 1|Planted.Second = 2", "Planted: Int16 is gone from the code")]
    [InlineData("Planted: Byte|Planted.First = 1", "Planted.Second = 2 is new")]
    public void A_planted_change_of_a_persisted_value_is_found(string remembered, string breach) => Assert.Contains(
        Breaches(remembered.Split('|'), Describe(typeof(Planted))), found => found.StartsWith(breach, StringComparison.Ordinal));

    private static IEnumerable<string> Breaches(IEnumerable<string> remembered, IEnumerable<string> code)
    {
        var (before, now) = (remembered.ToList(), code.ToList());
        return
        [
            .. before.Except(now).Select(line => $"{line} is gone from the code: files written before hold it, so it must stay as it was"),
            .. now.Except(before).Select(line => $"{line} is new: add the line to {Remembered}, after the last of its enumeration"),
        ];
    }

    private static IEnumerable<string> Lines() => Repository.Files.Single(file => file.Path == Remembered).Text
        .Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#');

    private static IEnumerable<string> Describe(Type type) =>
    [
        $"{type.Name}: {Enum.GetUnderlyingType(type).Name}",
        .. Enum.GetNames(type).Select(name =>
            $"{type.Name}.{name} = {Convert.ToInt64(Enum.Parse(type, name), CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture)}"),
    ];
}
