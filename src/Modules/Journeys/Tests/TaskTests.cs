using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Ciclo.Core.Access;
using Ciclo.Core.Time;
using Ciclo.Modules.Access.Tests;
using Ciclo.Modules.Journeys.TeamTasks;
using Ciclo.Modules.Keys;

namespace Ciclo.Modules.Journeys.Tests;

/// <summary>Tasks of the team: listed, done, taken back, planned, on the customer's page and over the API; and told to the customer's history.</summary>
public sealed class TaskTests
{
    [Fact]
    public async Task A_task_is_seen_done_undone_and_planned_on_its_page_and_its_customers()
    {
        await using var server = await AccessServer.StartAsync();
        await server.TrackAsync("ana", new { name = "Ana López" });
        await server.TrackAsync("bea", new { name = "Bea Ruiz" });
        var luis = await server.AddUserAsync("luis@example.com", Role.Agent, withPassword: true);
        using var agent = await server.SignedInAsync("luis@example.com");
        Assert.Contains("No task yet", (await agent.GetAsync("/tasks")).Text, StringComparison.Ordinal);
        var now = server.Host.NowMs;
        await AddAsync(server, "tsk_late", "ana", "Call about the open complaint", now - Durations.Day);
        await AddAsync(server, "tsk_soon", "bea", "Thank for the referral", now + (2 * Durations.Day));
        var page = (await agent.GetAsync("/tasks")).Text;
        Assert.Contains("Ana López", page, StringComparison.Ordinal);
        Assert.Contains("was due", page, StringComparison.Ordinal);
        Assert.True(page.IndexOf("open complaint", StringComparison.Ordinal) < page.IndexOf("the referral", StringComparison.Ordinal));
        Assert.Contains("venció", (await agent.GetAsync("/tasks", ("Accept-Language", "es"))).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("the referral", (await agent.GetAsync("/tasks?person=user_id:ana")).Text, StringComparison.Ordinal);
        Assert.Contains("Nothing is yours", (await agent.GetAsync("/tasks?show=mine")).Text, StringComparison.Ordinal);
        // Taken, with another day; nobody of the workspace, and no day, are refused.
        var to = DateTimeOffset.FromUnixTimeMilliseconds(now + (5 * Durations.Day)).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(302, (await agent.SubmitAsync("/tasks", "/tasks/tsk_soon/plan", ("assigned_to", luis), ("due", to))).Code);
        Assert.Contains("the referral", (await agent.GetAsync("/tasks?show=mine")).Text, StringComparison.Ordinal);
        Assert.Equal(to, TaskDesk.DayOf(server.Host.FindWorkspace("default")!, Find(server, "tsk_soon").DueAt).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(400, (await agent.SubmitAsync("/tasks", "/tasks/tsk_soon/plan", ("assigned_to", "usr_nobody"), ("due", to))).Code);
        Assert.Equal(400, (await agent.SubmitAsync("/tasks", "/tasks/tsk_soon/plan", ("assigned_to", luis), ("due", "soon"))).Code);
        Assert.Equal(404, (await agent.SubmitAsync("/tasks", "/tasks/tsk_none/done")).Code);
        // Done from the customer's card, undone from the list.
        var card = (await agent.GetAsync("/customers/user_id:ana/tasks")).Text;
        Assert.Contains("1 open task", card, StringComparison.Ordinal);
        var done = await agent.SubmitAsync("/tasks", "/tasks/tsk_late/done", ("back", "person"));
        Assert.StartsWith("/customers/", done.Location, StringComparison.Ordinal);
        Assert.Equal(luis, Find(server, "tsk_late").DoneBy);
        Assert.Contains("Done: Call about the open complaint", (await agent.GetAsync("/tasks?show=done&done=tsk_late")).Text, StringComparison.Ordinal);
        Assert.Equal(302, (await agent.SubmitAsync("/tasks", "/tasks/tsk_late/reopen")).Code);
        Assert.Null(Find(server, "tsk_late").DoneAt);
        // Who only reads may not.
        using var analyst = await server.AsAsync(Role.Analyst);
        Assert.Equal(403, (await analyst.SubmitAsync("/tasks", "/tasks/tsk_late/done")).Code);
    }

    [Fact]
    public async Task Programs_list_and_close_tasks_and_the_customers_history_hears_of_it()
    {
        await using var server = await AccessServer.StartAsync();
        await server.TrackAsync("ana", new { name = "Ana" });
        await AddAsync(server, "tsk_1", "ana", "Call", server.Host.NowMs);
        await AddAsync(server, "tsk_2", "ana", "Write", server.Host.NowMs + 1);
        using var client = new HttpClient { BaseAddress = new Uri(server.Url) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await server.AddKeyAsync(KeyKind.Secret)).Text);
        Assert.Equal(["tsk_1"], await IdsAsync(client, "/api/v1/tasks?limit=1"));
        Assert.Equal(["tsk_1", "tsk_2"], await IdsAsync(client, "/api/v1/tasks?user=user_id:ana"));
        Assert.Empty(await IdsAsync(client, "/api/v1/tasks?user=user_id:bea"));
        Assert.Equal(400, (int)(await client.GetAsync(new Uri("/api/v1/tasks?status=late", UriKind.Relative))).StatusCode);
        Assert.Equal(404, (int)(await client.PostAsync(new Uri("/api/v1/tasks/tsk_9/done", UriKind.Relative), null)).StatusCode);
        Assert.Equal(200, (int)(await client.PostAsync(new Uri("/api/v1/tasks/tsk_1/done", UriKind.Relative), null)).StatusCode);
        Assert.Equal(["tsk_1"], await IdsAsync(client, "/api/v1/tasks?status=done"));
        Assert.Equal(200, (int)(await client.PostAsync(new Uri("/api/v1/tasks/tsk_1/reopen", UriKind.Relative), null)).StatusCode);
        Assert.Equal(["tsk_1", "tsk_2"], await IdsAsync(client, "/api/v1/tasks"));
        var engine = server.Host.FindWorkspace("default")!;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            var seen = engine.Changes;
            if (engine.Read(state => new[] { "Task Created", "Task Done", "Task Reopened" }.All(name => state.Staged.EventNames.Find(name) >= 0)))
            {
                break;
            }
            await engine.ChangedAsync(seen, limit.Token);
        }
    }

    private static Task AddAsync(AccessServer server, string id, string user, string title, long due) => server.Host.Database.WriteAsync((connection, transaction) =>
    {
        var task = new TeamTask(id, "care", "run_1", "user_id:" + user, title, server.Host.NowMs, due, null, "", "");
        TaskStore.Add(connection, transaction, "default", task);
        TaskDesk.Created(connection, transaction, "default", task);
        return 0;
    }, default);

    private static TeamTask Find(AccessServer server, string id) => server.Host.Database.Read(connection => TaskStore.Find(connection, null, "default", id))!;

    private static async Task<IReadOnlyList<string>> IdsAsync(HttpClient client, string path)
    {
        var answer = JsonNode.Parse(await client.GetStringAsync(new Uri(path, UriKind.Relative)))!;
        return [.. answer["data"]!.AsArray().Select(row => (string)row!["id"]!)];
    }
}
