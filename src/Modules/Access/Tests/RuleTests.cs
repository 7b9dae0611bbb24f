using System.Diagnostics;
using System.Net;
using Ciclo.Core.Access;
using Ciclo.Core.Time;
using Ciclo.Modules.Keys;

namespace Ciclo.Modules.Access.Tests;

/// <summary>The rules that need no server: passwords, addresses, throttling, roles.</summary>
public sealed class RuleTests
{
    private const long Now = 1_795_262_400_000;

    [Theory]
    [InlineData("elevenchars", "password_short")]
    [InlineData("ñandúñandú1", "password_short")]
    [InlineData("password1234", "password_common")]
    [InlineData("Passw0rd!2024", "password_common")]
    [InlineData("Contraseña2026", "password_common")]
    [InlineData("qwertyuiop12", "password_common")]
    [InlineData("iloveyou2024!", "password_common")]
    [InlineData("aaaaaaaaaaaa", "password_common")]
    [InlineData("abcabcabcabc", "password_common")]
    [InlineData("123456789012", "password_common")]
    [InlineData("abcdefghijklm", "password_common")]
    [InlineData("987654321098", "password_common")]
    [InlineData("1q2w3e4r5t6y", "password_common")]
    [InlineData("ana.lopez@example.com", "password_common")]
    [InlineData("Ana.Lopez2026", "password_common")]
    [InlineData("correct horse of ours", null)]
    [InlineData("tres tristes tigres", null)]
    [InlineData("zkqjwvxhpmtr", null)]
    [InlineData("sin reglas de composición", null)]
    public void A_password_is_refused_for_being_short_or_guessed_first_and_for_nothing_else(string password, string? code) =>
        Assert.Equal(code, PasswordRules.Refuse(password, "ana.lopez@example.com")?.Code);

    [Fact]
    public void A_password_has_256_characters_at_most()
    {
        var random = new Random(1);
        var text = string.Concat(Enumerable.Range(0, 257).Select(_ => (char)('a' + random.Next(26))));
        Assert.Null(PasswordRules.Refuse(text[..256], "a@example.com"));
        Assert.Equal("password_long", PasswordRules.Refuse(text, "a@example.com")?.Code);
    }

    [Theory]
    [InlineData("aaaaaaaaaaaa", PasswordStrength.Weak)]
    [InlineData("password1234", PasswordStrength.Weak)]
    [InlineData("ababbaabbaba", PasswordStrength.Weak)]
    [InlineData("caminos de ayer", PasswordStrength.Good)]
    [InlineData("cuatro palabras que no van juntas", PasswordStrength.Strong)]
    public void Strength_is_told_in_three_words(string password, PasswordStrength strength) => Assert.Equal(strength, PasswordRules.StrengthOf(password));

    [Fact]
    public async Task A_hash_is_salted_matches_its_password_alone_and_is_the_same_for_both_ways_to_write_an_accent()
    {
        using var passwords = new Passwords(rounds: 1_000);
        var (one, two) = (await passwords.HashAsync("contrase\u00f1a larga", default), await passwords.HashAsync("contrase\u00f1a larga", default));
        Assert.NotEqual(one, two);
        Assert.True((await passwords.CheckAsync(one, "contrasen\u0303a larga", default)).IsRight);
        Assert.False((await passwords.CheckAsync(one, "contrasena larga", default)).IsRight);
        Assert.False((await passwords.CheckAsync(null, "contrase\u00f1a larga", default)).IsRight);
        // Nobody's hash says that it was made as any other, so that it is checked as any other.
        var (said, nobodys) = (Convert.FromBase64String(one), Convert.FromBase64String(Passwords.NobodysHash(1_000)));
        Assert.Equal((said.Length, Convert.ToHexString(said[..13])), (nobodys.Length, Convert.ToHexString(nobodys[..13])));
        using var stronger = new Passwords(rounds: 2_000);
        Assert.True((await stronger.CheckAsync(one, "contrase\u00f1a larga", default)).IsOutdated);
    }

    [Fact]
    public async Task An_unknown_account_costs_as_much_work_as_a_wrong_password()
    {
        using var passwords = new Passwords();
        var known = await passwords.HashAsync(AccessServer.Password, default);
        // The least of several: what else the machine does only adds.
        var (wrong, unknown) = (TimeSpan.MaxValue, TimeSpan.MaxValue);
        for (var i = 0; i < 5; i++)
        {
            wrong = Least(wrong, await TimeOfAsync(known));
            unknown = Least(unknown, await TimeOfAsync(null));
        }
        Assert.InRange(unknown / wrong, 0.6, 1.7);
        Assert.True(wrong > TimeSpan.FromMilliseconds(10), $"{wrong} is too quick for 210,000 rounds");

        async Task<TimeSpan> TimeOfAsync(string? hash)
        {
            var started = Stopwatch.GetTimestamp();
            await passwords.CheckAsync(hash, "not the password", default);
            return Stopwatch.GetElapsedTime(started);
        }

        static TimeSpan Least(TimeSpan a, TimeSpan b) => a < b ? a : b;
    }

