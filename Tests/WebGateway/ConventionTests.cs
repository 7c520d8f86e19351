using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;

namespace AgentManagement.Tests.WebGateway;

/// <summary>What clients, proxies and monitors expect of any HTTP interface.</summary>
[Collection(typeof(GatewayTests))]
public sealed class ConventionTests(Gateway gateway)
{
    public static TheoryData<string> Readable =>
    [
        "/health", "/health/live", "/health/ready", "/openapi/v1.json", "/docs/index.html",
        .. Routes.All.Where(route => route.Method == "GET" && !route.Path.Contains("/internal/", StringComparison.Ordinal))
            .Select(route => route.Path),
    ];

    [Theory, MemberData(nameof(Readable))]
    public async Task Head_answers_as_get_does_without_a_body(string path)
    {
        var client = gateway.Client("admin");
        await client.CreateAsync(Api.Content(id: "bot"));
        path = path.Replace("{id}", "bot", StringComparison.Ordinal).Replace("{template}", "knowledge_base", StringComparison.Ordinal);
        using var got = await client.SendAsync("GET", path);
        using var head = await client.SendAsync("HEAD", path);
        Assert.Equal((got.StatusCode, got.Content.Headers.ContentType?.MediaType, got.Headers.ETag),
            (head.StatusCode, head.Content.Headers.ContentType?.MediaType, head.Headers.ETag));
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Head_of_a_feed_and_of_an_export_ends()
    {
        var client = gateway.Client();
        using var feed = await client.SendAsync("HEAD", "/api/v1/changes");
        Assert.Equal((HttpStatusCode.OK, "text/event-stream"), (feed.StatusCode, feed.Content.Headers.ContentType?.MediaType));
        using var export = await client.SendAsync("HEAD", "/api/v1/export");
        Assert.Equal((HttpStatusCode.OK, "application/x-ndjson"), (export.StatusCode, export.Content.Headers.ContentType?.MediaType));
    }

    [Fact]
    public async Task Head_of_a_file_says_how_long_it_is()
    {
        var client = gateway.Client();
        using var text = new StringContent("Open from 9 to 17.", Encoding.UTF8, "text/plain");
        var id = (await (await client.PostAsync("/api/v1/files?name=hours.txt", text)).ShouldBeAsync(201)).Text("id");
        using var head = await client.SendAsync("HEAD", $"/api/v1/files/{id}/content");
        Assert.Equal((HttpStatusCode.OK, 18L), (head.StatusCode, head.Content.Headers.ContentLength));
    }

    [Theory]
    [InlineData("/api/v1/agents", "GET, HEAD, OPTIONS, POST", null)]
    [InlineData("/api/v1/agents/bot", "DELETE, GET, HEAD, OPTIONS, PATCH, PUT", "application/merge-patch+json")]
    [InlineData("/api/v1/agents/bot/activate", "OPTIONS, POST", null)]
    public async Task Options_says_which_methods_there_are(string path, string methods, string? patches)
    {
        using var answer = await gateway.Client().SendAsync("OPTIONS", path);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal(methods, string.Join(", ", answer.Content.Headers.Allow.Order(StringComparer.Ordinal)));
        Assert.Equal(patches, answer.Headers.TryGetValues("Accept-Patch", out var types) ? types.Single() : null);
    }

    [Fact]
    public async Task Options_of_nothing_is_not_found() =>
        await (await gateway.Client().SendAsync("OPTIONS", "/api/v1/nothing")).ShouldBeProblemAsync(404, "not_found");

    [Fact]
    public async Task A_patch_of_another_type_is_told_which_is_taken()
    {
        var client = gateway.Client();
        var answer = await client.SendAsync("PATCH", await client.CreatePathAsync(), "{}", ("Content-Type", "application/json"));
        await answer.ShouldBeProblemAsync(415, "unsupported_media_type");
        Assert.Equal("application/merge-patch+json", answer.Headers.GetValues("Accept-Patch").Single());
    }

    [Theory]
    [InlineData("POST", Api.Agents, "application/json")]
    [InlineData("PATCH", $"{Api.Agents}/bot", "application/merge-patch+json")]
    [InlineData("POST", Api.Import, "application/x-ndjson")]
    [InlineData("POST", "/api/v1/files?name=hours.txt", "text/plain")]
    [InlineData("POST", "/api/v1/tasks", "application/json")]
    public async Task A_compressed_body_is_refused(string method, string path, string type)
    {
        var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) await gzip.WriteAsync("{}"u8.ToArray());
        using var request = new HttpRequestMessage(new(method), path) { Content = new ByteArrayContent(packed.ToArray()) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
        request.Content.Headers.ContentEncoding.Add("gzip");
        var answer = await gateway.Client().SendAsync(request);
        await answer.ShouldBeProblemAsync(415, "unsupported_content_encoding");
        Assert.Equal("identity", answer.Headers.GetValues("Accept-Encoding").Single());
    }

    [Fact]
    public async Task A_body_that_says_it_is_not_compressed_is_taken()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Api.Agents) { Content = new StringContent(Api.Content()) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Content.Headers.ContentEncoding.Add("identity");
        await (await gateway.Client().SendAsync(request)).ShouldBeAsync(201);
    }

