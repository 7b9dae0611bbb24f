using System.Text;
using System.Text.Json;
using Ciclo.Core.Events;

namespace Ciclo.Tests.Collect;

/// <summary>Payloads that others published for their own clients (read from the shared data, never copied here).</summary>
public sealed class FixtureTests
{
    [PublishedDataFact("segment_e2e_fixtures")]
    public void Every_payload_of_segments_library_tester_is_admitted()
    {
        var files = Directory.GetFiles(PublishedDataFactAttribute.Folder("segment_e2e_fixtures"), "*.json");
        Assert.Equal(11, files.Length);
        foreach (var file in files)
        {
            var seen = Admitted.Batch($$"""{"batch":[{{File.ReadAllText(file)}}]}""");
            Assert.True(seen.Result.Admitted == 1, $"{Path.GetFileName(file)}: {seen.Rejected.FirstOrDefault()?.Reason}");
            Assert.NotEqual("", seen.Event.UserId);
        }
    }

    [PublishedDataFact("rudder_sdk_fixtures")]
    public void Every_payload_of_rudderstacks_sanity_suite_is_admitted_but_groups_without_an_id()
    {
        var folder = PublishedDataFactAttribute.Folder("rudder_sdk_fixtures");
        var reasons = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in Directory.GetFiles(folder, "*.json"))
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(file));
            var message = document.RootElement.GetProperty("message");
            var seen = Admitted.Read(Encoding.UTF8.GetBytes($$"""{"batch":[{{message.GetRawText()}}]}"""), null);
            if (seen.Rejected.Count > 0)
            {
                reasons[Path.GetFileName(file)] = seen.Reason;
                continue;
            }
            Assert.Equal(message.GetProperty("anonymousId").GetString(), seen.Event.AnonymousId);
            Assert.Equal(message.GetProperty("userId").GetString(), seen.Event.UserId);
            if (seen.Event.Type == CallType.Identify)
            {
                Assert.Equal(message.GetProperty("context").GetProperty("traits").GetRawText(), seen.Event.Properties);
            }
        }
        Assert.Equal(["group6.json", "group7.json"], reasons.Keys.Order(StringComparer.Ordinal));
        Assert.All(reasons.Values, reason => Assert.Equal("no_group_id", reason));
    }
}