    [Theory]
    [InlineData(" Ana@Example.COM ", "ana@example.com")]
    [InlineData("ñandú@correo.example", "ñandú@correo.example")]
    [InlineData("a+b@example.com", "a+b@example.com")]
    [InlineData("", null)]
    [InlineData("ana", null)]
    [InlineData("ana@", null)]
    [InlineData("@example.com", null)]
    [InlineData("a@b@c", null)]
    [InlineData("ana@exa mple.com", null)]
    [InlineData("ana@.example.com", null)]
    [InlineData("ana@example..com", null)]
    [InlineData("<ana@example.com>", null)]
    [InlineData("ana@example.com\r\nBcc: x@example.com", null)]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@example.com", null)]
    public void An_address_has_one_spelling_or_is_none(string text, string? address) => Assert.Equal(address, EmailAddress.Normalise(text));

    [Theory]
    [InlineData("203.0.113.77", "203.0.113.0/24", "203.0.113.77")]
    [InlineData("::ffff:203.0.113.77", "203.0.113.0/24", "203.0.113.77")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48", "2001:db8:1:2::/64")]
    public void An_address_is_kept_shortened_and_counted_by_what_one_customer_of_a_provider_has(string address, string kept, string counted) =>
        Assert.Equal((kept, counted), (NetworkAddress.Shortened(IPAddress.Parse(address)), NetworkAddress.Counted(IPAddress.Parse(address))));

    [Fact]
    public void The_eleventh_try_in_15_minutes_is_refused_by_account_and_by_address()
    {
        var throttle = new SignInThrottle();
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(TryOutcome.Begun, throttle.Begin("ana", "address-" + i, Now + i));
        }
        Assert.Equal(TryOutcome.FirstRefused, throttle.Begin("ana", "elsewhere", Now + 10));
        Assert.Equal(TryOutcome.Refused, throttle.Begin("ana", "elsewhere", Now + 11));
        Assert.Equal(TryOutcome.Begun, throttle.Begin("luis", "elsewhere", Now + 12));
        // The window slides: the first try leaves it, and one more is free.
        Assert.Equal(TryOutcome.Begun, throttle.Begin("ana", "elsewhere", Now + SignInThrottle.WindowMs));
        Assert.Equal(TryOutcome.FirstRefused, throttle.Begin("ana", "elsewhere", Now + SignInThrottle.WindowMs));
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(TryOutcome.Begun, throttle.Begin("somebody-" + i, "one address", Now));
        }
        Assert.Equal(TryOutcome.FirstRefused, throttle.Begin("nobody yet", "one address", Now));
    }

    [Fact]
    public void A_right_password_clears_the_account_and_not_what_the_address_guessed_at_others()
    {
        var throttle = new SignInThrottle();
        for (var i = 0; i < 9; i++)
        {
            throttle.Begin("victim-" + i, "attacker", Now);
        }
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(TryOutcome.Begun, throttle.Begin("own", "attacker", Now + i));
            throttle.Succeed("own", "attacker", Now + i);
        }
        throttle.Begin("victim", "attacker", Now);
        Assert.Equal(TryOutcome.FirstRefused, throttle.Begin("own", "attacker", Now + 30));
    }

    [Fact]
    public void A_million_accounts_tried_from_a_million_addresses_take_bounded_memory_and_no_long_pause()
    {
        var throttle = new SignInThrottle();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < 300_000; i++)
        {
            throttle.Begin("account" + i, "address" + i, Now + i);
        }
        // Other tests of the process give memory back meanwhile: the difference may be below nothing.
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 60_000_000);
        GC.KeepAlive(throttle);
    }

    [Fact]
    public void Sessions_end_12_hours_after_their_last_use_and_30_days_after_they_began()
    {
        var session = new Session("ses", "usr", "default", Now, Now + Durations.Day, null, "", "");
        Assert.True(session.IsLive(Now + Durations.Day + (12 * Durations.Hour) - 1));
        Assert.False(session.IsLive(Now + Durations.Day + (12 * Durations.Hour)));
        var busy = session with { SeenAt = Now + (30 * Durations.Day) - 5 };
        Assert.True(busy.IsLive(Now + (30 * Durations.Day) - 1));
        Assert.False(busy.IsLive(Now + (30 * Durations.Day)));
        Assert.False((busy with { EndedAt = Now }).IsLive(Now + 1));
    }

    [Fact]
    public void An_owner_may_everything_and_nobody_else_may_name_users_or_erase()
    {
        Assert.All(Permissions.All, permission => Assert.True(Role.Owner.May(permission)));
        foreach (var role in Roles.All.Where(role => role != Role.Owner))
        {
            Assert.False(role.May(Permission.Users));
            Assert.False(role.May(Permission.EraseAndExport));
            Assert.Equal(role, Roles.Find(role.Name()));
        }
        Assert.Null(Roles.Find("Owner"));
    }

    [Fact]
    public void A_key_does_at_most_what_its_maker_may()
    {
        Assert.All(KeyScopes.All.Keys, scope => Assert.True(KeyGrants.MayGrant(Role.Owner, scope), scope));
        Assert.Equal(["collect", "read"], KeyScopes.All.Keys.Where(scope => KeyGrants.MayGrant(Role.Developer, scope)));
        Assert.All(new[] { Role.Marketer, Role.Analyst, Role.Agent }, role => Assert.DoesNotContain(KeyScopes.All.Keys, scope => KeyGrants.MayGrant(role, scope)));
    }
}
