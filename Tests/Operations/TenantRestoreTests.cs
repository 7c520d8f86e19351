using AgentManagement.App.Commands;
using AgentManagement.Silo.Storage;
using AgentManagement.Tests.WebGateway;
using AgentManagement.WebGateway.Http;
using Dapper;
using Microsoft.Extensions.Configuration;

namespace AgentManagement.Tests.Operations;

/// <summary>
/// One tenant's agents become what they were, from a copy of the database of then, while other tenants go on (docs/operations.md).
/// </summary>
public sealed class TenantRestoreTests : IDisposable
{
    private const int Agents = 10;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("agent-management-tenant-");

    private FileInfo Export => new(Path.Combine(_folder.FullName, "agents.ndjson"));

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task What_was_changed_and_purged_is_back_and_nobody_else_is_touched()
    {
        var copy = await TestDatabase.CreateAsync("sqlite");
        await using var service = await ServiceHost.StartAsync();
        using var acme = service.CreateClient("acme", "admin");
        using var other = service.CreateClient("other", "admin");
        for (var number = 0; number < Agents; number++) await (
            await acme.SendAsync("PUT", $"{Api.Agents}/bot-{number}", Api.Content($"Good {number}"))).ShouldBeAsync(201);
        await using (var connection = await service.Services.GetRequiredService<Database>().Source.OpenConnectionAsync())
        {
            await connection.ExecuteAsync("VACUUM INTO @file", new { file = Path.Combine(copy.Directory, "agents.db") });
        }

        // The mistake, and what was made since and is to stay.
        for (var number = 0; number < Agents; number++)
        {
            if (number % 2 == 0) await acme.SendAsync("DELETE", $"{Api.Agents}/bot-{number}");
            await (number % 2 == 0
                ? acme.SendAsync("DELETE", $"{Api.Agents}/bot-{number}?purge=true")
                : acme.SendAsync("PUT", $"{Api.Agents}/bot-{number}", Api.Content("Bad")));
        }
        await (await acme.SendAsync("PUT", $"{Api.Agents}/later", Api.Content("Later"))).ShouldBeAsync(201);

        using var ending = new CancellationTokenSource();
        var writing = WriteAsync(other, ending.Token);
        await using (var then = await ServiceHost.StartAsync(copy))
        {
            using var remote = new RemoteService(then.Address, await TokenAsync());
            Assert.Equal(0, await ExportCommand.RunAsync(remote, Export, TextWriter.Null, default));
        }
        Assert.Equal(0, await ImportAsync(service));
        await ending.CancelAsync();
        var written = await writing;

        for (var number = 0; number < Agents; number++) Assert.Equal(
            $"Good {number}", (await acme.GetAsync($"{Api.Agents}/bot-{number}", 200)).Text("name"));
        Assert.Equal("Later", (await acme.GetAsync($"{Api.Agents}/later", 200)).Text("name"));
        Assert.InRange(written, 1, int.MaxValue);
        Assert.Equal(written, (await other.GetAsync("/api/v1/tenant", 200)).GetProperty("revision").GetInt32());
        foreach (var client in (HttpClient[])[acme, other])
        {
            Assert.True((await client.GetAsync("/api/v1/audit/verify", 200)).GetProperty("valid").GetBoolean());
        }
    }

    /// <summary>Writes one change after the other; each must be done.</summary>
    private static async Task<int> WriteAsync(HttpClient client, CancellationToken ending)
    {
        var written = 0;
        while (!ending.IsCancellationRequested)
        {
            var answer = await client.SendAsync("PUT", $"{Api.Agents}/mine", Api.Content($"Number {written}"));
            await answer.ShouldBeAsync(written++ == 0 ? 201 : 200);
        }
        return written;
    }

    private async Task<int> ImportAsync(ServiceHost service)
    {
        using var remote = new RemoteService(service.Address, await TokenAsync());
        return await ImportCommand.RunAsync(remote, Export, ImportCommand.NewKey(), LinesBody.MaxBytes, TextWriter.Null, default);
    }

    private static async Task<string> TokenAsync()
    {
        var environment = new ConfigurationBuilder().AddInMemoryCollection([new("SECRET_KEY", ServiceHost.SecretKey)]).Build();
        using var output = new StringWriter();
        Assert.Equal(0, await TokenCommand.RunAsync(environment, "acme", "admin", "enterprise", "ann", output));
        return output.ToString().Trim();
    }
}
