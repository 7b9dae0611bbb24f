using System.Net;
using Ciclo.Core.Time;

namespace Ciclo.Modules.Webhooks.Tests;

/// <summary>What is decided without a network: when the next attempt comes, what a signature is, which addresses are private.</summary>
public sealed class MessageTests
{
    [Fact]
    public void Attempts_follow_the_published_schedule_with_at_most_a_fifth_more()
    {
        long[] seconds = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
        foreach (var chance in new[] { 0.0, 0.5, 1.0 })
        {
            var (message, now) = (New(), 1_000_000L);
            foreach (var wait in seconds)
            {
                message = message.After(new Attempt(500, ""), now, chance);
                Assert.Equal((MessageState.Due, now + (long)(wait * 1_000 * (1 + (chance / 5)))), (message.State, message.DueAt));
                now = message.DueAt;
            }
            Assert.Equal((MessageState.Failed, 10), (message.After(new Attempt(0, NoAnswer.Timeout), now, chance).State, message.After(new Attempt(500, ""), now, chance).Attempts));
        }
    }

    [Theory]
    [InlineData(200, MessageState.Delivered)]
    [InlineData(204, MessageState.Delivered)]
    [InlineData(301, MessageState.Due)]
    [InlineData(404, MessageState.Due)]
    [InlineData(410, MessageState.Failed)]
    [InlineData(0, MessageState.Due)]
    public void An_answer_decides_what_becomes_of_the_message(int status, MessageState state) => Assert.Equal(state, New().After(new Attempt(status, ""), 1, 0).State);

    [Fact]
    public void The_signature_is_that_of_the_specifications_example()
    {
        // github.com/standard-webhooks: the example of the libraries' own tests.
        var endpoint = Hook() with { Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" };
        Assert.Equal("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", endpoint.Sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, """{"test": 2432232314}""", 0));
    }

    [Fact]
    public void Both_secrets_sign_for_a_day_after_a_rotation()
    {
        var before = Hook();
        var after = before.Rotated(1_000);
        Assert.NotEqual(before.Secret, after.Secret);
        var received = new Received("msg_1", 7, after.Sign("msg_1", 7, "{}", 1_000 + Durations.Day - 1), "{}");
        Assert.True(received.IsSignedWith(before.Secret) && received.IsSignedWith(after.Secret));
        var later = received with { Signature = after.Sign("msg_1", 7, "{}", 1_000 + Durations.Day) };
        Assert.True(!later.IsSignedWith(before.Secret) && later.IsSignedWith(after.Secret));
        Assert.False((later with { Body = "{ }" }).IsSignedWith(after.Secret));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("10.1.2.3")]
    [InlineData("172.31.0.1")]
    [InlineData("192.168.1.1")]
    [InlineData("169.254.169.254")]
    [InlineData("100.64.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("255.255.255.255")]
    [InlineData("::1")]
    [InlineData("::")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("fe80::1")]
    [InlineData("fd00::1")]
    [InlineData("64:ff9b::a00:1")]
    [InlineData("2002:7f00:1::")]
    public void A_private_address_is_none_of_the_open_internet(string address) => Assert.False(PublicAddress.Is(IPAddress.Parse(address)));

    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("172.32.0.1")]
    [InlineData("2606:4700:4700::1111")]
    [InlineData("::ffff:8.8.8.8")]
    public void A_public_address_is(string address) => Assert.True(PublicAddress.Is(IPAddress.Parse(address)));

    [Theory]
    [InlineData("https://example.com/hook", null)]
    [InlineData("http://127.0.0.1:9/hook", null)]
    [InlineData("http://[::1]:9/hook", null)]
    [InlineData("http://10.0.0.7/hook", null)]
    [InlineData("http://example.com/hook", "bad_webhook_url")]
    [InlineData("https://me:secret@example.com/", "bad_webhook_url")]
    [InlineData("ftp://example.com/", "bad_webhook_url")]
    [InlineData("/hook", "bad_webhook_url")]
    public void An_address_is_https_or_of_a_machine_of_ones_own(string url, string? code) => Assert.Equal(code, Endpoint.Refuse("crm", url, [])?.Code);

    private static Message New() => new("msg_1", "default", 1, "k", "t", "{}", 0, MessageState.Due, 0, 0, null, 0, "");

    private static Endpoint Hook() => new(1, "default", "crm", "https://example.com", Endpoint.NewSecret(), "", 0, [], EndpointState.On, 0, "cli");
}
