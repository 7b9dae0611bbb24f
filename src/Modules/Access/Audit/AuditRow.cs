using System.Security.Cryptography;
using System.Text;
using Ciclo.Modules.Access.Contracts;

namespace Ciclo.Modules.Access.Audit;

/// <summary>
/// A row of the audit log. <paramref name="Hash"/> is the SHA-256, in hexadecimal, of the hash before it and of each field in order, each
/// with its length before it: so no two rows read alike, and whoever changes a row would have to change all that follow.
/// </summary>
public sealed record AuditRow(
    long Number, long At, string WorkspaceId, string Actor, string Action, string Object, string Detail, string Address, string Previous, string Hash)
{
    /// <summary>What the first row follows.</summary>
    public static string Beginning { get; } = new('0', 64);

    public static AuditRow Following(long number, string previous, long at, AuditEntry entry)
    {
        var row = new AuditRow(
            number, at, entry.WorkspaceId, entry.By.Id, entry.Action, Cut(entry.Object), Cut(entry.Detail), entry.By.Address, previous, "");
        return row with { Hash = row.HashOf() };
    }

    /// <summary>The hash that the row's fields have.</summary>
    public string HashOf()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var field in new[] { Previous, Number.ToString(), At.ToString(), WorkspaceId, Actor, Action, Object, Detail, Address })
        {
            var bytes = Encoding.UTF8.GetBytes(field);
            hash.AppendData(BitConverter.GetBytes(System.Net.IPAddress.HostToNetworkOrder(bytes.Length)));
            hash.AppendData(bytes);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static string Cut(string text)
    {
        var clean = string.Concat(text.Where(c => !char.IsControl(c) && !char.IsSurrogate(c)));
        return clean.Length <= AuditStore.LongestText ? clean : clean[..AuditStore.LongestText];
    }
}
