using System.Globalization;
using AgentManagement.Bench.Client;
using AgentManagement.Bench.Service;
using Microsoft.AspNetCore.Http;

namespace AgentManagement.Bench.Alerts;

/// <summary>What tenants use up, and what goes wrong with their webhooks, releases and runtimes; each with a tenant of its own.</summary>
internal static class TenantAlerts
{
    // What the rules call many.
    private const int ManyWebhooks = 5;
    private const int ManyRuntimes = 6;

    // Of the tier free: as many agents as it has, and nearly as many requests a minute.
    private const int AllAgents = 3;
    private const int NearlyAllRequests = 56;

    // What is used is measured once a minute, a webhook that has failed twice is tried again after one, and one is a runtime's lease.
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2.5);

    private static readonly string Content = AgentBodies.Complete("Bot");

    public static Task StrikeAsync(WatchedService watched, AlertWatch watch) => Task.WhenAll(
        UseUpAsync(watched, watch), FailWebhooksAsync(watched, watch), ReleaseAsync(watched, watch), FallSilentAsync(watched, watch));

    private static async Task UseUpAsync(WatchedService watched, AlertWatch watch)
    {
        const string TenantId = "small";
        string[] alerts = ["TenantNearLimit", "TenantNearRate"];
        await SetTierAsync("free");
        using var turns = new PeriodicTimer(TimeSpan.FromMinutes(1) / NearlyAllRequests);
        var asking = Task.CompletedTask;
        await watch.StepAsync("a tenant has all its agents, and asks nearly as often as it may", alerts, async _ =>
        {
            var tenant = watched.Service.Client(TenantId);
            for (var number = 0; number < AllAgents; number++)
            {
                await Requests.DoAsync(() => tenant.PutAsync($"agents/bot-{number}", Content));
            }
            asking = AskAsync();
        }, Timeout);
        await watch.EndAsync("the tenant has another tier", alerts, _ => SetTierAsync("professional"), Timeout);
        turns.Dispose();
        await asking;

        Task SetTierAsync(string tier) => Requests.DoAsync(
            () => watched.Service.Client("platform", "platform_admin").PutInternalAsync(TenantId, $$"""{"tier":"{{tier}}"}"""));

        async Task AskAsync()
        {
            // Nobody alone may take more than half of a tenant's rate.
            var mint = new TokenMint(TokenMint.BenchKey);
            TenantClient[] users = [.. ((string[])["one", "two"]).Select(
                user => new TenantClient(watched.Service.Http, mint.Mint(TenantId, "viewer", subject: user), TenantId))];
            for (var turn = 0; await turns.WaitForNextTickAsync(); turn++) await users[turn % users.Length].GetAsync("agents");
        }
    }

    private static async Task FailWebhooksAsync(WatchedService watched, AlertWatch watch)
    {
        string[] alerts = ["WebhookFailing", "WebhooksFailTogether"];
        var tenant = watched.Service.Client("hooks");
        var status = StatusCodes.Status500InternalServerError;
        var port = ChildProcess.FreePort();
        await using var receiver = await StandIn.StartAsync(port, _ => Results.StatusCode(status));
        await watch.StepAsync("receivers of webhooks fail", alerts, async _ =>
        {
            for (var number = 0; number < ManyWebhooks; number++)
            {
                await Requests.DoAsync(() => tenant.PostAsync("webhooks", $$"""{"url":"{{StandIn.AddressOf(port)}}"}"""));
            }
            await Requests.DoAsync(() => tenant.PutAsync("agents/bot", Content));
        }, Timeout);
        await watch.EndAsync("receivers of webhooks accept", alerts, _ =>
        {
            status = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        }, Timeout);
    }

    private static async Task ReleaseAsync(WatchedService watched, AlertWatch watch)
    {
        var tenant = watched.Service.Client("releases");
        await Requests.DoAsync(() => tenant.PutAsync("agents/bot", Content));
        await Requests.DoAsync(() => tenant.PutAsync("labels/checked", """{"checks":["evaluation"]}"""));
        await Requests.DoAsync(() => tenant.PutAsync("labels/approved", """{"approvals":1}"""));
        await watch.StepAsync("a release is to start and waits for a check", ["ReleaseStuck"],
            _ => MakeAsync("releases", "checked", $"""
                "startAt":"{DateTimeOffset.UtcNow.ToString("O", CultureInfo.InvariantCulture)}"
                """));
        await watch.EndAsync("the check has passed", ["ReleaseStuck"],
            _ => Requests.DoAsync(() => tenant.PostAsync("agents/bot/versions/1/checks", """{"name":"evaluation","ok":true}""")));
        await watch.StepAsync("a release goes past its approvals", ["ReleaseBypassed"],
            _ => MakeAsync("releases?bypass=true", "approved", "\"reason\":\"There is a fire.\""));
        await watch.EndAsync("no release does so any more", ["ReleaseBypassed"], _ => Task.CompletedTask);

        Task MakeAsync(string path, string label, string member) => Requests.DoAsync(
            () => tenant.PostAsync(path, $$"""{"label":"{{label}}","items":[{"agent":"bot","version":1}],{{member}}}"""));
    }

    private static async Task FallSilentAsync(WatchedService watched, AlertWatch watch)
    {
        var service = watched.Service.Client("runtimes", "service");
        await watch.StepAsync("runtimes report no more", ["RuntimesFallSilent"], async _ =>
        {
            for (var number = 0; number < ManyRuntimes; number++)
            {
                await Requests.DoAsync(() => service.PutInternalAsync($"{service.TenantId}/runtimes/pod-{number}", """{"applied":[]}"""));
            }
        }, Timeout);
        await watch.EndAsync("no more of them do so", ["RuntimesFallSilent"], _ => Task.CompletedTask);
    }
}
