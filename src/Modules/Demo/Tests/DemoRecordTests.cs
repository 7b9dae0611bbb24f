using System.Text;
using System.Text.Json;
using Ciclo.Core.Events;
using Ciclo.Core.Time;

namespace Ciclo.Modules.Demo.Tests;

public sealed class DemoRecordTests
{
    private static readonly string[] ReservedHosts = ["example.com", "example.org", "correo.example", "oficina.example"];

    private static DemoShop Shop() => new(new DemoOptions(DemoStream.Afternoon) { Customers = 1_500 });

    [Fact]
    public void Each_record_says_what_its_json_says()
    {
        var kinds = new HashSet<string>();
        DemoStream.Each(Shop(), (in EventRecord record) =>
        {
            using var json = JsonDocument.Parse(record.Json.ToArray());
            var root = json.RootElement;
            var type = root.GetProperty("type").GetString()!;
            kinds.Add(type);
            Assert.Equal(record.Type.ToString().ToLowerInvariant(), type);
            Assert.Equal(Said(root, "messageId"), Encoding.UTF8.GetString(record.MessageId));
            Assert.InRange(record.MessageId.Length, 1, 99);
            Assert.Equal(Said(root, "userId"), Encoding.UTF8.GetString(record.UserId));
            Assert.Equal(Said(root, "anonymousId"), Encoding.UTF8.GetString(record.AnonymousId));
            Assert.Equal(Said(root, "groupId"), Encoding.UTF8.GetString(record.GroupId));
            Assert.Equal(Said(root, record.Type == CallType.Page ? "name" : "event"), Encoding.UTF8.GetString(record.Name));
            Assert.True(record.UserId.Length + record.AnonymousId.Length > 0);
            Assert.Equal(Instants.Format(record.Timestamp), Said(root, "timestamp"));
            Assert.Equal(record.Timestamp, record.ReceivedAt);
            Assert.Equal(record.Timestamp, record.OriginalTimestamp);
            Assert.Equal(EventRecord.NoTime, record.SentAt);
            var members = record.Type is CallType.Identify or CallType.Group ? "traits" : "properties";
            Assert.Equal(root.GetProperty(members).GetRawText(), Encoding.UTF8.GetString(record.PropertiesJson));
            Assert.Equal(root.GetProperty("context").GetRawText(), Encoding.UTF8.GetString(record.Context));
            var email = root.TryGetProperty("traits", out var traits) ? Said(traits, "email") : "";
            Assert.Equal(email, Encoding.UTF8.GetString(record.Email));
            Assert.InRange(record.Json.Length, 1, 32_768);
        });
        Assert.Equal(["group", "identify", "page", "track"], kinds.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Times_grow_within_a_person_and_stay_within_the_story()
    {
        var shop = Shop();
        var last = new Dictionary<string, long>();
        DemoStream.Each(shop, (in EventRecord record) =>
        {
            var person = DemoStream.PersonOf(record);
            Assert.True(record.Timestamp > last.GetValueOrDefault(person, long.MinValue), $"{person} goes back to {Instants.Format(record.Timestamp)}");
            Assert.InRange(record.Timestamp, shop.From, shop.Until - 1);
            last[person] = record.Timestamp;
        });
        Assert.Equal(1_500 + (int)(1_500 * 4.1), last.Count);
    }

    [Fact]
    public void Message_ids_are_unique()
    {
        var seen = new HashSet<UInt128>();
        DemoStream.Each(Shop(), (in EventRecord record) => Assert.True(seen.Add(Hash.Of(record.MessageId))));
        Assert.NotEmpty(seen);
    }

    [Fact]
    public void Every_mail_address_and_link_ends_in_a_name_reserved_for_examples()
    {
        var addresses = 0;
        DemoStream.Each(Shop(), (in EventRecord record) =>
        {
            var properties = Encoding.UTF8.GetString(record.PropertiesJson);
            for (var at = properties.IndexOf('@', StringComparison.Ordinal); at >= 0; at = properties.IndexOf('@', at + 1))
            {
                var host = properties[(at + 1)..properties.IndexOf('"', at)];
                Assert.Contains(host, ReservedHosts);
                addresses++;
            }
            Assert.DoesNotContain("https://cafealtura.com", properties, StringComparison.Ordinal);
        });
        Assert.True(addresses >= 1_400, $"{addresses} addresses");
    }

    [Fact]
    public void Only_what_the_system_did_to_people_has_origin_system()
    {
        var bySystem = new HashSet<string>();
        DemoStream.Each(Shop(), (in EventRecord record) =>
        {
            if (record.Origin == Origin.System)
            {
                bySystem.Add(Encoding.UTF8.GetString(record.Name));
            }
        });
        Assert.Equal(["Email Bounced", "Email Delivered", "Email Sent", "In-App Message Sent", "WhatsApp Message Sent"], bySystem.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Visits_carry_their_campaign_and_referrer_on_the_page_on_which_they_begin()
    {
        var (landings, campaigns) = (0, 0);
        DemoStream.Each(Shop(), (in EventRecord record) =>
        {
            var landing = record.PropertiesJson.IndexOf("\"referrer\":"u8) >= 0;
            var campaign = record.Context.IndexOf("\"campaign\":{\"source\":"u8) >= 0;
            Assert.True(landing || !campaign);
            Assert.True(!landing || record.Type == CallType.Page);
            landings += landing ? 1 : 0;
            campaigns += campaign ? 1 : 0;
        });
        Assert.InRange(campaigns, landings / 5, landings / 2);
    }

    private static string Said(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetString()! : "";
}
