using System.Diagnostics;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Ciclo.Modules.Messages.Contracts;
using Ciclo.Modules.Messages.Email;
using Ciclo.Tests.Collect;

namespace Ciclo.Modules.Messages.Tests;

/// <summary>Submission as providers run it, against npm smtp-server: STARTTLS and TLS with a certificate of our own making, and a password.</summary>
public sealed class SmtpTlsTests
{
    private const string User = "shop@example.com";
    private const string Password = "contraseña larga";

    [ClientFact("mailbox.mjs")]
    public async Task A_certificate_is_accepted_by_configured_trust_alone_and_the_password_by_the_service()
    {
        var folder = Directory.CreateTempSubdirectory("ciclo-smtp-").FullName;
        try
        {
            // Within the machine any certificate is taken, so the service stands at an address that is not the machine's own word for itself, where there is one.
            var address = AddressOutside() ?? "127.0.0.1";
            var (trusted, other) = (Make(folder, "right", address), Make(folder, "other", address));
            foreach (var (way, security) in new[] { ("starttls", SmtpSecurity.StartTls), ("tls", SmtpSecurity.Tls) })
            {
                using var service = await Service.StartAsync(way, address, folder, "right", "shows");
                var settings = new EmailSettings { Host = address, Port = service.Port, Security = security, FromAddress = User, User = User, Password = Password, Trust = trusted };
                Assert.Null(settings.Refuse());
                var sent = await TryAsync(settings);
                Assert.Equal((SendOutcome.Sent, $"{User}-over-tls"), (sent.Outcome, sent.Detail));
                Assert.Equal(Reasons.Tls, (await TryAsync(settings with { Trust = other })).Reason);
                if (address != "127.0.0.1")
                {
                    Assert.Equal(Reasons.Tls, (await TryAsync(settings with { Trust = "" })).Reason);
                }
                var wrong = await TryAsync(settings with { Password = "wrong" });
                Assert.Equal((SendOutcome.Temporary, Reasons.SignIn), (wrong.Outcome, wrong.Reason));
                Assert.StartsWith("535", wrong.Detail, StringComparison.Ordinal);
                Assert.Contains("user name and password", Reasons.All[wrong.Reason].En, StringComparison.Ordinal);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [ClientFact("mailbox.mjs")]
    public async Task No_password_goes_to_a_service_that_offers_no_protection()
    {
        var folder = Directory.CreateTempSubdirectory("ciclo-smtp-").FullName;
        try
        {
            if (AddressOutside() is not { } address)
            {
                return;
            }
            Make(folder, "right", address);
            using var service = await Service.StartAsync("starttls", address, folder, "right", "hides");
            var settings = new EmailSettings { Host = address, Port = service.Port, Security = SmtpSecurity.Opportunistic, FromAddress = User, User = User, Password = Password };
            Assert.Equal(("no password without TLS", Reasons.Tls), await SaysAsync(settings));
            Assert.Equal(("STARTTLS is not offered", Reasons.Tls), await SaysAsync(settings with { Security = SmtpSecurity.StartTls }));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_text_that_is_no_certificate_is_refused_with_what_to_do()
    {
        var settings = new EmailSettings { Host = "smtp.example.com", FromAddress = User, Trust = "my certificate" };
        Assert.Contains("BEGIN CERTIFICATE", settings.Refuse()!.Value.Es, StringComparison.Ordinal);
        Assert.NotNull((settings with { Trust = "-----BEGIN CERTIFICATE-----\nnot base 64\n-----END CERTIFICATE-----" }).Refuse());
    }

    private static async Task<(string, string)> SaysAsync(EmailSettings settings)
    {
        var result = await TryAsync(settings);
        return (result.Detail, result.Reason);
    }

    private static async Task<SendResult> TryAsync(EmailSettings settings)
    {
        try
        {
            await using var connection = await SmtpConnection.OpenAsync(settings, TimeProvider.System, SmtpPatience.Usual, default);
            return await connection.SendAsync(User, "ana@example.net", "Subject: Hi\r\n\r\nHi\r\n"u8.ToArray(), () => { }, default);
        }
        catch (SmtpException refused)
        {
            return refused.Result;
        }
    }

    /// <summary>An authority and a certificate that it signs for the address, as PEM files `NAME.key` and `NAME.crt`; answers the authority's certificate.</summary>
    private static string Make(string folder, string name, string address)
    {
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var ownKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (from, to) = (TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(2));
        var asked = new CertificateRequest($"CN=Authority {name}", rootKey, HashAlgorithmName.SHA256);
        asked.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        asked.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        using var root = asked.CreateSelfSigned(from, to);
        var own = new CertificateRequest("CN=mail", ownKey, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Parse(address));
        own.CertificateExtensions.Add(names.Build());
        using var signed = own.Create(root, from, to.AddHours(-1), RandomNumberGenerator.GetBytes(8));
        File.WriteAllText(Path.Combine(folder, name + ".crt"), signed.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, name + ".key"), ownKey.ExportPkcs8PrivateKeyPem());
        return root.ExportCertificatePem();
    }

    /// <summary>An address of this machine that others would use, too; null where it has none.</summary>
    private static string? AddressOutside() => NetworkInterface.GetAllNetworkInterfaces().Where(one => one.OperationalStatus == OperationalStatus.Up).SelectMany(one => one.GetIPProperties().UnicastAddresses)
        .Select(one => one.Address).FirstOrDefault(one => one.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(one))?.ToString();

    private sealed class Service(Process process, int port) : IDisposable
    {
        public int Port => port;

        public static async Task<Service> StartAsync(string way, string address, string folder, string name, string hides)
        {
            var start = new ProcessStartInfo("node") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardInput = true, WorkingDirectory = ClientFactAttribute.Folder! };
            foreach (var argument in new[] { "mailbox.mjs", "secure", way, address, Path.Combine(folder, name + ".key"), Path.Combine(folder, name + ".crt"), User, Password, hides })
            {
                start.ArgumentList.Add(argument);
            }
            var process = Process.Start(start)!;
            return new Service(process, int.Parse((await process.StandardOutput.ReadLineAsync())!, System.Globalization.CultureInfo.InvariantCulture));
        }

        public void Dispose()
        {
            process.Kill();
            process.WaitForExit();
            process.Dispose();
        }
    }
}
