using AgentManagement.ServiceDefaults.Blobs;
using AgentManagement.Tests.WebGateway;
using Microsoft.Extensions.DependencyInjection;

namespace AgentManagement.Tests.Files;

/// <summary>Files over HTTP, their bytes in a folder.</summary>
[Collection(typeof(GatewayTests))]
public sealed class FileApiTests(Gateway gateway)
{
    private const int Mebibyte = 1024 * 1024;

    [Fact]
    public async Task What_is_uploaded_can_be_read_listed_and_downloaded()
    {
        var (client, bytes) = (gateway.Client(), FileClient.NewBytes());
        var response = await client.UploadAsync(bytes, "Größe ☃.pdf", "Application/PDF; x=1");
        var file = await response.ShouldBeAsync(201);

        var id = FileClient.IdOf(bytes);
        Assert.Equal(["id", "name", "mediaType", "size", "sha256", "blobRef", "createdAt", "createdBy"], file.EnumerateObject()
            .Select(member => member.Name));
        Assert.Equal((id, "Größe ☃.pdf", "application/pdf", 1_000, id["sha256-".Length..], $"blob://files/{id}"),
            (file.Text("id"), file.Text("name"), file.Text("mediaType"), file.GetProperty("size").GetInt32(), file.Text("sha256"),
                file.Text("blobRef")));
        Assert.Equal($"{FileClient.Files}/{id}", response.Headers.Location?.ToString());
        Assert.Equal(file.GetRawText(), (await client.GetAsync($"{FileClient.Files}/{id}", 200)).GetRawText());
        Assert.Equal(file.GetRawText(), (await client.GetAsync(FileClient.Files, 200)).GetProperty("items")[0].GetRawText());

        var content = await client.SendAsync("GET", $"{FileClient.Files}/{id}/content");
        Assert.Equal(bytes, await content.Content.ReadAsByteArrayAsync());
        Assert.Equal(("application/pdf", 1_000, $"\"{id}\""),
            (content.Content.Headers.ContentType!.ToString(), content.Content.Headers.ContentLength, content.Headers.ETag!.Tag));
        var disposition = content.Content.Headers.ContentDisposition!;
        Assert.Equal(("attachment", "Größe ☃.pdf"), (disposition.DispositionType, disposition.FileNameStar));
        Assert.Equal("nosniff", content.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Contains("sandbox", content.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        var logged = (await client.GetAsync("/api/v1/audit", 200)).GetProperty("items")[0];
        Assert.Equal(("file_added", "127.0.0.1"), (logged.Text("kind"), logged.Text("address")));
    }

    [Fact]
    public async Task The_same_bytes_are_one_file_of_the_tenant_and_another_of_another()
    {
        var (client, bytes) = (gateway.Client(), FileClient.NewBytes());
        var file = await client.AddAsync(bytes);
        var again = await (await client.UploadAsync(bytes, "other.png", "image/png")).ShouldBeAsync(200);
        Assert.Equal(file.GetRawText(), again.GetRawText());
        var usage = (await client.GetAsync("/api/v1/tenant", 200)).GetProperty("usage");
        Assert.Equal(1_000, usage.GetProperty("fileBytes").GetInt64());

        // Whoever asks for the hash of what another tenant has learns nothing, and neither does who uploads it.
        var other = gateway.Client();
        foreach (var path in (string[])["", "/content"])
        {
            var (theirs, none) =
                (await other.SendAsync("GET", $"{FileClient.Files}/{file.Text("id")}{path}", null, ("X-Correlation-ID", "same")),
                await other.SendAsync("GET", $"{FileClient.Files}/{FileClient.IdOf([])}{path}", null, ("X-Correlation-ID", "same")));
            Assert.Equal((404, await none.Content.ReadAsStringAsync()), ((int)theirs.StatusCode, await theirs.Content.ReadAsStringAsync()));
        }
        await (await other.SendAsync("POST", $"{FileClient.Files}/{file.Text("id")}/link")).ShouldBeProblemAsync(404, "not_found");
        await (await gateway.Client("admin").SendAsync("DELETE", $"{FileClient.Files}/{file.Text("id")}"))
            .ShouldBeProblemAsync(404, "not_found");
        await (await other.UploadAsync(bytes, "mine.pdf")).ShouldBeAsync(201);
        Assert.Equal(bytes, await client.DownloadAsync(file.Text("id")));
    }

    [Fact]
    public async Task A_list_goes_on_with_its_cursor()
    {
        var client = gateway.Client();
        List<string> ids = [];
        for (var number = 0; number < 5; number++) ids.Add((await client.AddAsync(FileClient.NewBytes(10))).Text("id"));
        List<string> listed = [];
        string? cursor = null;
        do
        {
            var page = await client.GetAsync($"{FileClient.Files}?limit=2{(cursor is null ? "" : $"&cursor={cursor}")}", 200);
            listed.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.Text("id")));
            cursor = page.GetProperty("nextCursor").GetString();
        }
        while (cursor is not null);
        Assert.Equal(ids.Order(StringComparer.Ordinal), listed);
        await (await client.SendAsync("GET", $"{FileClient.Files}?cursor=x")).ShouldBeProblemAsync(400, "invalid_cursor");
    }

