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
        for (var rest = Compose(body.Span); rest.Length > 0;)
        {
            rest = rest[await socket.SendAsync(rest)..];
        }
        for (var used = 0; ;)
        {
            if (Take(await socket.ReceiveAsync(answer.AsMemory(used)), ref used) is { } status)
            {
                return status;
            }
        }
    }

    /// <summary>The same on the caller's thread: what it measures waits for no other work of this process.</summary>
    public int Post(ReadOnlyMemory<byte> body)
    {
        for (ReadOnlyMemory<byte> rest = Compose(body.Span); rest.Length > 0;)
        {
            rest = rest[socket.Send(rest.Span)..];
        }
        for (var used = 0; ;)
        {
            if (Take(socket.Receive(answer.AsSpan(used)), ref used) is { } status)
            {
                return status;
            }
        }
    }

    public void Dispose() => socket.Dispose();

    private Memory<byte> Compose(ReadOnlySpan<byte> body)
    {
        var start = Encoding.ASCII.GetBytes($"{head}{body.Length}\r\n\r\n");
        if (request.Length < start.Length + body.Length)
        {
            request = new byte[2 * (start.Length + body.Length)];
        }
        start.CopyTo(request, 0);
        body.CopyTo(request.AsSpan(start.Length));
        return request.AsMemory(0, start.Length + body.Length);
    }

    /// <summary>The status once the answer is whole.</summary>
    private int? Take(int count, ref int used)
    {
        if (count == 0)
        {
            throw new IOException("The server closed the connection.");
        }
        used += count;
        var text = answer.AsSpan(0, used);
        var end = text.IndexOf("\r\n\r\n"u8);
        return end >= 0 && IsWhole(text[..end], text[(end + 4)..]) ? int.Parse(text.Slice(9, 3)) : null;
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
