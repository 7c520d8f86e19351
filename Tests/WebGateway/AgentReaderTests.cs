using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Agents;
using AgentManagement.WebGateway.Observability;
using Microsoft.AspNetCore.Http;
using Orleans;

namespace AgentManagement.Tests.WebGateway;

/// <summary>What a gateway keeps of agents is never answered unless their grain has just said that it is the agent still.</summary>
[Collection(typeof(GatewayTests))]
public sealed class AgentReaderTests(Gateway gateway)
{
    [Fact]
    public async Task A_reader_sees_at_least_what_was_acknowledged_before_it_asked()
    {
        var client = gateway.Client();
        var path = await client.CreatePathAsync();
        var acknowledged = 1;
        using var done = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            var reads = 0;
            while (!done.IsCancellationRequested || reads == 0)
            {
                var least = Volatile.Read(ref acknowledged);
                var read = await client.GetAsync(path, 200);
                var version = read.GetProperty("version").GetInt32();
                Assert.True(version >= least, $"Version {version} was read after {least} had been acknowledged.");
                // What belongs to a version comes with it.
                Assert.Equal(version == 1 ? "Support bot" : $"Name {version}", read.Text("name"));
                reads++;
            }
        })).ToList();
        for (var version = 2; version <= 30; version++)
        {
            await (await client.SendAsync("PUT", path, Api.Content($"Name {version}"))).ShouldBeAsync(200);
            Volatile.Write(ref acknowledged, version);
        }
        await done.CancelAsync();
        await Task.WhenAll(readers);
    }

    [Fact]
    public async Task Tenants_with_the_same_id_read_each_its_own_agent()
    {
        var (ours, theirs) = (gateway.Client(), gateway.Client());
        await ours.CreateAsync(Api.Content("Ours", id: "bot"));
        await theirs.CreateAsync(Api.Content("Theirs", id: "bot"));
        for (var read = 0; read < 3; read++)
        {
            Assert.Equal("Ours", (await ours.GetAsync($"{Api.Agents}/bot", 200)).Text("name"));
            Assert.Equal("Theirs", (await theirs.GetAsync($"{Api.Agents}/bot", 200)).Text("name"));
        }
        await (await gateway.Client().SendAsync("GET", $"{Api.Agents}/bot")).ShouldBeProblemAsync(404, "not_found");
    }

    [Fact]
    public async Task A_purged_agent_is_missing_and_one_made_anew_is_another()
    {
        var client = gateway.Client("admin");
        var path = await client.CreatePathAsync(Api.Content("First", id: "bot"));
        Assert.Equal("First", (await client.GetAsync(path, 200)).Text("name"));
        await (await client.SendAsync("DELETE", path)).ShouldBeAsync(204);
        Assert.Equal("archived", (await client.GetAsync(path, 200)).Text("status"));
        await (await client.SendAsync("DELETE", $"{path}?purge=true")).ShouldBeAsync(204);
        await (await client.SendAsync("GET", path)).ShouldBeProblemAsync(404, "not_found");
        await client.CreateAsync(Api.Content("Second", id: "bot"));
        Assert.Equal("Second", (await client.GetAsync(path, 200)).Text("name"));
    }

    [Fact]
    public async Task Whoever_may_not_read_is_refused_what_others_have_read()
    {
        var tenant = Gateway.NewTenant();
        var path = await gateway.Client(tenant: tenant).CreatePathAsync(Api.Content(id: "bot"));
        Assert.Equal(200, await StatusAsync(["agents:read"]));
        Assert.Equal(403, await StatusAsync(["tenant:read"]));
        Assert.Equal(200, await StatusAsync(["agents:read"]));
        await (await gateway.Anonymous().SendAsync("GET", path)).ShouldBeProblemAsync(401, "unauthenticated");

        async Task<int> StatusAsync(string[] permissions)
        {
            var token = Tokens.Make(change: claims =>
            {
                claims.Remove("role");
                (claims["tenant_id"], claims["permissions"]) = (tenant, permissions);
            });
            using var client = gateway.Anonymous();
            return (int)(await client.SendAsync("GET", path, null, ("Authorization", $"Bearer {token}"))).StatusCode;
        }
    }

    [Fact]
    public async Task What_is_kept_has_its_bound()
    {
        const int length = 1024 * 1024;
        var agents = 2 * (int)(AgentReader.MaxBytes / length);
        var asked = Proxy.Of<IAgentGrain>((method, arguments) =>
        {
            Assert.Equal((nameof(IAgentGrain.GetIfChangedAsync), Guid.Empty), (method.Name, arguments[0]));
            return Task.FromResult(Outcome.Ok(new AgentReading { IsUnchanged = false, Mark = Guid.NewGuid(), Agent = Large(length) }));
        });
        using var reader = new AgentReader(new(Proxy.Of<IClusterClient>((_, _) => asked)));
        var caller = new CurrentCaller(new RevokedTokens(TimeProvider.System));
        Assert.True(caller.TryAcceptService("acme", "tester", "c"));
        for (var number = 0; number < agents; number++)
        {
            var context = new DefaultHttpContext();
            context.Features.Set(new RequestLogScope("c") { Caller = caller });
            Assert.IsType<AgentRepresentation>((await reader.Get($"bot-{number}", context)).Result);
            Assert.InRange((long)reader.Count * length, 0, AgentReader.MaxBytes);
        }
        Assert.NotEqual(0, reader.Count);
    }

    private static Agent Large(int length) => new()
    {
        Id = "bot", Name = "Bot", Type = AgentType.Conversational, Status = AgentStatus.Draft, Version = 1,
        Config = new JsonText($"\"{new string('a', length)}\""),
        CreatedAt = Given.Now, CreatedBy = "ann", UpdatedAt = Given.Now, UpdatedBy = "ann",
    };
}
