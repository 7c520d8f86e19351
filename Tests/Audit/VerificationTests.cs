using AgentManagement.Releases;
using AgentManagement.Runtimes;
using AgentManagement.Silo.Runtimes;
using AgentManagement.Tests.Files;
using AgentManagement.Changes;
using System.ComponentModel;
using System.Diagnostics;
using AgentManagement.ServiceDefaults.Settings;
using AgentManagement.Silo.Commands;
using AgentManagement.Silo.Storage;
using AgentManagement.Tenants;
using AgentManagement.Tests.Deployment;
using AgentManagement.Tests.WebGateway;
using Microsoft.Extensions.Configuration;

namespace AgentManagement.Tests.Audit;

/// <summary>The log is checked over REST, from the command line, and away from the service.</summary>
public sealed class VerificationTests(SharedServices services) : IClassFixture<SharedServices>
{
    private const string Verify = "/api/v1/audit/verify";

    private readonly string _tenant = Gateway.NewTenant();

    public static TheoryData<string> Kinds => TestDatabase.Kinds;

    [Theory, MemberData(nameof(Kinds))]
    public async Task The_answer_names_the_first_row_that_is_not_right(string kind)
    {
        var service = await services.OfAsync(kind);
        using var client = service.CreateClient(_tenant);
        Assert.Equal(
            """{"valid":true,"checked":0,"firstBroken":null,"head":{"revision":0,"hash":""}}""", await client.GetStringAsync(Verify));
        var path = await client.CreatePathAsync();
        for (var number = 0; number < 3; number++) await (await client.SendAsync("PUT", path, Api.Content(text: $"{number}.")))
            .ShouldBeAsync(200);
        var whole = await client.GetAsync(Verify, 200);
        Assert.Equal((true, 4), (whole.GetProperty("valid").GetBoolean(), whole.GetProperty("checked").GetInt32()));
        var newest = (await client.GetAsync("/api/v1/audit", 200)).GetProperty("items")[0];
        Assert.Equal((4, newest.Text("hash")), (whole.GetProperty("head").GetProperty("revision").GetInt32(), whole.GetProperty("head")
            .Text("hash")));

        await Tampering.ExecuteAsync(
            service.Services.GetRequiredService<Database>(),
            "UPDATE change_log SET actor = 'x' WHERE tenant_id = @_tenant AND revision IN (3, 4)", new { _tenant });
        var broken = await client.GetAsync(Verify, 200);
        Assert.Equal((false, 2), (broken.GetProperty("valid").GetBoolean(), broken.GetProperty("checked").GetInt32()));
        Assert.Equal((3, "altered"), (
            broken.GetProperty("firstBroken").GetProperty("revision").GetInt32(), broken.GetProperty("firstBroken").Text("reason")));
        using var other = service.CreateClient(Gateway.NewTenant());
        Assert.True((await other.GetAsync(Verify, 200)).GetProperty("valid").GetBoolean());
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_log_of_many_steps_is_checked_to_its_end(string kind)
    {
        var service = await services.OfAsync(kind);
        using var client = service.CreateClient(_tenant);
        var path = await client.CreatePathAsync();
        for (var number = 0; number < 7; number++) await (await client.SendAsync("PUT", path, Api.Content(text: $"{number}.")))
            .ShouldBeAsync(200);
        var database = service.Services.GetRequiredService<Database>();
        var check = new AgentManagement.Grains.Audit.ChainCheck(new SqlAuditStore(database), rowsAtOnce: 3);
        Assert.Equal(8, (await check.RunAsync(_tenant)).Checked);
        await Tampering.ExecuteAsync(database, "DELETE FROM change_log WHERE tenant_id = @_tenant AND revision = 7", new { _tenant });
        Assert.Equal(7, (await check.RunAsync(_tenant)).Fault?.Revision);
        await Tampering.ExecuteAsync(database, "DELETE FROM change_log WHERE tenant_id = @_tenant AND revision > 3", new { _tenant });
        Assert.Equal(4, (await check.RunAsync(_tenant)).Fault?.Revision);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task The_command_tells_each_tenant_and_ends_with_a_code(string kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        await Assert.ThrowsAsync<SchemaException>(() => CommandAsync(database, null));
        await using (var silo = await TestSilo.StartAsync(database))
        {
            await Tampering.WriteAsync(silo);
            await Tampering.WriteAsync(silo, "other");
            var (code, said) = await CommandAsync(database, null);
            Assert.Equal((0, 3), (code, said.Length));
            Assert.StartsWith("acme: whole, 5 changes, head 5 ", said[0], StringComparison.Ordinal);
            await Tampering.ExecuteAsync(silo.Database, "DELETE FROM change_log WHERE tenant_id = 'other' AND revision = 2");
        }
        var (broken, told) = await CommandAsync(database, null);
        Assert.Equal((VerifyCommand.Broken, "2 checked, 1 broken."), (broken, told[^1]));
        Assert.StartsWith("other: BROKEN at revision 2: missing.", told[1], StringComparison.Ordinal);
        Assert.Equal(0, (await CommandAsync(database, "acme")).Code);
        Assert.Equal(VerifyCommand.Broken, (await CommandAsync(database, "other")).Code);
        await Assert.ThrowsAsync<SettingsException>(() => CommandAsync(database, "no/tenant"));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task The_command_finds_what_a_label_has_otherwise_than_its_changes_say(string kind)
    {
        var service = await services.OfAsync(kind);
        var grains = service.Services.GetRequiredService<IGrainFactory>();
        TestSilo.ActAs(_tenant);
        var tenant = grains.GetGrain<ITenantGrain>(GrainKeys.Tenant(_tenant));
        Assert.True((await tenant.ApplyAsync("bot", new CreateAgent(Sample.Content()))).IsOk);
        Assert.True((await tenant.ApplyAsync("bot", new ReplaceAgent(Sample.Content(name: "Second")))).IsOk);
        foreach (var name in (string[])["production", "gone"])
        {
            var label = grains.GetGrain<ILabelGrain>(GrainKeys.Label(_tenant, name));
            Assert.True((await label.ApplyAsync(new SetLabel(new LabelPolicy()))).IsOk);
            foreach (var version in (int[])[1, 2])
            {
                var plan = new ReleasePlan { Items = [new PlannedItem("bot", version, null, ExpectsAny: true)] };
                Assert.True((await label.ApplyAsync(new RunRelease(plan))).IsOk);
            }
            if (name == "gone") Assert.True((await label.ApplyAsync(new DeleteLabel { Force = true })).IsOk);
        }
        Assert.Equal(0, (await CommandAsync(service.Database, _tenant)).Code);
        await Tampering.ExecuteAsync(
            service.Services.GetRequiredService<Database>(), "UPDATE label_assignment SET stable = 1 WHERE tenant_id = @_tenant",
            new { _tenant });
        var (code, told) = await CommandAsync(service.Database, _tenant);
        Assert.Equal(VerifyCommand.Broken, code);
        Assert.StartsWith($"{_tenant}: BROKEN: the label 'production' has of 'bot' something else", told[0], StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task An_export_is_checked_by_the_program_of_the_documentation(string kind)
    {
        var service = await services.OfAsync(kind);
        using var client = service.CreateClient(_tenant, "admin");
        var path = await client.CreatePathAsync(Api.Content(name: "Bótz 🤖 \\\"quoted\\\""));
        await (await client.SendAsync("POST", $"{path}/activate", """{"reason":"Zürich; 1:x"}""")).ShouldBeAsync(200);
        await (await client.SendAsync("POST", "/api/v1/templates", """{"name":"T","type":"rag","config":{}}""")).ShouldBeAsync(201);
        using var platform = service.CreateClient(_tenant, "platform_admin");
        await (await platform.SendAsync("PUT", $"/internal/v1/tenants/{_tenant}", """{"tier":"enterprise"}""")).ShouldBeAsync(200);
        await (await client.SendAsync("DELETE", path)).ShouldBeAsync(204);
        await (await client.SendAsync("DELETE", $"{path}?purge=true")).ShouldBeAsync(204);
        var head = (await client.GetAsync(Verify, 200)).GetProperty("head");
        var lines =
            (await (await client.SendAsync("GET", "/api/v1/audit", null, ("Accept", "application/x-ndjson"))).Content.ReadAsStringAsync())
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(6, lines.Length);

        Assert.Equal((0, $"6 {head.Text("hash")}"), await PythonAsync(lines, _tenant));
        Assert.Equal((1, "broken at revision 3"),
            await PythonAsync([.. lines[..3], lines[3].Replace("\"actor\":\"tester\"", "\"actor\":\"x\"", StringComparison.Ordinal),
            .. lines[4..]], _tenant));
        Assert.Equal((1, "broken at revision 2"), await PythonAsync([.. lines[..4], lines[5]], _tenant));
        Assert.Equal((1, "broken at revision 1"), await PythonAsync(lines, "other"));
        // Cut off at its end an export is whole, but for its head.
        Assert.Equal((0, $"5 {JsonDocument.Parse(lines[1]).RootElement.Text("hash")}"), await PythonAsync(lines[1..], _tenant));
    }

    [Fact]
    public async Task The_program_of_the_documentation_knows_every_kind_of_what_changes()
    {
        var clock = new ShiftedClock();
        await using var service = await ServiceHost.StartAsync(configure: services => services.AddSingleton<TimeProvider>(clock));
        using var client = service.CreateClient("acme", "admin");
        await client.CreateAsync();
        using var runtime = service.CreateClient("acme", "service");
        await (await runtime.SendAsync("PUT", "/internal/v1/tenants/acme/runtimes/pod-1", """{"applied":[]}""")).ShouldBeAsync(200);
        clock.Advance(Runtime.LeaseTime);
        await ActivatorUtilities.CreateInstance<RuntimeWatch>(service.Services).RunAsync(default);
        // Tokens of the time to come would not be good.
        clock.Advance(-Runtime.LeaseTime);
        await (await client.SendAsync("POST", "/api/v1/templates", """{"name":"T","type":"rag","config":{}}""")).ShouldBeAsync(201);
        await client.AddAsync(FileClient.NewBytes());
        await (await client.SendAsync("POST", "/api/v1/api-keys", """{"name":"k","permissions":["agents:read"]}""")).ShouldBeAsync(201);
        await (await client.SendAsync("POST", "/api/v1/webhooks", """{"url":"http://127.0.0.1:9/","disabled":true}""")).ShouldBeAsync(201);
        await (await client.SendAsync("PUT", "/api/v1/labels/production", "{}")).ShouldBeAsync(201);
        using var platform = service.CreateClient("acme", "platform_admin");
        await (await platform.SendAsync("PUT", "/internal/v1/tenants/acme", """{"tier":"enterprise"}""")).ShouldBeAsync(200);
        var text = await (await client.SendAsync("GET", "/api/v1/audit", null, ("Accept", "application/x-ndjson"))).Content
            .ReadAsStringAsync();
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        // A kind that is new has its line here, and its subject in the program.
        string[] subjects =
        [
            ChangeSubject.Agent, ChangeSubject.Template, ChangeSubject.File, ChangeSubject.ApiKey, ChangeSubject.Webhook,
            ChangeSubject.Label, ChangeSubject.Runtime, ChangeSubject.Tenant,
        ];
        Assert.Equal(subjects.Length, lines.Length);
        Assert.Equal(typeof(ChangeSubject).GetFields().Select(field => (string)field.GetRawConstantValue()!).Order(), subjects.Order());
        Assert.Equal((0, $"8 {JsonDocument.Parse(lines[0]).RootElement.Text("hash")}"), await PythonAsync(lines));
    }

    [Fact]
    public async Task A_forwarded_address_is_believed_of_a_trusted_proxy_only()
    {
        var service = await services.OfAsync("sqlite");
        await using var behind = await ServiceHost.StartAsync(change: settings => settings with
        {
            TrustedProxies = [new(System.Net.IPAddress.Loopback, 32), System.Net.IPNetwork.Parse("10.0.0.0/8")],
        });
        Assert.Equal("127.0.0.1", await AddressAsync(service, "203.0.113.7"));
        Assert.Equal("203.0.113.7", await AddressAsync(behind, "203.0.113.7"));
        // What the client itself wrote stands before what the trusted proxies did.
        Assert.Equal("203.0.113.7", await AddressAsync(behind, "198.51.100.1, 203.0.113.7, 10.0.0.3"));
    }

    private static async Task<string> AddressAsync(ServiceHost service, string forwarded)
    {
        using var client = service.CreateClient(Gateway.NewTenant());
        await (await client.SendAsync("POST", Api.Agents, Api.Content(), ("X-Forwarded-For", forwarded))).ShouldBeAsync(201);
        return (await client.GetAsync("/api/v1/audit", 200)).GetProperty("items")[0].Text("address");
    }

    private static async Task<(int Code, string[] Said)> CommandAsync(TestDatabase database, string? tenantId)
    {
        var environment = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["DATABASE_URL"] = database.Url?.ToString(), ["DATA_DIRECTORY"] = database.Directory,
        }).Build();
        using var output = new StringWriter();
        var code = await VerifyCommand.RunAsync(environment, tenantId, output);
        return (code, output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private static async Task<(int Code, string Said)> PythonAsync(string[] lines, string tenantId = "acme")
    {
        var program = Repository.Read("docs/audit.md").Split("```python\n")[1].Split("```")[0];
        var start = new ProcessStartInfo("python3", ["-c", program, tenantId])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            StandardInputEncoding = new System.Text.UTF8Encoding(false),
        };
        Process? process = null;
        try
        {
            process = Process.Start(start);
        }
        catch (Win32Exception)
        {
            Assert.Skip("Needs python3.");
        }
        using (process!)
        {
            await process!.StandardInput.WriteAsync(string.Join('\n', lines));
            process.StandardInput.Close();
            var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync();
            return (process.ExitCode, string.Concat(said).Trim());
        }
    }
}
