using System.Globalization;
using System.Net;
using AgentManagement.App.Commands;
using AgentManagement.ServiceDefaults.Settings;
using AgentManagement.Tests.WebGateway;
using AgentManagement.WebGateway.Http;

namespace AgentManagement.Tests.Operations;

/// <summary>An export that is larger than one import takes, over a network that is not always there.</summary>
public sealed class LargeImportTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("agent-management-import-");

    private FileInfo Export => new(Path.Combine(_folder.FullName, "agents.ndjson"));

    // Room for one agent and not for two.
    private static int SmallPart => Api.Content("Agent", "three").Length + 10;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task What_is_larger_than_a_request_may_be_comes_in_part_by_part()
    {
        await using var service = await ServiceHost.StartAsync();
        await using (var writer = Export.CreateText())
        {
            var space = new string(' ', 1_000_000);
            for (var number = 1; number <= 40; number++) await writer.WriteAsync(
                $"{Api.Content($"Number {number}", $"bot-{number}")}{space}\n");
            await writer.WriteAsync("{");
        }
        Assert.InRange(Export.Length, (2 * LinesBody.MaxBytes) + 1, 3 * LinesBody.MaxBytes);

        using var transport = new Transport();
        var (code, said) = await ImportAsync(service, transport, "once");
        Assert.Equal(ImportCommand.SomeRefused, code);
        Assert.StartsWith("line 41: malformed_json: ", said, StringComparison.Ordinal);
        Assert.EndsWith("40 created, 0 updated, 0 unchanged, 1 refused.", said, StringComparison.Ordinal);
        using var client = service.CreateClient("acme", "admin");
        Assert.Equal(3, (await client.GetAsync(Api.Tasks, 200)).GetProperty("items").GetArrayLength());
        Assert.Equal("Number 40", (await client.GetAsync($"{Api.Agents}/bot-40", 200)).Text("name"));
    }

    [Fact]
    public async Task Answers_that_are_lost_and_refusals_that_pass_start_nothing_twice()
    {
        await using var service = await ServiceHost.StartAsync();
        await WriteAsync("one", "two", "three");
        // The first answer has to come: what never answered is taken for a service that is not there.
        using var transport = new Transport { After = [null, "lost", "503", "lost", "429"] };
        Assert.Equal((0, "3 created, 0 updated, 0 unchanged, 0 refused."), await ImportAsync(service, transport, "once", SmallPart));
        Assert.Empty(transport.After);

        using var client = service.CreateClient("acme", "admin");
        Assert.Equal(3, (await client.GetAsync(Api.Tasks, 200)).GetProperty("items").GetArrayLength());
        Assert.Equal(3, (await client.GetAsync("/api/v1/tenant", 200)).GetProperty("revision").GetInt32());
    }

    [Fact]
    public async Task One_that_broke_off_goes_on_by_its_key_and_another_one_does_all_again()
    {
        await using var service = await ServiceHost.StartAsync();
        await WriteAsync("one", "two", "three");
        using (var refusing = new Transport { Refused = part => part == 2 })
        {
            var exception = await Assert.ThrowsAsync<SettingsException>(() => ImportAsync(service, refusing, "mine", SmallPart));
            Assert.EndsWith("The first 1 lines are done; the same command with --key mine goes on from there.", exception.Message,
                StringComparison.Ordinal);
        }
        using var client = service.CreateClient("acme", "admin");
        await (await client.SendAsync("PUT", $"{Api.Agents}/one", Api.Content("Edited since"))).ShouldBeAsync(200);

        using var transport = new Transport();
        using var another = new Transport();
        Assert.Equal((0, "3 created, 0 updated, 0 unchanged, 0 refused."), await ImportAsync(service, transport, "mine", SmallPart));
        Assert.Equal("Edited since", (await client.GetAsync($"{Api.Agents}/one", 200)).Text("name"));
        Assert.Equal(
            (0, "0 created, 1 updated, 2 unchanged, 0 refused."), await ImportAsync(service, another, ImportCommand.NewKey(), SmallPart));
        Assert.Equal("Agent", (await client.GetAsync($"{Api.Agents}/one", 200)).Text("name"));
    }

    [Fact]
    public async Task With_a_line_that_is_too_large_nothing_is_sent()
    {
        await using var service = await ServiceHost.StartAsync();
        await WriteAsync("one", "two");
        await File.AppendAllTextAsync(Export.FullName, new string(' ', SmallPart + 1));
        using var transport = new Transport();
        var exception = await Assert.ThrowsAsync<SettingsException>(() => ImportAsync(service, transport, "once", SmallPart));
        Assert.StartsWith("Line 3 has more than", exception.Message, StringComparison.Ordinal);
        Assert.Equal(0, transport.Sent);
    }

    private Task WriteAsync(params string[] ids) =>
        File.WriteAllTextAsync(Export.FullName, string.Concat(ids.Select(id => $"{Api.Content("Agent", id)}\n")));

    private async Task<(int Code, string Said)> ImportAsync(
        ServiceHost service, Transport transport, string key, int maxBytes = LinesBody.MaxBytes)
    {
        using var said = new StringWriter();
        using var client = service.CreateClient("acme");
        using var remote = new RemoteService(service.Address, client.DefaultRequestHeaders.Authorization!.Parameter, transport);
        return (await ImportCommand.RunAsync(remote, Export, key, maxBytes, said, default), said.ToString().Trim());
    }

    /// <summary>The network, with what it does to answers.</summary>
    private sealed class Transport() : DelegatingHandler(new SocketsHttpHandler())
    {
        /// <summary>What becomes of the next answers, which the service has given: null for nothing.</summary>
        public List<string?> After { get; init; } = [];

        /// <summary>Which imports, counted from 1, are refused on the way.</summary>
        public Predicate<int> Refused { get; init; } = _ => false;

        public int Sent { get; private set; }

        private int _imports;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Sent++;
            if (request.Method == HttpMethod.Post && Refused(++_imports)) return new(HttpStatusCode.Forbidden);
            var response = await base.SendAsync(request, cancellationToken);
            if (After.Count == 0) return response;
            var next = After[0];
            After.RemoveAt(0);
            if (next is null) return response;
            using (response)
            {
                if (next == "lost") throw new HttpRequestException("The answer was lost.");
                return new((HttpStatusCode)int.Parse(next, CultureInfo.InvariantCulture)) { Headers = { RetryAfter = new(TimeSpan.Zero) } };
            }
        }
    }
}
