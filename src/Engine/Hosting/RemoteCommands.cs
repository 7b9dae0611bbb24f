using System.Buffers.Binary;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Ciclo.Core;

namespace Ciclo.Engine.Hosting;

/// <summary>How a command reaches the server that owns a data directory: its address, and a token that only the owner of the files can read.</summary>
public sealed record ServerTicket(string Url, string Token, int ProcessId)
{
    private const string FileName = "server.json";

    /// <summary>The ticket of the server that owns a directory; null if none does.</summary>
    public static ServerTicket? Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        return File.Exists(path) ? JsonSerializer.Deserialize<ServerTicket>(File.ReadAllText(path)) : null;
    }

    /// <summary>Writes the file whole or not at all, readable by its owner alone from the beginning.</summary>
    public void Write(string folder)
    {
        var path = Path.Combine(folder, FileName + ".new");
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }
        File.Delete(path);
        using (var file = new FileStream(path, options))
        {
            JsonSerializer.Serialize(file, this);
        }
        File.Move(path, Path.Combine(folder, FileName), overwrite: true);
    }

    public static void Delete(string folder) => File.Delete(Path.Combine(folder, FileName));
}

public sealed record RemoteCommandRequest(string[] Arguments, string WorkingDirectory, string Language, bool IsTerminal);

/// <summary>
/// A command run by the server: its output comes back as it is made, in packets [stream: 1 byte][length: 4 bytes][bytes], the streams being
/// 1 output, 2 error, and 3 the exit code at the end.
/// </summary>
public static class RemoteCommands
{
    public const string Route = "/internal/commands";
    private const byte Output = 1;
    private const byte Complaint = 2;
    private const byte Exit = 3;

    /// <summary>
    /// Runs a command on the server and copies its output here. Answers its exit code; refused where the server does not answer, or ends
    /// before the command does.
    /// </summary>
    public static async Task<int> RunAsync(ServerTicket ticket, RemoteCommandRequest request, CommandEnvironment environment, CancellationToken cancellation)
    {
        // Never through a proxy: the server is on this machine, and the token is nobody else's.
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ticket.Token);
        using var message = new HttpRequestMessage(HttpMethod.Post, ticket.Url + Route) { Content = JsonContent.Create(request, options: ApiJson.Options) };
        using var response = await SendAsync(client, message, ticket, cancellation);
        await using var stream = await response.Content.ReadAsStreamAsync(cancellation);
        while (true)
        {
            var (kind, body) = await ReadAsync(stream, cancellation);
            switch (kind)
            {
                case Exit:
                    return body[0];
                case Complaint:
                    await environment.Error.WriteAsync(Encoding.UTF8.GetString(body));
                    await environment.Error.FlushAsync(cancellation);
                    break;
                default:
                    await environment.Out.WriteAsync(Encoding.UTF8.GetString(body));
                    break;
            }
        }
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, HttpRequestMessage message, ServerTicket ticket, CancellationToken cancellation)
    {
        try
        {
            var response = await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellation);
            return response.EnsureSuccessStatusCode();
        }
        catch (HttpRequestException)
        {
            throw new RefusedException(new Text(
                $"The server at {ticket.Url} (process {ticket.ProcessId}) owns this data directory and does not answer. Wait until it is up, or stop that process.",
                $"El servidor en {ticket.Url} (proceso {ticket.ProcessId}) ocupa este directorio de datos y no responde. Espera a que arranque, o detén ese proceso."));
        }
    }

    private static async Task<(byte Kind, byte[] Body)> ReadAsync(Stream stream, CancellationToken cancellation)
    {
        try
        {
            var head = new byte[5];
            await stream.ReadExactlyAsync(head, cancellation);
            var body = new byte[BinaryPrimitives.ReadInt32LittleEndian(head.AsSpan(1))];
            await stream.ReadExactlyAsync(body, cancellation);
            return (head[0], body);
        }
        catch (IOException)
        {
            throw new RefusedException(new Text(
                "The server ended before the command did; it may have been carried out. Look before you repeat it.",
                "El servidor terminó antes que la orden; puede que se haya ejecutado. Compruébalo antes de repetirla."));
        }
    }

    public static TextWriter OutputTo(Stream stream, Lock gate) => new PacketWriter(stream, Output, gate);

    public static TextWriter ErrorTo(Stream stream, Lock gate) => new PacketWriter(stream, Complaint, gate);

    public static void WriteExit(Stream stream, int code) => stream.Write([Exit, 1, 0, 0, 0, (byte)code]);

    /// <summary>Gathers text and sends it in packets. Both streams of a command share one response, hence the gate.</summary>
    private sealed class PacketWriter(Stream stream, byte kind, Lock gate) : TextWriter
    {
        private readonly StringBuilder text = new();

        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value)
        {
            text.Append(value);
            // A surrogate pair must not be cut between two packets.
            if ((text.Length > 32_000 && !char.IsHighSurrogate(value)) || (kind == Complaint && value is '\n' or '\r'))
            {
                Flush();
            }
        }

        public override void Write(string? value)
        {
            text.Append(value);
            if (text.Length > 32_000 || kind == Complaint)
            {
                Flush();
            }
        }

        public override void Flush()
        {
            if (text.Length == 0)
            {
                return;
            }
            var bytes = Encoding.UTF8.GetBytes(text.ToString());
            text.Clear();
            var head = new byte[5];
            head[0] = kind;
            BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(1), bytes.Length);
            lock (gate)
            {
                stream.Write(head);
                stream.Write(bytes);
                stream.Flush();
            }
        }

        protected override void Dispose(bool disposing)
        {
            Flush();
            base.Dispose(disposing);
        }
    }
}
