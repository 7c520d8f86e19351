using System.Text.RegularExpressions;
using AgentManagement.Bench.Servers;
using AgentManagement.ServiceDefaults.Blobs;
using AgentManagement.ServiceDefaults.Outgoing;
using AgentManagement.ServiceDefaults.Settings;
using AgentManagement.Tests.WebGateway;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentManagement.Tests.Files;

/// <summary>Files in a real S3 store, and what becomes of them when it is slow, gone or not ours.</summary>
[Trait(Apart.Name, Apart.Value)]
public sealed class S3StoreTests(S3StoreTests.Services services) : IClassFixture<S3StoreTests.Services>
{
    private const int TwoParts = 12 * 1024 * 1024;
    private static readonly OutgoingAddresses Anywhere = OutgoingAddresses.Of(new());

    [Fact]
    public async Task Files_go_through_the_gateway_to_the_bucket_and_links_come_from_the_store()
    {
        var settings = await S3Server.SettingsAsync();
        var service = await services.DirectAsync();
        var client = service.CreateClient(Gateway.NewTenant());
        foreach (var bytes in (byte[][])[FileClient.NewBytes(), FileClient.NewBytes(TwoParts)])
        {
            var id = (await (await client.UploadAsync(new FileClient.Chunks(bytes), "Größe.pdf")).ShouldBeAsync(201)).Text("id");
            Assert.Equal(bytes, await client.DownloadAsync(id));
            var part = await client.SendAsync("GET", $"{FileClient.Files}/{id}/content", null, ("Range", "bytes=100-199"));
            Assert.Equal(bytes[100..200], await part.Content.ReadAsByteArrayAsync());

            var link = await (await client.SendAsync("POST", $"{FileClient.Files}/{id}/link", """{"expiresInSeconds":60}"""))
                .ShouldBeAsync(200);
            var url = link.Text("url");
            Assert.StartsWith($"{settings.Endpoint}{settings.Bucket}/files/tenant-", url, StringComparison.Ordinal);
            using var anybody = new HttpClient();
            var response = await anybody.GetAsync(url);
            Assert.Equal(bytes, await response.Content.ReadAsByteArrayAsync());
            Assert.Equal(("application/pdf", "attachment"),
                (response.Content.Headers.ContentType!.ToString(), response.Content.Headers.ContentDisposition!.DispositionType));
            Assert.Equal(403, (int)(await anybody.GetAsync(Regex.Replace(url, "X-Amz-Expires=[0-9]+", "X-Amz-Expires=600"))).StatusCode);
            Assert.Equal(403, (int)(await anybody.GetAsync(url.Split('?')[0])).StatusCode);

            await (await client.SendAsync("DELETE", $"{FileClient.Files}/{id}")).ShouldBeAsync(204);
            Assert.Equal(404, (int)(await anybody.GetAsync(url)).StatusCode);
        }
        var health = await service.CreateAnonymousClient().GetAsync("/health", 200);
        Assert.Contains("files", health.GetProperty("parts").EnumerateArray().Select(each => each.Text("name")));
        Assert.DoesNotContain(service.Logs.Lines, line => line.Contains(settings.SecretAccessKey, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_link_of_the_store_ends_when_it_says()
    {
        var settings = await S3Server.SettingsAsync();
        using var store = new S3BlobStore(settings, Anywhere);
        var blob = Guid.NewGuid().ToString("n");
        await store.WriteAsync("acme", blob, new MemoryStream([1]), null, default);
        var file = new AgentManagement.Files.StoredFile
        {
            Id = FileClient.IdOf([1]), Name = "a", MediaType = "a/b", Size = 1, Blob = blob, CreatedAt = default, CreatedBy = "ana",
        };
        using var anybody = new HttpClient();
        Assert.Equal(200, (int)(await anybody.GetAsync(store.LinkTo("acme", file, DateTimeOffset.UtcNow.AddMinutes(1)))).StatusCode);
        var ended = store.LinkTo("acme", file, DateTimeOffset.UtcNow.AddSeconds(2));
        await Await.Until(async () => (int)(await anybody.GetAsync(ended)).StatusCode == 403, "the link has ended");
    }

    [Theory, InlineData(0L), InlineData(100_000L), InlineData(9_000_000L)]
    public async Task A_server_that_goes_in_the_middle_of_an_upload_leaves_no_file(long after)
    {
        var (service, way) = await services.FragileAsync();
        var (client, bytes) = (service.CreateClient(Gateway.NewTenant()), FileClient.NewBytes(TwoParts));
        way.LeftToServer = after;
        await (await Await.For(client.UploadAsync(bytes), "the refusal")).ShouldBeProblemAsync(503, "file_store_unavailable");
        Assert.Empty((await client.GetAsync(FileClient.Files, 200)).GetProperty("items").EnumerateArray());
        Assert.Equal(0, (await client.GetAsync("/api/v1/tenant", 200)).GetProperty("usage").GetProperty("fileBytes").GetInt64());

        way.LeftToServer = null;
        await (await client.UploadAsync(bytes)).ShouldBeAsync(201);
        Assert.Equal(bytes, await client.DownloadAsync(FileClient.IdOf(bytes)));
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task A_server_that_goes_or_falls_silent_in_the_middle_of_a_download_breaks_it_off(bool isSilent)
    {
        var (service, way) = await services.FragileAsync();
        var (client, bytes) = (service.CreateClient(Gateway.NewTenant()), FileClient.NewBytes(TwoParts));
        var path = $"{FileClient.Files}/{(await client.AddAsync(bytes)).Text("id")}/content";
        (way.LeftToClient, way.IsStalled) = (6_000_000, isSilent);
        using var response = await client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal((200, TwoParts), ((int)response.StatusCode, response.Content.Headers.ContentLength));
        await Assert.ThrowsAnyAsync<Exception>(() => Await.For(response.Content.ReadAsByteArrayAsync(), "the end of the download"));

        (way.LeftToClient, way.IsStalled) = (null, false);
        Assert.Equal(bytes, await client.GetByteArrayAsync(path));
    }

    [Fact]
    public async Task A_server_that_is_silent_is_not_waited_for_and_agents_go_on()
    {
        var (service, way) = await services.FragileAsync();
        var client = service.CreateClient(Gateway.NewTenant());
        (way.LeftToServer, way.IsStalled) = (10, true);
        await (await Await.For(client.UploadAsync(FileClient.NewBytes()), "the refusal"))
            .ShouldBeProblemAsync(503, "file_store_unavailable");
        await client.CreateAsync(FileClient.Content());
        var health = await service.CreateAnonymousClient().GetAsync("/health", 200);
        Assert.False(health.GetProperty("parts").EnumerateArray().Single(part => part.Text("name") == "files").GetProperty("healthy")
            .GetBoolean());
        Assert.Equal("degraded", (await service.CreateAnonymousClient().GetAsync("/health/ready", 200)).Text("status"));
    }

    [Fact]
    public async Task Bytes_that_somebody_changed_are_not_given_out_as_the_file()
    {
        var service = await services.DirectAsync();
        var (tenant, bytes) = (Gateway.NewTenant(), FileClient.NewBytes());
        var client = service.CreateClient(tenant);
        var id = (await client.AddAsync(bytes)).Text("id");
        var store = service.Services.GetRequiredService<IBlobStore>();
        await store.WriteAsync(tenant, Assert.Single(await store.ListAsync(tenant, DateTimeOffset.UtcNow.AddHours(1), default)),
            new MemoryStream(FileClient.NewBytes()), null, default);
        await Assert.ThrowsAsync<HttpRequestException>(() => client.DownloadAsync(id));
    }

    [Theory, InlineData("key"), InlineData("secret"), InlineData("bucket")]
    public async Task Settings_that_the_store_refuses_end_the_start_without_telling_the_secret(string wrong)
    {
        var settings = await S3Server.SettingsAsync();
        settings = wrong switch
        {
            "key" => settings with { AccessKeyId = "nobody" },
            "secret" => settings with { SecretAccessKey = "wrong-secret" },
            _ => settings with { Bucket = "no-such-bucket" },
        };
        var refusal = await Assert.ThrowsAsync<SettingsException>(() =>
            ServiceHost.StartAsync(change: each => each with { S3 = settings }));
        Assert.StartsWith("The service cannot start: the S3 store refuses S3_BUCKET", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(settings.SecretAccessKey, settings.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_that_does_not_answer_yet_does_not_hold_up_the_start()
    {
        using var store = new S3BlobStore(
            (await S3Server.SettingsAsync()) with { Endpoint = new("http://127.0.0.1:1") }, Anywhere, TimeSpan.FromSeconds(1));
        await new FileStoreStart(store, NullLogger<FileStoreStart>.Instance).StartAsync(default);
    }

    /// <summary>Services for all tests of the class, started with the first that asks: without a server they are skipped.</summary>
    public sealed class Services : IAsyncDisposable
    {
        private ServiceHost? _direct;
        private ServiceHost? _fragile;
        private FragileLink? _way;

        public async ValueTask DisposeAsync()
        {
            if (_direct is not null) await _direct.DisposeAsync();
            if (_fragile is not null) await _fragile.DisposeAsync();
            if (_way is not null) await _way.DisposeAsync();
        }

        internal async Task<ServiceHost> DirectAsync()
        {
            var settings = await S3Server.SettingsAsync();
            return _direct ??= await ServiceHost.StartAsync(change: each => each with { S3 = settings });
        }

        /// <summary>One with little patience, and its way to the store, which is whole.</summary>
        internal async Task<(ServiceHost Service, FragileLink Way)> FragileAsync()
        {
            _way ??= FragileLink.To((await S3Server.SettingsAsync()).Endpoint!);
            (_way.LeftToServer, _way.LeftToClient, _way.IsStalled) = (null, null, false);
            var settings = await S3Server.SettingsAsync(_way.Address);
            _fragile ??= await ServiceHost.StartAsync(change: each => each with { S3 = settings }, configure: services =>
                services.AddSingleton<IBlobStore>(new S3BlobStore(settings, Anywhere, TimeSpan.FromSeconds(2))));
            return (_fragile, _way);
        }
    }
}
