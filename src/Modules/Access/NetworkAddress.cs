using System.Net;
using System.Net.Sockets;

namespace Ciclo.Modules.Access;

/// <summary>Where a request came from, as it may be kept and as it is counted.</summary>
public static class NetworkAddress
{
    /// <summary>The network rather than the machine, for keeping: 24 bits of IPv4, 48 of IPv6. Empty where there is none.</summary>
    public static string Shortened(IPAddress? address) => address is null ? "" : Cut(address, 24, 48);

    /// <summary>What tries are counted by: an IPv4 address, or the 64 bits of IPv6 that one customer of a provider holds.</summary>
    public static string Counted(IPAddress? address) => address is null ? "none" : Cut(address, 32, 64);

    private static string Cut(IPAddress address, int bitsOf4, int bitsOf6)
    {
        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        var (bytes, bits) = (address.GetAddressBytes(), address.AddressFamily == AddressFamily.InterNetwork ? bitsOf4 : bitsOf6);
        Array.Clear(bytes, bits / 8, bytes.Length - (bits / 8));
        var network = new IPAddress(bytes).ToString();
        return bits == bytes.Length * 8 ? network : $"{network}/{bits}";
    }
}
