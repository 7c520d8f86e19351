using System.Text;
using AgentManagement.Silo.Storage;
using AgentManagement.Tests.WebGateway;
using AgentManagement.WebGateway.Http;
using AgentManagement.WebGateway.Limits;

namespace AgentManagement.Tests.Limits;

/// <summary>Bodies that do not come as a whole: how long they may take, and what they cost.</summary>
public sealed class UnfinishedBodyTests(UnfinishedBodyTests.Services services)
    : IClassFixture<UnfinishedBodyTests.Services>, IAsyncLifetime
{
    private const string Validate = $"{Api.Agents}/validate";
    private const string Line = """{"id":"a","name":"A","type":"rag","config":{}}""" + "\n";
    private const int Mebibyte = 1024 * 1024;

    private readonly string _tenant = Gateway.NewTenant();

    public async ValueTask InitializeAsync()
    {
        foreach (var service in (ServiceHost[])[services.Hasty, services.Limited])
        {
            await Await.Until(() => Memory(service).Reserved == 0, "what other tests have sent is over");
        }
    }

    public ValueTask DisposeAsync() => default;

    [Theory]
    [InlineData(Validate, RequestBody.Json, Mebibyte, 0)]
    [InlineData(Validate, RequestBody.Json, 60_000, 59_999)]
    [InlineData(Api.Import, RequestBody.Lines, LinesBody.MaxBytes, 500)]
    [InlineData("/api/v1/files?name=a.pdf", "application/pdf", 100_000, 40_000)]
    public async Task One_that_takes_longer_than_its_size_allows_is_answered_and_over(
        string path, string mediaType, int announced, int sent)
    {
        var service = services.Hasty;
        await using var request = await UnfinishedRequest.SendAsync(
            service.CreateClient(_tenant), path, mediaType, announced, Enumerable.Repeat((byte)' ', sent).ToArray());
        var answer = await request.ReadAnswerAsync();
        Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
        Assert.Contains("\"code\":\"request_timeout\"", answer, StringComparison.Ordinal);
        await Await.Until(() => Memory(service).Reserved == 0, "the memory is free again");
    }

    [Fact]
    public async Task Those_of_one_user_keep_no_place_from_others_nor_from_the_user()
    {
        var service = services.Limited;
        using var viewer = service.CreateClient(_tenant, role: "viewer", subject: "viewer");
        var requests = new List<UnfinishedRequest>();
        for (var number = 0; number < 205; number++)
        {
            requests.Add(await UnfinishedRequest.SendAsync(viewer, Validate, RequestBody.Json, 60_000, new byte[10_000]));
        }
        await Await.Until(() => Memory(service).Reserved > 205 * 10_000, "all have begun");
        using var admin = service.CreateClient(_tenant, role: "admin", subject: "admin");
        await (await admin.SendAsync("POST", Api.Agents, Api.Content())).ShouldBeAsync(201);
        await viewer.GetAsync(Api.Agents, 200);
        foreach (var request in requests) await request.DisposeAsync();
        await Await.Until(() => Memory(service).Reserved == 0, "the memory is free again");
    }

    [Fact]
    public async Task Those_of_one_user_take_a_part_of_the_memory_and_of_the_whole_there_is_some_left()
    {
        await using var service = await ServiceHost.StartAsync(change: settings => settings with
        {
            BodyTimeout = TimeSpan.FromSeconds(60),
            IsRateLimited = true,
            BodyMemoryMebibytes = 64,
        });
        using var greedy = service.CreateClient(subject: "greedy");
        var requests = new List<UnfinishedRequest>();
        for (var number = 0; number < 8; number++)
        {
            requests.Add(await UnfinishedRequest.SendAsync(greedy, Validate, RequestBody.Json, Mebibyte, new byte[Mebibyte - 20_000]));
        }
        await Await.Until(() => Memory(service).Reserved > 8 * (Mebibyte - 20_000), "all have been read so far");
        var large = Api.Content(text: new string('x', 200_000));
        var refused = await greedy.SendAsync("POST", Validate, large);
        await refused.ShouldBeProblemAsync(429, "too_many_at_once");
        Assert.NotNull(refused.Headers.RetryAfter);
        await (await service.CreateClient(subject: "modest").SendAsync("POST", Validate, large)).ShouldBeAsync(200);

        await requests[0].DisposeAsync();
        await Await.Until(async () => (await greedy.SendAsync("POST", Validate, large)).IsSuccessStatusCode, "there is room again");
        foreach (var request in requests) await request.DisposeAsync();
    }

    [Fact]
    public async Task An_import_goes_to_the_database_on_its_way_and_one_that_breaks_off_leaves_nothing_there()
    {
        var service = services.Limited;
        var database = service.Services.GetRequiredService<Database>();
        var lines = string.Concat(Enumerable.Repeat(Line, 12 * Mebibyte / Line.Length));
        var request = await UnfinishedRequest.SendAsync(
            service.CreateClient(_tenant), Api.Import, RequestBody.Lines, LinesBody.MaxBytes, Encoding.UTF8.GetBytes(lines));
        await Await.Until(async () => await CountPiecesAsync(database) >= 11, "most of it is stored");
        Assert.InRange(Memory(service).Reserved, 1, 3 * Mebibyte);

        await request.DisposeAsync();
        await Await.Until(async () => await CountPiecesAsync(database) == 0, "it is gone again");
        Assert.Equal(0, Memory(service).Reserved);
    }

    [Fact]
    public async Task So_many_imports_are_received_at_once_of_a_user_and_of_a_tenant_and_no_more()
    {
        var service = services.Limited;
        var requests = new List<UnfinishedRequest>();
        foreach (var user in (string[])["one", "one", "two", "two"])
        {
            var client = service.CreateClient(_tenant, subject: user);
            requests.Add(await UnfinishedRequest.SendAsync(
                client, Api.Import, RequestBody.Lines, LinesBody.MaxBytes, Encoding.UTF8.GetBytes(Line)));
            await Await.Until(() => Memory(service).Reserved >= requests.Count * 16 * 1024, "it has begun");
        }
        foreach (var (user, part) in new[] { ("one", "2 imports of one user"), ("three", "4 imports at") })
        {
            using var client = service.CreateClient(_tenant, subject: user);
            var problem = await (await client.SendAsync("POST", Api.Import, Line, ("Content-Type", RequestBody.Lines)))
                .ShouldBeProblemAsync(429, "too_many_at_once");
            Assert.Contains(part, problem.Text("detail"), StringComparison.Ordinal);
            await client.GetAsync(Api.Agents, 200);
        }
        using var neighbour = service.CreateClient(Gateway.NewTenant());
        await (await neighbour.SendAsync("POST", Api.Import, Line, ("Content-Type", RequestBody.Lines))).ShouldBeAsync(202);
        foreach (var request in requests) await request.DisposeAsync();
    }

    [Fact]
    public async Task A_file_takes_the_memory_that_its_store_needs_for_it_and_no_more_than_it_has()
    {
        var service = services.Limited;
        await using var small = await UnfinishedRequest.SendAsync(
            service.CreateClient(_tenant), "/api/v1/files?name=a.pdf", "application/pdf", 1_000, new byte[10]);
        await Await.Until(() => Memory(service).Reserved == (16 * 1024) + 1_000, "it has begun");
        await using var large = await UnfinishedRequest.SendAsync(
            service.CreateClient(_tenant), "/api/v1/files?name=b.pdf", "application/pdf", Mebibyte, new byte[10]);
        var ofStore = service.Services.GetRequiredService<AgentManagement.ServiceDefaults.Blobs.IBlobStore>().MaxBuffered;
        await Await.Until(() => Memory(service).Reserved == (2 * 16 * 1024) + 1_000 + ofStore, "both have begun");
    }

    private static BodyMemory Memory(ServiceHost service) => service.Services.GetRequiredService<BodyMemory>();

    private Task<int> CountPiecesAsync(Database database) =>
        database.QuerySingleAsync<int>("SELECT count(*) FROM task_input WHERE tenant_id = @_tenant", new { _tenant });

    public sealed class Services : IAsyncLifetime
    {
        /// <summary>It waits two seconds for a body.</summary>
        internal ServiceHost Hasty { get; private set; } = null!;

        internal ServiceHost Limited { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Hasty = await ServiceHost.StartAsync(change: settings => settings with { BodyTimeout = TimeSpan.FromSeconds(2) });
            Limited = await ServiceHost.StartAsync(
                change: settings => settings with { BodyTimeout = TimeSpan.FromSeconds(60), IsRateLimited = true });
        }

        public async ValueTask DisposeAsync()
        {
            await Hasty.DisposeAsync();
            await Limited.DisposeAsync();
        }
    }
}