    [Theory]
    [InlineData("bytes=0-9", 0, 10)]
    [InlineData("bytes=990-", 990, 10)]
    [InlineData("bytes=990-5000", 990, 10)]
    [InlineData("bytes=-10", 990, 10)]
    [InlineData("bytes=-5000", 0, 1_000)]
    [InlineData("bytes=999-999", 999, 1)]
    public async Task A_part_is_given_where_a_part_is_asked_for(string range, int from, int length)
    {
        var (client, bytes) = (gateway.Client(), FileClient.NewBytes());
        var id = (await client.AddAsync(bytes)).Text("id");
        var response = await client.SendAsync("GET", $"{FileClient.Files}/{id}/content", null, ("Range", range), ("If-Range", $"\"{id}\""));
        Assert.Equal(
            (206, $"bytes {from}-{from + length - 1}/1000"), ((int)response.StatusCode, response.Content.Headers.ContentRange!.ToString()));
        Assert.Equal(bytes[from..(from + length)], await response.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task What_is_no_part_is_the_whole_or_refused()
    {
        var (client, bytes) = (gateway.Client(), FileClient.NewBytes());
        var path = $"{FileClient.Files}/{(await client.AddAsync(bytes)).Text("id")}/content";
        foreach (var header in (string[])["bytes=0-1,5-6", "lines=1-2", "bytes=x"])
        {
            Assert.Equal(bytes, await (await client.SendAsync("GET", path, null, ("Range", header))).Content.ReadAsByteArrayAsync());
        }
        Assert.Equal(200, (int)(await client.SendAsync("GET", path, null, ("Range", "bytes=0-1"), ("If-Range", "\"other\""))).StatusCode);
        foreach (var header in (string[])["bytes=1000-", "bytes=-0"])
        {
            var refused = await client.SendAsync("GET", path, null, ("Range", header));
            await refused.ShouldBeProblemAsync(416, "range_not_satisfiable");
            Assert.Equal("bytes */1000", refused.Content.Headers.ContentRange!.ToString());
        }
    }

    [Fact]
    public async Task A_client_that_has_the_bytes_gets_304()
    {
        var client = gateway.Client();
        var id = (await client.AddAsync(FileClient.NewBytes())).Text("id");
        var response = await client.SendAsync("GET", $"{FileClient.Files}/{id}/content", null, ("If-None-Match", $"W/\"{id}\""));
        Assert.Equal((304, $"\"{id}\""), ((int)response.StatusCode, response.Headers.ETag!.Tag));
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task A_file_is_as_large_as_the_tier_says_and_not_a_byte_larger(bool saysLength)
    {
        // free: 5 MiB.
        var client = gateway.Client(tier: "free");
        var most = FileClient.NewBytes(5 * Mebibyte);
        HttpContent Body(params byte[][] chunks) => saysLength
            ? new ByteArrayContent([.. chunks.SelectMany(chunk => chunk)]) : new FileClient.Chunks(chunks);
        await (await client.UploadAsync(Body(most))).ShouldBeAsync(201);
        await (await client.UploadAsync(Body(most, [1]))).ShouldBeProblemAsync(413, "file_too_large");
        Assert.Single((await client.GetAsync(FileClient.Files, 200)).GetProperty("items").EnumerateArray());
        Assert.Equal(most, await client.DownloadAsync(FileClient.IdOf(most)));
    }

    [Fact]
    public async Task A_type_that_the_tier_does_not_name_and_one_that_is_none_are_refused()
    {
        var client = gateway.Client(tier: "free");
        await (await client.UploadAsync(FileClient.NewBytes(10), "a.zip", "application/zip")).ShouldBeProblemAsync(415, "file_type");
        await (await client.UploadAsync(FileClient.NewBytes(10), "a.zip", "*/*")).ShouldBeProblemAsync(415, "unsupported_media_type");
        var request = new HttpRequestMessage(HttpMethod.Post, $"{FileClient.Files}?name=a") { Content = new ByteArrayContent([1]) };
        await (await client.SendAsync(request)).ShouldBeProblemAsync(415, "unsupported_media_type");
        await (await client.UploadAsync([])).ShouldBeProblemAsync(400, "body_required");
    }

    [Theory, InlineData("a/b"), InlineData(".."), InlineData("a\\b"), InlineData(" ")]
    public async Task A_name_is_no_path(string name) =>
        await (await gateway.Client().UploadAsync([1], name)).ShouldBeProblemAsync(400, "invalid_parameter");

    [Fact]
    public async Task What_arrives_otherwise_than_it_was_sent_is_refused()
    {
        var (client, bytes) = (gateway.Client(), FileClient.NewBytes());
        await (await client.UploadAsync(bytes, headers: ("Content-Digest", FileClient.DigestOf([1]))))
            .ShouldBeProblemAsync(400, "digest_mismatch");
        await (await client.UploadAsync(bytes, headers: ("Content-Digest", "sha-256=:AA==:"))).ShouldBeProblemAsync(400, "invalid_header");
        Assert.Empty((await client.GetAsync(FileClient.Files, 200)).GetProperty("items").EnumerateArray());
        await (await client.UploadAsync(bytes, headers: ("Content-Digest", $"sha-512=:AA==:, {FileClient.DigestOf(bytes)}")))
            .ShouldBeAsync(201);
    }

    [Fact]
    public async Task A_file_is_deleted_unless_a_version_refers_to_it_and_is_in_the_audit_trail()
    {
        var client = gateway.Client();
        var (used, free) = ((await client.AddAsync(FileClient.NewBytes())).Text("id"),
            (await client.AddAsync(FileClient.NewBytes(), "free.pdf")).Text("id"));
        var path = await client.CreatePathAsync(FileClient.Content(used));
        await (await client.SendAsync("PUT", path, FileClient.Content())).ShouldBeAsync(200);

        // Version 1 still refers to it.
        await (await client.SendAsync("DELETE", $"{FileClient.Files}/{used}")).ShouldBeProblemAsync(409, "in_use");
        await (await client.SendAsync("DELETE", $"{FileClient.Files}/{free}")).ShouldBeAsync(204);
        await client.GetAsync($"{FileClient.Files}/{free}", 404);
        await client.GetAsync($"{FileClient.Files}/{free}/content", 404);
        Assert.Equal(1_000, (await client.GetAsync("/api/v1/tenant", 200)).GetProperty("usage").GetProperty("fileBytes").GetInt64());

        var last = (await client.GetAsync("/api/v1/audit?kind=file_deleted", 200)).GetProperty("items")[0];
        Assert.Equal((free, "free.pdf", "deleted", null),
            (last.Text("fileId"), last.Text("fileName"), last.Text("status"), last.GetProperty("agentId").GetString()));
        await client.AddAsync(FileClient.NewBytes());
    }

    [Fact]
    public async Task A_link_is_good_for_whoever_has_it_and_for_nothing_else()
    {
        await using var service = await ServiceHost.StartAsync(configure: services => Clock.AddTo(services));
        var (client, bytes) = (service.CreateClient("acme"), FileClient.NewBytes());
        var (id, other) = ((await client.AddAsync(bytes)).Text("id"), (await client.AddAsync(FileClient.NewBytes())).Text("id"));
        await service.CreateClient("other").AddAsync(bytes);
        var link = await (await client.SendAsync("POST", $"{FileClient.Files}/{id}/link", """{"expiresInSeconds":60}"""))
            .ShouldBeAsync(200);
        var url = link.Text("url");

        var anybody = service.CreateAnonymousClient();
        var response = await anybody.GetAsync(url);
        Assert.Equal(bytes, await response.Content.ReadAsByteArrayAsync());
        Assert.Equal("attachment", response.Content.Headers.ContentDisposition!.DispositionType);
        var expires = DateTimeOffset.Parse(link.Text("expiresAt"), System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeSeconds();
        foreach (var forged in (string[])
        [
            url.Replace("/acme/", "/other/", StringComparison.Ordinal), url.Replace(id, other, StringComparison.Ordinal),
            url.Replace($"expires={expires}", $"expires={expires + 1}", StringComparison.Ordinal), url[..^1] + (url[^1] == 'A' ? 'Q' : 'A'),
            url.Split('&')[0], url.Split('?')[0],
        ])
        {
            Assert.NotEqual(url, forged);
            await (await anybody.GetAsync(forged)).ShouldBeProblemAsync(404, "not_found");
        }
        foreach (var (seconds, status) in (IEnumerable<(string, int)>)[("59", 422), ("86401", 422), ("86400", 200)])
        {
            await (await client.SendAsync("POST", $"{FileClient.Files}/{id}/link", $$$"""{"expiresInSeconds":{{{seconds}}}}"""))
                .ShouldBeAsync(status);
        }
        Clock.Now.Advance(TimeSpan.FromSeconds(61));
        await (await anybody.GetAsync(url)).ShouldBeProblemAsync(410, "link_expired");
    }

    [Fact]
    public async Task In_production_without_S3_there_are_no_files_and_all_else_works()
    {
        await using var service = await ServiceHost.StartAsync(configure: services =>
            services.AddSingleton<IBlobStore>(new NoBlobStore()));
        var client = service.CreateClient();
        await (await client.UploadAsync(FileClient.NewBytes())).ShouldBeProblemAsync(503, "file_store_unavailable");
        Assert.Empty((await client.GetAsync(FileClient.Files, 200)).GetProperty("items").EnumerateArray());
        await client.CreateAsync();
    }

    private static class Clock
    {
        public static ShiftedClock Now { get; } = new();

        public static void AddTo(Microsoft.Extensions.DependencyInjection.IServiceCollection services) =>
            Microsoft.Extensions.DependencyInjection.ServiceCollectionServiceExtensions.AddSingleton<TimeProvider>(services, Now);
    }
}
