using AgentManagement.Catalog;
using AgentManagement.Changes;
using AgentManagement.ClusterClient;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

// What a service that runs agents does: reads the configurations of a tenant, then follows its changes.
if (args is not [var tenantId])
{
    await Console.Error.WriteLineAsync("usage: REDIS_URI=redis://... dotnet run --project samples/ConfigurationReader -- <tenant>");
    return 2;
}
try
{
    var builder = Host.CreateApplicationBuilder();
    builder.Logging.SetMinimumLevel(LogLevel.Warning);
    builder.Services.AddAgentManagementClusterClient(new()
    {
        RedisUri = new Uri(builder.Configuration["REDIS_URI"] ?? "redis://localhost:6379"),
        ClusterId = builder.Configuration["CLUSTER_ID"] ?? "agent-management",
        ServiceToken = builder.Configuration["SERVICE_TOKEN"],
        TlsDirectory = builder.Configuration["CLUSTER_TLS_DIRECTORY"],
        ServiceName = "configuration-reader",
    });
    using var host = builder.Build();
    await host.StartAsync();
    await ReadAndFollowAsync(
        host.Services.GetRequiredService<AgentManagementClusterClient>(), tenantId,
        host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);
    return 0;
}
catch (UriFormatException)
{
    await Console.Error.WriteLineAsync("REDIS_URI must be an address such as redis://localhost:6379.");
    return 1;
}

static async Task ReadAndFollowAsync(AgentManagementClusterClient agents, string tenantId, CancellationToken stopping)
{
    // The revision first: what changes during the reading is told afterwards, and nothing falls between.
    var revision = await agents.GetRevisionAsync(tenantId);
    string? cursor = null;
    do
    {
        var page = await agents.ListAgentsAsync(tenantId, new AgentQuery { Status = "active", Cursor = cursor }, stopping);
        foreach (var agent in page.Items) await ShowAsync(agents, tenantId, agent.Id);
        cursor = page.NextCursor;
    }
    while (cursor is not null);

    try
    {
        await foreach (var change in agents.WatchAsync(tenantId, revision, stopping))
        {
            Console.WriteLine($"{change.Revision} {change.Kind} {change.AgentId} version {change.Version}");
            // Templates and the tenant itself change, too.
            if (ChangeSubject.IsAgent(change.AgentId)) await ShowAsync(agents, tenantId, change.AgentId);
        }
    }
    catch (OperationCanceledException) when (stopping.IsCancellationRequested)
    {
        Console.WriteLine("stopped");
    }
}

static async Task ShowAsync(AgentManagementClusterClient agents, string tenantId, string agentId)
{
    if (await agents.FindAgentAsync(tenantId, agentId) is { } agent)
    {
        Console.WriteLine(
            $"  {agent.Id} version {agent.Version} is {agent.Status}: {agent.Config.Text.Length} characters of configuration");
    }
}
