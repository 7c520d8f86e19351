using AgentManagement.App.Commands;
using AgentManagement.Bench.Service;
using AgentManagement.ServiceDefaults.Settings;
using AgentManagement.Tests.WebGateway;
using AgentManagement.WebGateway.Http;
using Microsoft.Extensions.Configuration;

namespace AgentManagement.Tests.Operations;

/// <summary>The commands that call a service that runs.</summary>
public sealed class CommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("agent-management-commands-");

    private FileInfo File => new(Path.Combine(_folder.FullName, "agents.ndjson"));

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_token_export_and_import_move_a_tenant()
    {
        await using var service = await ServiceHost.StartAsync();
        using var client = service.CreateClient("acme", "admin");
        foreach (var id in (string[])["one", "two"])
        {
            await (await client.SendAsync("PUT", $"{Api.Agents}/{id}", Api.Content($"Ágent {id}"))).ShouldBeAsync(201);
        }
        await System.IO.File.WriteAllTextAsync(File.FullName, "of before");

        Assert.Equal((0, "2 agents exported."), await RunAsync(service, await TokenAsync("acme"), "export"));
        Assert.Equal((0, "2 created, 0 updated, 0 unchanged, 0 refused."), await RunAsync(service, await TokenAsync("other"), "import"));
        Assert.Equal((0, "0 created, 0 updated, 2 unchanged, 0 refused."), await ImportAsync(service, await TokenAsync("other")));
        using var other = service.CreateClient("other");
        Assert.Equal("Ágent one", (await other.GetAsync($"{Api.Agents}/one", 200)).Text("name"));
    }

    [Theory, InlineData("localhost:8080"), InlineData("ftp://host"), InlineData("/"), InlineData("")]
    public void An_address_that_is_none_is_refused(string address) =>
        Assert.Single(ExportCommand.Create().Parse(["file", "--service", address]).Errors);

    [Fact]
    public async Task Lines_that_are_refused_are_told_and_the_others_done()
    {
        await using var service = await ServiceHost.StartAsync();
        await System.IO.File.WriteAllLinesAsync(File.FullName, ["{", Api.Content(id: "good")]);
        var (code, said) = await ImportAsync(service, await TokenAsync("acme"));
        Assert.Equal(ImportCommand.SomeRefused, code);
        Assert.StartsWith("line 1: malformed_json: ", said, StringComparison.Ordinal);
        Assert.EndsWith("1 created, 0 updated, 0 unchanged, 1 refused.", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_done_is_said_and_loses_nothing()
    {
        await using var service = await ServiceHost.StartAsync();
        await System.IO.File.WriteAllTextAsync(File.FullName, "of before");
        Assert.Contains("AGENT_MANAGEMENT_TOKEN", (await Assert.ThrowsAsync<SettingsException>(() => ExportAsync(service, null))).Message,
            StringComparison.Ordinal);
        Assert.Contains("401 unauthenticated", (await Assert.ThrowsAsync<SettingsException>(() => ExportAsync(service, "wrong"))).Message,
            StringComparison.Ordinal);
        using var nobody = new RemoteService(new("http://127.0.0.1:1"), "a");
        await Assert.ThrowsAsync<SettingsException>(() => ExportCommand.RunAsync(nobody, File, TextWriter.Null, default));
        Assert.Equal("of before", await System.IO.File.ReadAllTextAsync(File.FullName));
        Assert.Single(_folder.EnumerateFiles());
        Assert.Contains("401 unauthenticated", (await Assert.ThrowsAsync<SettingsException>(() => ImportAsync(service, "wrong"))).Message,
            StringComparison.Ordinal);
        File.Delete();
        Assert.Contains("There is no file", (await Assert.ThrowsAsync<SettingsException>(() => ImportAsync(service, "a"))).Message,
            StringComparison.Ordinal);
        await Assert.ThrowsAsync<SettingsException>(() => TokenAsync("no tenant"));
        await Assert.ThrowsAsync<SettingsException>(() => TokenAsync("acme", ("IDENTITY_SERVICE_URL", "https://identity.example")));
    }

    private static async Task<string> TokenAsync(string tenant, params (string Name, string Value)[] more)
    {
        var environment = new ConfigurationBuilder()
            .AddInMemoryCollection([new("SECRET_KEY", ServiceHost.SecretKey),
                .. more.Select(each => KeyValuePair.Create(each.Name, (string?)each.Value))]).Build();
        using var output = new StringWriter();
        Assert.Equal(0, await TokenCommand.RunAsync(environment, tenant, "editor", null, "ann", output));
        return output.ToString().Trim();
    }

    /// <summary>The program itself.</summary>
    private async Task<(int Code, string Said)> RunAsync(ServiceHost service, string token, string command)
    {
        var log = Path.Combine(_folder.FullName, $"{command}.log");
        int code;
        var environment = ImmutableDictionary<string, string>.Empty.Add(RemoteService.TokenVariable, token);
        string[] arguments = [command, File.FullName, "--service", service.Address.ToString()];
        await using (var process = ChildProcess.Start(
            ChildProcess.DotNet(ServiceAssembly.Find(), _folder.FullName, arguments, environment), log))
        {
            code = await process.WaitForExitAsync(TimeSpan.FromMinutes(2));
        }
        var said = await System.IO.File.ReadAllTextAsync(log);
        return (code, said[ChildProcess.StandardErrorMark.Length..].Trim());
    }

    private async Task<(int Code, string Said)> ExportAsync(ServiceHost service, string? token)
    {
        using var said = new StringWriter();
        using var remote = new RemoteService(service.Address, token);
        return (await ExportCommand.RunAsync(remote, File, said, default), said.ToString().Trim());
    }

    private async Task<(int Code, string Said)> ImportAsync(ServiceHost service, string token)
    {
        using var said = new StringWriter();
        using var remote = new RemoteService(service.Address, token);
        return (await ImportCommand.RunAsync(remote, File, ImportCommand.NewKey(), LinesBody.MaxBytes, said, default), said.ToString()
            .Trim());
    }
}
