using AgentManagement.Client;
using AgentManagement.Tests.WebGateway;

namespace AgentManagement.Tests.Client;

/// <summary>A cache says what it gives out, and people see how far a release has come.</summary>
[Collection(typeof(GatewayTests))]
public sealed class RuntimeTests(Gateway gateway)
{
    private static readonly JsonElement Config = JsonDocument.Parse("{}").RootElement;

    [Fact]
    public async Task A_cache_of_a_label_is_a_runtime_of_it_until_it_ends()
    {
        var tenant = Gateway.NewTenant();
        var admin = Client("admin", tenant);
        await admin.Agents.CreateAsync(new("Bot", "rag", Config) { Id = "bot" });
        await admin.Labels.SetAsync("production", new());
        var release = await admin.Labels.AssignAsync("production", "bot", 1);
        Assert.Equal(0, (await admin.Releases.GetAdoptionAsync(release.Id)).Live);

        await using (var cache = new AgentCache(Client("service", tenant), new(tenant) { Runtime = new("pod-1", "production") }))
        {
            await cache.ResolveAsync("production", ["bot"]);
            await cache.StartAsync();
            var adoption = await admin.Releases.GetAdoptionAsync(release.Id, TimeSpan.FromSeconds(30));
            Assert.Equal((1, 1, true), (adoption.Live, adoption.Adopted, adoption.Converged));
            var runtime = Assert.Single(await admin.Runtimes.ListAsync("production"));
            Assert.Equal(("pod-1", "live", "dotnet"), (runtime.Instance, runtime.Status, runtime.Sdk));
            Assert.Equal([new("bot", 1)], (await admin.Runtimes.FindAsync("pod-1"))!.Applied);
            Assert.Equal("pod-1", Assert.Single(await admin.Runtimes.ListAppliedAsync("bot")).Instance);
        }
        Assert.Null(await admin.Runtimes.FindAsync("pod-1"));
        Assert.Empty(await admin.Runtimes.ListAppliedAsync("bot", DateTimeOffset.UtcNow.AddHours(-1)));
    }

    private AgentManagementClient Client(string role, string tenant) => new(gateway.Client(role, tenant), new());
}
