using Ciclo.Modules.Webhooks.Tests;

namespace Ciclo.Tests.RealProcess;

/// <summary>A message on its way when the program is killed.</summary>
public sealed class WebhookKillTests
{
    [Fact]
    public async Task A_message_that_was_on_its_way_at_the_kill_comes_again_with_its_id()
    {
        await using var receiver = await Receiver.StartAsync();
        var never = new TaskCompletionSource();
        receiver.Answers.Enqueue(_ => never.Task);
        await using var ciclo = new CicloProcess();
        await ciclo.ServeAsync("--private-webhooks");
        var added = await ciclo.RunAsync("webhooks", "add", "--name", "crm", "--url", receiver.Url, "--format", "csv");
        var secret = added.Trim().Split('\n')[1].Split(',')[3].Trim();
        // The command waits for an answer that does not come until the server is gone.
        var test = ciclo.RunAsync("webhooks", "test", "1");
        var first = await receiver.NextAsync();
        await ciclo.KillAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => test);
        never.SetResult();
        await ciclo.ServeAsync("--private-webhooks");
        var second = await receiver.NextAsync();
        Assert.Equal((first.Id, first.Body), (second.Id, second.Body));
        Assert.True(second.IsSignedWith(secret));
    }
}