    [Fact]
    public async Task A_byte_order_mark_is_passed_over()
    {
        var client = gateway.Client();
        var path = await client.CreatePathAsync($"\uFEFF{Api.Content(id: "bot")}");
        await (await client.SendAsync("PATCH", path, "\uFEFF{\"description\":\"New.\"}")).ShouldBeAsync(200);
        await (await client.SendAsync("POST", $"{path}/activate", "\uFEFF{}")).ShouldBeAsync(200);
        // Also where two files were put together.
        var lines = $"\uFEFF{Api.Content(id: "one")}\n\uFEFF{Api.Content(id: "two")}\n";
        var task = (await (await client.SendAsync("POST", Api.Import, lines)).ShouldBeAsync(202)).Text("id");
        await Await.Until(async () => (await client.GetAsync($"{Api.Tasks}/{task}", 200)).Text("status") == "completed", "the import ends");
        Assert.Equal(2, (await client.GetAsync($"{Api.Tasks}/{task}", 200)).GetProperty("result").GetProperty("created").GetInt32());
    }

    [Theory]
    [InlineData("[{\"id\":\"a\"}]", "array"), InlineData(" \n[\n{}]", "array")]
    [InlineData("{\n  \"id\": \"a\"\n}\n", "printed over several")]
    public async Task Lines_that_are_none_are_told_so_at_once(string body, string form)
    {
        var problem = await (await gateway.Client().SendAsync("POST", Api.Import, body)).ShouldBeProblemAsync(400, "malformed_lines");
        Assert.Contains("one object a line", problem.Text("detail"), StringComparison.Ordinal);
        Assert.Contains(form, problem.Text("detail"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"id":"Not-An-Id","name":"x","type":"rag","config":{}}""")]
    [InlineData("""{"id":"a","name":"x","type":"odd","config":{}}""")]
    [InlineData("""{"id":"a","name":"x","type":"rag","config":{},"a":1}"""), InlineData("""{"id":"a","name":"x","name":"y"}""")]
    [InlineData("""{"id":"a","name":"x","type":"rag","config":{"model":{"provider":"openai"}}}"""), InlineData("""{"id":7,"name":"x"}""")]
    public async Task A_fault_has_the_same_code_and_text_however_it_comes_in(string content)
    {
        var client = gateway.Client();
        var posted = (await (await client.SendAsync("POST", Api.Agents, content)).Content.ReadFromJsonAsync<JsonElement>())
            .GetProperty("errors").EnumerateArray().Select(error => (error.Text("code"), error.Text("pointer"), error.Text("message")));
        var task = (await (await client.SendAsync("POST", Api.Import, content)).ShouldBeAsync(202)).Text("id");
        await Await.Until(async () => (await client.GetAsync($"{Api.Tasks}/{task}", 200)).Text("status") == "completed", "the import ends");
        var failed = Assert.Single((await client.GetAsync($"{Api.Tasks}/{task}", 200)).GetProperty("result").GetProperty("failed")
            .EnumerateArray());
        Assert.Contains((failed.Text("code"), failed.Text("pointer"), failed.Text("message")), posted);
    }

    [Fact]
    public async Task A_tag_that_a_proxy_has_weakened_is_still_the_versions()
    {
        var client = gateway.Client();
        var path = await client.CreatePathAsync();
        await (await client.SendAsync("PUT", path, Api.Content("New"), ("If-Match", "W/\"1\""))).ShouldBeAsync(200);
        await (await client.SendAsync("PUT", path, Api.Content("Newer"), ("If-Match", "W/\"1\"")))
            .ShouldBeProblemAsync(412, "version_mismatch");
    }

    [Theory]
    [InlineData("GET", "/api/v1/agents?q="), InlineData("GET", "/api/v1/agents?tag=a&tag="), InlineData("GET", "/api/v1/agents?limit=")]
    [InlineData("GET", "/api/v1/audit?from="), InlineData("GET", "/api/v1/changes?since="), InlineData("GET", "/api/v1/agents?status=")]
    [InlineData("GET", "/api/v1/files?cursor="), InlineData("DELETE", "/api/v1/agents/bot?dryRun")]
    public async Task An_empty_parameter_is_refused_everywhere(string method, string path)
    {
        var problem = await (await gateway.Client("admin").SendAsync(method, path)).ShouldBeProblemAsync(400, "invalid_parameter");
        Assert.EndsWith("must not be empty; leave it out.", problem.Text("detail"), StringComparison.Ordinal);
    }
}
