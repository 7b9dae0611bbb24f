using System.Net;
using System.Text;
using Ciclo.Core.Events;
using Ciclo.Data.Journal;
using Ciclo.Modules.Collect;
using Ciclo.Modules.Collect.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ciclo.Tests.Collect;

/// <summary>The module in a real Kestrel on a free port of the loopback address, with journals in memory and two keys.</summary>
public sealed class CollectServer : IAsyncDisposable
{
    public const string Key = "wk_test0123456789";

    private readonly WebApplication app;

    /// <summary>A key of another workspace, whose journal is <see cref="OtherTarget"/>.</summary>
    public const string OtherKey = "wk_other123456789";

    private CollectServer(WebApplication app, MemoryTarget target, MemoryTarget other)
    {
        this.app = app;
        Target = target;
        OtherTarget = other;
        Url = new Uri(app.Urls.First());
        Client = new HttpClient { BaseAddress = Url };
    }

    public MemoryTarget Target { get; }

    public MemoryTarget OtherTarget { get; }

    public Uri Url { get; }

    public HttpClient Client { get; }

    /// <param name="configure">Changes the options.</param>
    /// <param name="html">A page for `/`.</param>
    /// <param name="journal">Where the first key leads; a journal in memory if null.</param>
    public static async Task<CollectServer> StartAsync(Action<CollectOptions>? configure = null, string? html = null, ICollectTarget? journal = null)
    {
        var (target, other) = (new MemoryTarget(), new MemoryTarget());
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddSingleton<IWriteKeys>(new TwoKeys(journal ?? target, other));
        builder.Services.AddCollect(configure);
        var built = builder.Build();
        built.MapCollect();
        if (html is not null)
        {
            built.MapGet("/", () => Microsoft.AspNetCore.Http.Results.Content(html, "text/html"));
        }
        await built.StartAsync();
        return new CollectServer(built, target, other);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.DisposeAsync();
    }

    /// <summary>Posts with the key in the header, unless told otherwise.</summary>
    public Task<HttpResponseMessage> PostAsync(string path, string body, Action<HttpRequestMessage>? with = null) =>
        PostAsync(path, new ByteArrayContent(Encoding.UTF8.GetBytes(body)), with);

    public async Task<HttpResponseMessage> PostAsync(string path, HttpContent content, Action<HttpRequestMessage>? with = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        request.Headers.TryAddWithoutValidation("Authorization", Basic(Key + ":"));
        with?.Invoke(request);
        return await Client.SendAsync(request);
    }

    public static string Basic(string credentials) => "Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes(credentials));

    private sealed class TwoKeys(ICollectTarget target, ICollectTarget other) : IWriteKeys
    {
        public ICollectTarget? Find(ReadOnlySpan<char> writeKey) => writeKey.SequenceEqual(Key) ? target : writeKey.SequenceEqual(OtherKey) ? other : null;
    }
}

/// <summary>A journal in memory: keeps a copy of each payload, or refuses as it is told.</summary>
public sealed class MemoryTarget : ICollectTarget
{
    private readonly Lock gate = new();
    private readonly List<byte[]> payloads = [];

    public CollectUnavailableException? Refusal { get; set; }

    /// <summary>What an append waits for before it is durable.</summary>
    public Task Durable { get; set; } = Task.CompletedTask;

    public async ValueTask<long> AppendAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        if (Refusal is { } refusal)
        {
            throw refusal;
        }
        await Durable;
        lock (gate)
        {
            payloads.Add(payload.ToArray());
            return payloads.Count;
        }
    }

    public int Frames
    {
        get
        {
            lock (gate)
            {
                return payloads.Count;
            }
        }
    }

    /// <summary>Each event as its call and name, such as `Track Signed Up`, in the order of the journal.</summary>
    public IReadOnlyList<string> Events() => Read((EventRecord record) => $"{record.Type} {Encoding.UTF8.GetString(record.Name)}".Trim());

    public IReadOnlyList<T> Read<T>(Func<EventRecord, T> select)
    {
        var all = new List<T>();
        foreach (var payload in Payloads())
        {
            var reader = new FrameReader(payload);
            while (reader.Read())
            {
                if (reader.Kind == RecordKind.Event && EventRecord.TryRead(reader.Body, out var record))
                {
                    all.Add(select(record));
                }
            }
        }
        return all;
    }

    public IReadOnlyList<string> Reasons()
    {
        var all = new List<string>();
        foreach (var payload in Payloads())
        {
            var reader = new FrameReader(payload);
            while (reader.Read())
            {
                if (reader.Kind == RecordKind.Rejected)
                {
                    all.Add(RejectedItem.Read(reader.Body).Reason);
                }
            }
        }
        return all;
    }

    private byte[][] Payloads()
    {
        lock (gate)
        {
            return [.. payloads];
        }
    }
}
