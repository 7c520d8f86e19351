using System.Globalization;
using AgentManagement.App.Commands;
using AgentManagement.Client;
using AgentManagement.Demonstration;
using AgentManagement.ServiceDefaults.Settings;
using AgentManagement.Tests.WebGateway;
using Microsoft.Extensions.Configuration;

namespace AgentManagement.Tests.Operations;

/// <summary><c>./run demo</c>: a tenant to look around in.</summary>
public sealed class DemoTests
{
    [Fact]
    public async Task A_tenant_is_filled_and_run_and_nothing_of_it_is_made_twice()
    {
        await using var service = await ServiceHost.StartAsync();
        var tenant = Gateway.NewTenant();
        using var http = service.CreateClient(tenant, "admin");
        var api = new AgentManagementClient(http, new());
        await RunAsync(service, tenant, async () =>
        {
            await Await.Until(async () => (await api.Runtimes.ListAsync()).Count == 2, "two runtimes report");
            Assert.All(await api.Runtimes.ListAsync(), runtime => Assert.Equal(("live", true), (runtime.Status, runtime.Versions >= 6)));
        });
        // They have said that they end.
        Assert.Empty(await api.Runtimes.ListAsync());
        var revision = await ShouldBeCompleteAsync(api);

        await RunAsync(service, tenant, () => Task.CompletedTask);
        Assert.Equal(revision, await ShouldBeCompleteAsync(api));
    }

    [Theory, InlineData("ENVIRONMENT", "production"), InlineData("IDENTITY_SERVICE_URL", "https://identity.example")]
    public async Task It_is_for_development_only(string name, string value) => await Assert.ThrowsAsync<SettingsException>(() =>
        DemoCommand.RunAsync(Environment((name, value)), "demo", TextWriter.Null, _ => throw new InvalidOperationException(), default));

    [Fact]
    public async Task Where_no_service_runs_one_is_started_and_ends_with_it()
    {
        using var stop = new CancellationTokenSource();
        var hasStarted = new TaskCompletionSource();
        var run = DemoCommand.RunAsync(Environment(("SERVICE_PORT", "1")), "demo", TextWriter.Null, async stopping =>
        {
            hasStarted.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return 7;
        }, stop.Token);
        await Await.For(hasStarted.Task, "the service is started");
        await stop.CancelAsync();
        Assert.Equal(7, await Await.For(run, "the service ends"));
    }

    /// <returns>The tenant's revision.</returns>
    private static async Task<long> ShouldBeCompleteAsync(AgentManagementClient api)
    {
        var agents = await api.Agents.ListAsync().ToListAsync();
        Assert.Equal((34, 30), (agents.Count, agents.Count(agent => agent.TemplateId is null && agent.Version is >= 10 and <= 13)));
        var history = await api.Agents.ListVersionsAsync("order-status").ToListAsync();
        Assert.Equal(DemonstrationData.People, history.Select(version => version.Actor).Distinct().Order());
        Assert.All(history.SkipLast(1), version => Assert.NotNull(version.Note));

        var templates = (await api.Templates.ListAsync()).Where(template => template.Scope == "tenant").ToList();
        Assert.Equal([("branch-desk", 3, 1), ("field-report", 1, 0)],
            templates.Select(template => (template.Id, template.Agents, template.Behind)));
        Assert.Equal([("production", 6), ("staging", 6)], (await api.Labels.ListAsync()).Select(label => (label.Name, label.Agents)));
        var releases = await api.Releases.ListAsync().ToListAsync();
        Assert.Equal(["production completed", "production completed", "production open", "staging completed", "staging completed",
            "staging running"], releases.Select(release => $"{release.Label} {release.Status}").Order(StringComparer.Ordinal));
        return (await api.Tenant.GetAsync()).Revision;
    }

    /// <summary>Runs it, does something once the tenant is filled, and stops it.</summary>
    private static async Task RunAsync(ServiceHost service, string tenant, Func<Task> once)
    {
        using var stop = new CancellationTokenSource();
        using var output = new StringWriter();
        var said = TextWriter.Synchronized(output);
        var port = service.Address.Port.ToString(CultureInfo.InvariantCulture);
        var run = DemoCommand.RunAsync(
            Environment(("SERVICE_PORT", port)), tenant, said, _ => throw new InvalidOperationException("It runs."), stop.Token);
        await Await.Until(() => Task.FromResult(run.IsCompleted || output.ToString().Contains("There it is", StringComparison.Ordinal)),
            "the tenant is filled");
        if (!run.IsCompleted) await once();
        await stop.CancelAsync();
        Assert.Equal(0, await Await.For(run, "it ends"));
    }

    private static IConfiguration Environment(params (string Name, string Value)[] values) => new ConfigurationBuilder()
        .AddInMemoryCollection([new("SECRET_KEY", ServiceHost.SecretKey),
            .. values.Select(each => KeyValuePair.Create(each.Name, (string?)each.Value))]).Build();
}
