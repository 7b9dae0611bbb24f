using System.Net.Sockets;
using System.Text;

namespace Ciclo.Bench;

/// <summary>One kept-alive HTTP connection that posts batches and costs little itself: the client runs on the server's machine.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] answer = new byte[8_192];
    private readonly string head;
    private byte[] request = new byte[80 * 1024];

    public RawConnection(Uri server, string writeKey)
    {
        socket.Connect(server.Host, server.Port);
        head = $"POST /v1/batch HTTP/1.1\r\nHost: {server.Authority}\r\nAuthorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(writeKey + ":"))}\r\nContent-Type: application/json\r\nContent-Length: ";
    }

    /// <summary>Posts a body; answers the status code once the answer is whole.</summary>
    public async Task<int> PostAsync(ReadOnlyMemory<byte> body)
    {
        var start = Encoding.ASCII.GetBytes($"{head}{body.Length}\r\n\r\n");
        if (request.Length < start.Length + body.Length)
        {
            request = new byte[2 * (start.Length + body.Length)];
        }
        start.CopyTo(request, 0);
        body.CopyTo(request.AsMemory(start.Length));
        var whole = request.AsMemory(0, start.Length + body.Length);
        while (whole.Length > 0)
        {
            whole = whole[await socket.SendAsync(whole)..];
        }
        return await ReadAnswerAsync();
    }

    public void Dispose() => socket.Dispose();

    private async Task<int> ReadAnswerAsync()
    {
        var used = 0;
        while (true)
        {
            var count = await socket.ReceiveAsync(answer.AsMemory(used));
            if (count == 0)
            {
                throw new IOException("The server closed the connection.");
            }
            used += count;
            var text = answer.AsSpan(0, used);
            var end = text.IndexOf("\r\n\r\n"u8);
            if (end >= 0 && IsWhole(text[..end], text[(end + 4)..]))
            {
                return int.Parse(text.Slice(9, 3));
            }
        }
    }

    private static bool IsWhole(ReadOnlySpan<byte> headers, ReadOnlySpan<byte> body)
    {
        var at = headers.IndexOf("Content-Length: "u8);
        if (at < 0)
        {
            return body.EndsWith("0\r\n\r\n"u8);
        }
        var rest = headers[(at + "Content-Length: ".Length)..];
        var stop = rest.IndexOf((byte)'\r');
        return body.Length >= int.Parse(stop < 0 ? rest : rest[..stop]);
    }
}
