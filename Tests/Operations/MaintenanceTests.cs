using System.Globalization;
using AgentManagement.Silo.Commands;
using AgentManagement.Silo.Maintenance;
using AgentManagement.Silo.Storage;
using AgentManagement.Tests.Tasks;
using AgentManagement.Tests.WebGateway;
using Dapper;
using Microsoft.Extensions.Configuration;

namespace AgentManagement.Tests.Operations;

/// <summary>In a maintenance window nothing of a tenant changes, reading goes on, and afterwards everything is as before.</summary>
public sealed class MaintenanceTests(SharedServices services) : IClassFixture<SharedServices>, IAsyncDisposable
{
    private const string Bot = $"{Api.Agents}/bot";

    private readonly string _tenant = Gateway.NewTenant();

    private MaintenanceStore? _windows;

    /// <summary>The tests after this one write.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_windows is not null) await _windows.CloseAsync();
    }

    public static TheoryData<string> Kinds => TestDatabase.Kinds;

    [Theory, MemberData(nameof(Kinds))]
    public async Task Writes_wait_outside_and_reading_goes_on(string kind)
    {
        var service = await services.OfAsync(kind);
        using var client = service.CreateClient(_tenant, "admin");
        await (await client.SendAsync("PUT", Bot, Api.Content())).ShouldBeAsync(201);
        var windows = await OpenAsync(service);

        var refused = await client.SendAsync("PUT", Bot, Api.Content("New"));
        await refused.ShouldBeProblemAsync(503, "maintenance");
        Assert.Equal("30", refused.Headers.GetValues("Retry-After").Single());
        Assert.Equal(1, (await client.GetAsync(Bot, 200)).GetProperty("version").GetInt32());
        await (await client.SendAsync("PUT", $"{Bot}?dryRun=true", Api.Content("New"))).ShouldBeAsync(200);
        await (await client.SendAsync("POST", $"{Api.Agents}/validate", Api.Content())).ShouldBeAsync(200);
        await Await.Until(async () => (await PartAsync(service)).Contains("stopped until", StringComparison.Ordinal), "health says so");

        await windows.CloseAsync();
        Assert.Equal(2, (await (await client.SendAsync("PUT", Bot, Api.Content("New"))).ShouldBeAsync(200)).GetProperty("version")
            .GetInt32());
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task No_request_of_any_kind_changes_anything(string kind)
    {
        var service = await services.OfAsync(kind);
        using var admin = service.CreateClient(_tenant, "admin");
        using var platform = service.CreateClient(_tenant, "platform_admin");
        await (await admin.SendAsync("PUT", Bot, Api.Content())).ShouldBeAsync(201);
        var key = (await (await admin.SendAsync("POST", "/api/v1/api-keys", """{"name":"ci","role":"viewer"}""")).ShouldBeAsync(201))
            .GetProperty("apiKey").Text("id");
        await OpenAsync(service);
        var before = await ChangesAsync(service);

        var refused = 0;
        foreach (var (method, path, body, permission) in Routes.All.Where(route => route.Method != "GET"))
        {
            var target = path.Replace("{tenant}", _tenant, StringComparison.Ordinal)
                .Replace("{template}", "customer_service", StringComparison.Ordinal)
                .Replace("{key}", key, StringComparison.Ordinal).Replace("{id}", "bot", StringComparison.Ordinal);
            var answer = await (permission == "tenants:manage" ? platform : admin).SendAsync(method, target, body);
            if ((int)answer.StatusCode == 503) refused++;
        }
        Assert.Equal(before, await ChangesAsync(service));
        // The others are refused for reasons of their own, or change nothing.
        Assert.InRange(refused, 10, 100);
    }

    [Fact]
    public async Task A_task_waits_for_the_end_and_fails_in_nothing()
    {
        var service = await services.OfAsync("sqlite");
        using var client = service.CreateClient(_tenant, "admin");
        var windows = await OpenAsync(service);
        var task = await (await client.SendAsync("POST", Api.Import, TaskSilo.Lines(["one", "two"]))).ShouldBeAsync(202);
        var path = $"{Api.Tasks}/{task.Text("id")}";
        await Await.Until(
            () => service.Logs.Lines.Any(line => line.Contains("\"event\":\"task_waiting_for_maintenance\"", StringComparison.Ordinal)
                && line.Contains($"\"task_id\":\"{task.Text("id")}\"", StringComparison.Ordinal)),
            "the task has met the window");
        Assert.NotEqual("failed", (await client.GetAsync(path, 200)).Text("status"));

        await windows.CloseAsync();

        await Await.Until(async () => (await client.GetAsync(path, 200)).Text("status") == "completed", "the import is done");
        Assert.Equal(2, (await client.GetAsync(path, 200)).GetProperty("result").GetProperty("created").GetInt32());
    }

    [Fact]
    public async Task A_window_opens_when_the_last_write_has_ended()
    {
        var service = await services.OfAsync("postgresql");
        using var client = service.CreateClient(_tenant, "admin");
        await (await client.SendAsync("PUT", Bot, Api.Content())).ShouldBeAsync(201);
        await using var connection = await service.Services.GetRequiredService<Database>().Source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync(
            "UPDATE tenant SET revision = revision WHERE tenant_id = @_tenant", new { _tenant }, transaction);

        var opening = OpenAsync(service);
        await Await.Until(
            async () => await connection.ExecuteScalarAsync<long>(
                "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))",
                transaction: transaction) > 0,
            "it waits");
        Assert.False(opening.IsCompleted);

        await transaction.CommitAsync();
        await Await.For(opening, "the window");
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task It_is_over_by_itself(string kind)
    {
        var service = await services.OfAsync(kind);
        using var client = service.CreateClient(_tenant, "admin");
        var windows = await OpenAsync(service, TimeSpan.FromSeconds(1));
        await Await.Until(async () => (int)(await client.SendAsync("PUT", Bot, Api.Content())).StatusCode == 201, "it is over");
        Assert.Null(await windows.FindAsync());
    }

    [Fact]
    public async Task The_command_tells_of_the_window()
    {
        await using var database = await TestDatabase.CreateAsync("sqlite");
        Assert.Equal((1, ""), await CommandAsync(database, _ => Task.CompletedTask));
        await database.ApplySchemaAsync();
        Assert.Equal((0, "Writes are allowed."), await CommandAsync(database, _ => Task.CompletedTask));
        var (code, said) = await CommandAsync(
            database, windows => windows.OpenAsync(new(DateTimeOffset.UtcNow.AddMinutes(30), "new disks")));
        Assert.Equal(0, code);
        Assert.Matches("^Writes are stopped until 20.*Z: new disks$", said);
        Assert.Equal((0, "Writes are allowed."), await CommandAsync(database, windows => windows.CloseAsync()));
    }

    [Theory]
    [InlineData("maintenance on", 1), InlineData("maintenance on 0", 1), InlineData("maintenance on 1441", 1),
        InlineData("maintenance on x", 1)]
    [InlineData("maintenance on 1 --reason", 1), InlineData("maintenance of", 1), InlineData("maintenance on 1 more", 1),
        InlineData("maintenance on 1 --reason a", 0)]
    public void Its_arguments_are_checked(string line, int errors)
    {
        var parsed = new System.CommandLine.RootCommand { MaintenanceCommand.Create() }.Parse(line.Split(' '));
        Assert.Equal(errors > 0, parsed.Errors.Count > 0);
    }

    private async Task<MaintenanceStore> OpenAsync(ServiceHost service, TimeSpan? length = null)
    {
        _windows = service.Services.GetRequiredService<MaintenanceStore>();
        await _windows.OpenAsync(new(DateTimeOffset.UtcNow + (length ?? TimeSpan.FromMinutes(10)), "new disks"));
        return _windows;
    }

    private static async Task<string> PartAsync(ServiceHost service)
    {
        using var client = service.CreateAnonymousClient();
        var parts = (await client.GetAsync("/health", 200)).GetProperty("parts").EnumerateArray();
        return parts.Single(part => part.Text("name") == "maintenance").GetRawText();
    }

    private static async Task<string> ChangesAsync(ServiceHost service)
    {
        await using var connection = await service.Services.GetRequiredService<Database>().Source.OpenConnectionAsync();
        return string.Join(';',
            await connection.QueryAsync<string>(
            "SELECT tenant_id || revision || COALESCE(CAST(settings AS text), '') FROM tenant ORDER BY tenant_id"))
            + (await connection.ExecuteScalarAsync<long>("SELECT count(*) FROM change_log")).ToString(CultureInfo.InvariantCulture);
    }

    private static async Task<(int Code, string Said)> CommandAsync(TestDatabase database, Func<MaintenanceStore, Task> change)
    {
        var environment = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["DATA_DIRECTORY"] = database.Directory }).Build();
        using var output = new StringWriter();
        return (await MaintenanceCommand.RunAsync(environment, change, output), output.ToString().Trim());
    }
}
