using AgentManagement.App.Commands;
using AgentManagement.ServiceDefaults.Settings;
using AgentManagement.Tests.Files;
using AgentManagement.Tests.WebGateway;
using AgentManagement.WebGateway.Files;
using AgentManagement.WebGateway.Http;

namespace AgentManagement.Tests.Operations;

/// <summary>Files that are too large for a line of an export come along beside it.</summary>
public sealed class LargeFileTransferTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("agent-management-files-");
    private readonly byte[] _small = FileClient.NewBytes();
    private readonly byte[] _large = FileClient.NewBytes(FileExportLine.MaxBytes + 1);

    private FileInfo Export => new(Path.Combine(_folder.FullName, "agents.ndjson"));

    private FileInfo Large => FileFolder.Beside(Export).Find(FileClient.IdOf(_large));

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Another_tenant_gets_every_byte_and_an_agent_that_needs_it_goes_live()
    {
        await using var service = await StartAsync();
        Assert.Equal($"1 agents and 2 files exported, 1 of them into {FileFolder.Beside(Export).Path}.", await ExportAsync(service));
        Assert.Equal(_large, await File.ReadAllBytesAsync(Large.FullName));

        Assert.Equal((0, "1 created, 0 updated, 0 unchanged, 2 files added, 0 refused."), await ImportAsync(service));
        using var other = service.CreateClient("other");
        Assert.Equal(_large, await other.DownloadAsync(FileClient.IdOf(_large)));
        var file = await other.GetAsync($"{FileClient.Files}/{FileClient.IdOf(_large)}", 200);
        Assert.Equal(("Größe & Maß.pdf", "application/pdf"), (file.Text("name"), file.Text("mediaType")));
        await (await other.SendAsync("POST", $"{Api.Agents}/bot/activate")).ShouldBeAsync(200);
        Assert.Equal((0, "0 created, 0 updated, 3 unchanged, 0 refused."), await ImportAsync(service));
    }

    [Fact]
    public async Task What_the_folder_has_is_kept_when_it_is_whole_and_brought_again_when_not()
    {
        await using var service = await StartAsync();
        await ExportAsync(service);
        File.SetLastWriteTimeUtc(Large.FullName, DateTime.UnixEpoch);
        await ExportAsync(service);
        Assert.Equal(DateTime.UnixEpoch, Large.LastWriteTimeUtc);
        await File.WriteAllBytesAsync(Large.FullName, _large[..^1]);
        await ExportAsync(service);
        Assert.Equal(_large, await File.ReadAllBytesAsync(Large.FullName));
        Assert.Single(Large.Directory!.EnumerateFiles());
    }

    [Fact]
    public async Task Bytes_that_are_others_never_become_a_file()
    {
        var folder = FileFolder.Beside(Export);
        await Assert.ThrowsAsync<SettingsException>(() => folder.AddAsync(FileClient.IdOf(_large), new MemoryStream(_small), default));
        Assert.Empty(Large.Directory!.EnumerateFiles());

        await using var service = await StartAsync();
        await ExportAsync(service);
        await File.WriteAllBytesAsync(Large.FullName, _small);
        var (code, said) = await ImportAsync(service);
        Assert.Equal(ImportCommand.SomeRefused, code);
        Assert.Contains("400 digest_mismatch", said, StringComparison.Ordinal);
        Assert.Contains("file_content_missing", said, StringComparison.Ordinal);
        Assert.EndsWith("1 created, 0 updated, 0 unchanged, 1 files added, 1 refused.", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_gone_since_ends_the_export_and_the_one_of_before_stays()
    {
        await using var service = await StartAsync();
        await File.WriteAllTextAsync(Export.FullName, "of before");
        using var client = service.CreateClient("acme", "admin");
        using var transport = new Deleting(async () =>
        {
            await (await client.SendAsync("DELETE", $"{Api.Agents}/bot")).ShouldBeAsync(204);
            await (await client.SendAsync("DELETE", $"{Api.Agents}/bot?purge=true")).ShouldBeAsync(204);
            await (await client.SendAsync("DELETE", $"{FileClient.Files}/{FileClient.IdOf(_large)}")).ShouldBeAsync(204);
        });
        using var remote = new RemoteService(service.Address, Token(service, "acme"), transport);
        var exception = await Assert.ThrowsAsync<SettingsException>(() => ExportCommand.RunAsync(remote, Export, TextWriter.Null, default));
        Assert.Contains("404 not_found", exception.Message, StringComparison.Ordinal);
        Assert.Equal("of before", await File.ReadAllTextAsync(Export.FullName));
    }

    private async Task<ServiceHost> StartAsync()
    {
        var service = await ServiceHost.StartAsync();
        using var client = service.CreateClient("acme");
        await client.AddAsync(_small);
        await client.AddAsync(_large, "Größe & Maß.pdf");
        await (await client.SendAsync("PUT", $"{Api.Agents}/bot", FileClient.Content(FileClient.IdOf(_small), FileClient.IdOf(_large))))
            .ShouldBeAsync(201);
        return service;
    }

    private async Task<string> ExportAsync(ServiceHost service)
    {
        using var said = new StringWriter();
        using var remote = new RemoteService(service.Address, Token(service, "acme"));
        Assert.Equal(0, await ExportCommand.RunAsync(remote, Export, said, default));
        return said.ToString().Trim();
    }

    private async Task<(int Code, string Said)> ImportAsync(ServiceHost service)
    {
        using var said = new StringWriter();
        using var remote = new RemoteService(service.Address, Token(service, "other"));
        return (await ImportCommand.RunAsync(remote, Export, ImportCommand.NewKey(), LinesBody.MaxBytes, said, default), said.ToString()
            .Trim());
    }

    private static string Token(ServiceHost service, string tenant)
    {
        using var client = service.CreateClient(tenant);
        return client.DefaultRequestHeaders.Authorization!.Parameter!;
    }

    /// <summary>Does something between the lines and the files.</summary>
    private sealed class Deleting(Func<Task> delete) : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.RequestUri!.AbsolutePath.EndsWith("/content", StringComparison.Ordinal)) await delete();
            return await base.SendAsync(request, cancellationToken);
        }
    }
}
