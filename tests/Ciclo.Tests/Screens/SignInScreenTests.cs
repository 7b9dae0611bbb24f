using System.Text.Json;
using Ciclo.Modules.Access;
using Ciclo.Modules.Access.Tests;
using Ciclo.Tests.Collect;

namespace Ciclo.Tests.Screens;

/// <summary>What strangers see, in a real browser.</summary>
public sealed class SignInScreenTests
{
    private static readonly string[] Passwords =
    [
        "aaaaaaaaaaaa", "Password2024!!", "correct horse battery staple", "abcabcabcabc", "abcdefghijkl", "210987654321", "mariposa-99--", "P4$$w0rd....", "iloveyou1234",
        "lápiz montaña viola tren", "contraseña", "ñandúñandúñ!", "x9#Kq2!mZ7@w", "x9#Kq2!mZ7@wL4", "four words do not belong", "😀😁😂🤣😃😄😅😆😉😊😋😎", "111122223333", "  secreto  12", "qwertyuiop[]", "e\u0301e\u0301e\u0301e\u0301ABCDEFGH",
    ];

    [ClientFact("signin.mjs", NeedsChromium = true)]
    public async Task The_pages_of_strangers_are_sound_and_judge_a_password_as_the_server_does()
    {
        await using var server = await AccessServer.StartAsync();
        var setup = await server.SetupPathAsync();
        var levels = Passwords.Select(password => new[] { password, LevelOf(password) });
        await ClientRun.NodeAsync("signin.mjs", server.Url, setup, JsonSerializer.Serialize(levels));
    }

    private static string LevelOf(string password) => PasswordRules.Compose(password).EnumerateRunes().Count() < PasswordRules.Shortest ? "short" : PasswordRules.StrengthOf(password) switch
    {
        PasswordStrength.Strong => "strong",
        PasswordStrength.Good => "good",
        _ => "weak",
    };
}
