using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Ciclo.Core;
using Ciclo.Core.Mail;
using Ciclo.Engine.Hosting;

namespace Ciclo.Modules.Messages.Email;

/// <summary>How the connection to the mail service is made safe. Persisted by name in the settings, so names only grow.</summary>
public enum SmtpSecurity
{
    /// <summary>STARTTLS, or nothing is sent.</summary>
    StartTls = 0,

    /// <summary>TLS from the first byte, as on port 465.</summary>
    Tls = 1,

    /// <summary>STARTTLS where it is offered. No password is sent without it, but to this machine.</summary>
    Opportunistic = 2,
}

/// <summary>How a workspace writes e-mail. Without <see cref="Host"/> nothing goes out: messages are caught.</summary>
public sealed record EmailSettings
{
    public const int LongestHost = 253;
    public const int LongestSecret = 1_000;
    public const int LongestTrust = 50_000;
    public const int MostConnections = 20;

    public string Host { get; init; } = "";

    public int Port { get; init; } = 587;

    public SmtpSecurity Security { get; init; }

    /// <summary>Certificates, PEM, of which one must have signed the mail service's own; empty: those that this machine trusts.</summary>
    public string Trust { get; init; } = "";

    public string User { get; init; } = "";

    public string Password { get; init; } = "";

    public string FromName { get; init; } = "";

    public string FromAddress { get; init; } = "";

    public string ReplyTo { get; init; } = "";

    /// <summary>Where reports of what could not be delivered go; empty: the sender's own address.</summary>
    public string BounceAddress { get; init; } = "";

    public int Connections { get; init; } = 4;

    /// <summary>Messages a minute to one domain; 0: no limit.</summary>
    public int DomainPerMinute { get; init; }

    public bool TracksOpens { get; init; } = true;

    public bool TracksLinks { get; init; } = true;

    public bool AddsUtm { get; init; }

    public string DkimSelector { get; init; } = "";

    /// <summary>The private key, PEM; empty: messages are not signed by us.</summary>
    public string DkimKey { get; init; } = "";

    /// <summary>What a provider signs its reports with: Mailgun's signing key, SendGrid's public key. Empty: the address of the hook alone proves them.</summary>
    public string HookKey { get; init; } = "";

    public bool IsLive => Host.Length > 0;

    public string Domain => MailAddress.TryParse(FromAddress, out var from) ? from.Domain : "";

    /// <summary>Whether the mail service runs on this machine: then a password may go unprotected.</summary>
    public bool IsOwnMachine => LoopbackOnly.IsLoopbackName(Host);

    /// <summary>
    /// Whether a mail service with this certificate is the one that is meant. Without certificates of the settings' own, one that the machine trusts is, and within the machine or where TLS is
    /// taken as it comes any; with them, one that they signed for the server's name, whatever else the machine trusts.
    /// </summary>
    internal bool Trusts(X509Certificate? presented, X509Chain? sent, SslPolicyErrors errors)
    {
        if (Trust.Length == 0)
        {
            return errors == SslPolicyErrors.None || IsOwnMachine || Security == SmtpSecurity.Opportunistic;
        }
        if (presented is null || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None)
        {
            return false;
        }
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.AddRange(Certificates());
        chain.ChainPolicy.ExtraStore.AddRange((X509Certificate2[])[.. sent?.ChainElements.Select(element => element.Certificate) ?? []]);
        using var own = X509CertificateLoader.LoadCertificate(presented.GetRawCertData());
        return chain.Build(own);
    }

    /// <summary>Empty where the text holds none.</summary>
    private X509Certificate2Collection Certificates()
    {
        var found = new X509Certificate2Collection();
        try
        {
            found.ImportFromPem(Trust);
        }
        catch (CryptographicException)
        {
            found.Clear();
        }
        return found;
    }

    /// <summary>Why the settings cannot be used; null for good ones.</summary>
    public Text? Refuse()
    {
        if (Host.Length == 0)
        {
            return null;
        }
        if (Host.Length > LongestHost || Uri.CheckHostName(Host) == UriHostNameType.Unknown)
        {
            return new Text("Give the name of the mail service’s server, such as smtp.example.com.", "Da el nombre del servidor de correo, por ejemplo smtp.example.com.");
        }
        if (Port is < 1 or > 65_535)
        {
            return new Text("A port is a number from 1 to 65535; mail services take 587 or 465.", "El puerto es un número de 1 a 65535; los servicios de correo usan 587 o 465.");
        }
        if (!MailAddress.TryParse(FromAddress, out _))
        {
            return new Text("Give the address that people see as the sender, such as hello@example.com.", "Da la dirección que las personas ven como remitente, por ejemplo hola@example.com.");
        }
        if ((ReplyTo.Length > 0 && !MailAddress.TryParse(ReplyTo, out _)) || (BounceAddress.Length > 0 && !MailAddress.TryParse(BounceAddress, out _)))
        {
            return new Text("The addresses for answers and for reports are e-mail addresses, or left empty.", "Las direcciones para respuestas y para informes son de correo, o se dejan vacías.");
        }
        if (FromName.Length > MailAddress.LongestName || User.Length > LongestSecret || Password.Length > LongestSecret || HookKey.Length > LongestSecret)
        {
            return new Text(
                $"A sender’s name has {MailAddress.LongestName} characters at most, a user name, password or key {LongestSecret}.",
                $"El nombre del remitente tiene {MailAddress.LongestName} caracteres como máximo; un usuario, contraseña o clave, {LongestSecret}.");
        }
        if (Trust.Length > LongestTrust || (Trust.Length > 0 && Certificates().Count == 0))
        {
            return new Text(
                "The certificate is no PEM text: it begins with -----BEGIN CERTIFICATE-----. Leave it empty to trust what this machine trusts.",
                "El certificado no es un texto PEM: empieza con -----BEGIN CERTIFICATE-----. Déjalo vacío para confiar en lo que confía esta máquina.");
        }
        return Connections is < 1 or > MostConnections || DomainPerMinute is < 0 or > 1_000_000
            ? new Text(
                $"Connections are 1 to {MostConnections}; messages a minute to one domain 1 to 1,000,000, or 0 for no limit.",
                $"Las conexiones son de 1 a {MostConnections}; los mensajes por minuto a un dominio, de 1 a 1,000,000, o 0 sin límite.")
            : null;
    }
}
