using System.Text;

namespace Ciclo.Modules.Demo;

/// <summary>The identifiers, traits and equipment of the person being written, as bytes. One instance serves all people.</summary>
internal sealed class Person(ulong seed, string timeZone)
{
    private const string Library = "{\"library\":{\"name\":\"analytics.js\",\"version\":\"npm:next-1.81.0\"},\"userAgent\":\"";

    private static readonly (Platform Platform, string Agent)[] Agents =
    [
        (Platform.Desktop, "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"),
        (Platform.Desktop, "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15"),
        (Platform.Ios, "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1"),
        (Platform.Android, "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36"),
    ];

    private static readonly string[] Locales = ["es-MX", "en-US"];

    private readonly byte[][] contexts = [.. Agents.SelectMany(_ => Locales, (agent, locale) => Context(agent.Platform, agent.Agent, locale, timeZone))];
    private readonly Chance chance = new();
    private int firstAgent;
    private int locale;
    private int firstName;

    public Utf8Text UserId { get; } = new();

    public Utf8Text Email { get; } = new(128);

    public Utf8Text FirstDevice { get; } = new();

    public Utf8Text SecondDevice { get; } = new();

    public Utf8Text GroupId { get; } = new();

    /// <summary>The members of the traits object of a sign-up, without braces.</summary>
    public Utf8Text Traits { get; } = new(512);

    public Utf8Text MessagePrefix { get; } = new();

    public ReadOnlySpan<byte> CompanyName => Phrases.CompanyNames[Truth.Number % Phrases.CompanyNames.Length];

    public Truth Truth { get; private set; }

    public ReadOnlySpan<byte> FirstName => Phrases.FirstNames[firstName];

    public bool ReadsSpanish => locale == 0;

    public static ReadOnlySpan<byte> Platforms(Platform platform) => platform switch
    {
        Platform.Desktop => "desktop"u8,
        Platform.Ios => "ios"u8,
        _ => "android"u8,
    };

    public void Begin(in Truth truth, bool visitor)
    {
        Truth = truth;
        chance.Begin(seed, visitor ? ChanceDomain.VisitorIdentity : ChanceDomain.Identity, (ulong)truth.Number);
        AddUuid(FirstDevice.Clear());
        AddUuid(SecondDevice.Clear());
        firstAgent = truth.Platform switch { Platform.Desktop => chance.Below(2), Platform.Ios => 2, _ => 3 };
        locale = chance.Is(0.06) ? 1 : 0;
        MessagePrefix.Clear().Add("demo"u8).AddHex(seed, 4).Add(visitor ? "-v"u8 : "-c"u8).Add(truth.Number).Add("-"u8);
        UserId.Clear();
        Email.Clear();
        GroupId.Clear();
        if (!visitor)
        {
            Name(truth);
        }
    }

    /// <summary>The context of a session's events up to its last brace, which is left out. The second device is a computer.</summary>
    public ReadOnlySpan<byte> ContextOf(bool secondDevice) => contexts[(secondDevice ? 0 : firstAgent) * Locales.Length + locale];

    public Platform PlatformOf(bool secondDevice) => secondDevice ? Platform.Desktop : Truth.Platform;

    private static byte[] Context(Platform platform, string agent, string locale, string timeZone)
    {
        var device = platform == Platform.Desktop ? "desktop" : "mobile";
        var os = platform switch { Platform.Android => "Android", Platform.Ios => "iOS", _ => agent.Contains("Windows", StringComparison.Ordinal) ? "Windows" : "macOS" };
        return Encoding.UTF8.GetBytes(
            $"{Library}{agent}\",\"locale\":\"{locale}\",\"timezone\":\"{timeZone}\",\"device\":{{\"type\":\"{device}\"}},\"os\":{{\"name\":\"{os}\"}}");
    }

    private void Name(in Truth truth)
    {
        var first = chance.Below(Phrases.FirstNames.Length);
        firstName = first;
        var last = chance.Below(Phrases.LastNames.Length);
        if (!truth.Guest)
        {
            UserId.Add("ca-"u8).AddDigits(truth.Number, 7);
        }
        var host = truth.Company ? Phrases.CompanyHost : Phrases.MailHosts[chance.Below(Phrases.MailHosts.Length)];
        Email.Add(Phrases.FirstNamesAscii[first]).Add("."u8).Add(Phrases.LastNamesAscii[last]).Add("."u8).Add(truth.Number).Add("@"u8).Add(host);
        var traits = Traits.Clear().Add("\"email\":\""u8).Add(Email.Span)
            .Add("\",\"name\":\""u8).Add(Phrases.FirstNames[first]).Add(" "u8).Add(Phrases.LastNames[last])
            .Add("\",\"firstName\":\""u8).Add(Phrases.FirstNames[first])
            .Add("\",\"lastName\":\""u8).Add(Phrases.LastNames[last]).Add("\""u8);
        if (truth.Guest)
        {
            return;
        }
        traits.Add(",\"address\":{\"city\":\""u8).Add(Phrases.Cities[Phrases.CityWeights.Pick(chance)])
            .Add("\",\"country\":\"MX\"},\"language\":\""u8).Add(locale == 0 ? "es"u8 : "en"u8)
            .Add("\",\"createdAt\":\""u8).AddInstant(truth.SignedUpAt).Add("\""u8);
        if (chance.Is(0.7))
        {
            var born = new DateOnly(1956, 1, 1).AddDays(truth.Birthday);
            traits.Add(",\"birthday\":\""u8).AddDigits(born.Year, 4).Add("-"u8).AddDigits(born.Month, 2).Add("-"u8).AddDigits(born.Day, 2).Add("\""u8);
        }
        if (truth.Company)
        {
            GroupId.Add("emp-"u8).AddDigits(truth.Number, 7);
            traits.Add(",\"company\":\""u8).Add(CompanyName).Add(" "u8).Add(truth.Number).Add("\""u8);
        }
    }

    private void AddUuid(Utf8Text text)
    {
        var (high, low) = (chance.Next(), chance.Next());
        text.AddHex(high >> 32, 8).Add("-"u8).AddHex(high >> 16, 4).Add("-4"u8).AddHex(high, 3)
            .Add("-a"u8).AddHex(low >> 48, 3).Add("-"u8).AddHex(low, 12);
    }
}
