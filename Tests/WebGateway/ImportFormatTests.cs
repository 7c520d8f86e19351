using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using AgentManagement.Formats;

namespace AgentManagement.Tests.WebGateway;

/// <summary>Imports of files that other systems have.</summary>
[Collection(typeof(GatewayTests))]
public sealed class ImportFormatTests(Gateway gateway)
{
    private const string Pilot = """
        ---
        name: Harbour Pilot
        description: Guides ships.
        model: sonnet
        color: blue
        ---
        You know every rock.
        """;

    private const string Lead = """
        ---
        description: Says who is next.
        model: GPT-5
        agents: [Tide Table]
        ---
        Ask the table.
        """;

    private const string Table = """
        ---
        description: Says when the water is high.
        model: GPT-5
        tools: ['charts/*']
        ---
        Look it up.
        """;

    [Fact]
    public async Task Each_format_comes_in_as_the_library_reads_it()
    {
        foreach (var (format, path, text) in Formats.Samples.All.Where(sample => sample.Format != "ndjson"))
        {
            // What a file is called in its project says what it is called here: it comes as the only file of a package.
            var client = gateway.Client();
            var expected = AgentFormats.Import([new(path, Encoding.UTF8.GetBytes(text))], AgentFormats.Find(format))[0];
            Assert.Empty(expected.Report.Errors);
            var task = await (await SendAsync(client, $"format={format}", Zip((path, text)))).ShouldBeAsync(202);
            var file = Assert.Single(task.GetProperty("report").GetProperty("files").EnumerateArray());
            Assert.Equal((path, format, expected.Agents.Length),
                (file.Text("path"), file.Text("format"), file.GetProperty("agents").GetInt32()));
            Assert.Equal(expected.Report.NotMapped.Length, file.GetProperty("notMapped").GetArrayLength());
            var ended = await TaskTests.EndedAsync(client, task.Text("id"));
            Assert.False(ended.TryGetProperty("report", out _));
            Assert.Equal(0, ended.GetProperty("result").GetProperty("failedCount").GetInt32());
            foreach (var content in expected.Agents)
            {
                var agent = await client.GetAsync($"{Api.Agents}/{content["id"]}", 200);
                Assert.Equal(content["name"]!.GetValue<string>(), agent.Text("name"));
                Assert.True(JsonNode.DeepEquals(content["config"], JsonNode.Parse(agent.GetProperty("config").GetRawText())));
            }
        }
    }

    [Fact]
    public async Task One_file_comes_as_it_is_and_its_format_is_found_out()
    {
        var client = gateway.Client();
        var task = await (await SendAsync(client, "format=auto", Encoding.UTF8.GetBytes(Pilot), "text/markdown")).ShouldBeAsync(202);
        var file = task.GetProperty("report").GetProperty("files")[0];
        Assert.Equal(("", "claude"), (file.Text("path"), file.Text("format")));
        Assert.Equal("agent Harbour Pilot harbour-pilot", Assert.Single(file.GetProperty("renamed").EnumerateArray()
            .Select(each => $"{each.Text("kind")} {each.Text("from")} {each.Text("to")}")));
        Assert.Equal("/color", Assert.Single(file.GetProperty("notMapped").EnumerateArray()).Text("pointer"));
        await TaskTests.EndedAsync(client, task.Text("id"));
        Assert.Equal("You know every rock.", (await client.GetAsync($"{Api.Agents}/harbour-pilot", 200)).GetProperty("config")
            .GetProperty("instructions").Text("template"));
    }

    [Fact]
    public async Task A_package_is_read_together_and_what_is_no_agent_in_it_is_passed_over()
    {
        var client = gateway.Client();
        var zip = Zip((".github/agents/Lead.agent.md", Lead), (".github/agents/Tide Table.agent.md", Table),
            ("LICENCE", "Do what you like."));
        var query = "format=auto&dryRun=true";
        var tried = await (await SendAsync(client, query, zip)).ShouldBeAsync(202);
        Assert.Equal(2, tried.GetProperty("report").GetProperty("files").GetArrayLength());
        Assert.Equal(2, (await TaskTests.EndedAsync(client, tried.Text("id"))).GetProperty("result").GetProperty("created").GetInt32());
        Assert.Equal(0, (await client.GetAsync(Api.Agents, 200)).GetProperty("total").GetInt32());

        var task = await (await SendAsync(client, "format=auto&mode=create", zip)).ShouldBeAsync(202);
        await TaskTests.EndedAsync(client, task.Text("id"));
        Assert.Equal("tide-table", (await client.GetAsync($"{Api.Agents}/lead", 200)).GetProperty("config").GetProperty("handoffs")[0]
            .Text("agentId"));
        var again = await TaskTests.EndedAsync(
            client, (await (await SendAsync(client, "format=auto&mode=create", zip)).ShouldBeAsync(202)).Text("id"));
        Assert.Equal(2, again.GetProperty("result").GetProperty("skipped").GetInt32());
    }

    [Fact]
    public async Task All_files_come_in_or_none_and_what_is_wrong_is_told_without_its_value()
    {
        var client = gateway.Client();
        const string credential = "sk-proj-Ab12Cd34Ef56Gh78Ij90Kl12Mn34";
        var bad = """{"mcpServers":{"charts":{"url":"https://charts.example.com/mcp","headers":{"Authorization":"Bearer KEY"}}}}"""
            .Replace("KEY", credential, StringComparison.Ordinal);
        var problem = await (await SendAsync(client, "format=auto", Zip(("a/.mcp.json", bad), ("b/.claude/agents/pilot.md", Pilot))))
            .ShouldBeProblemAsync(422, "invalid_content");
        var error = Assert.Single(problem.GetProperty("errors").EnumerateArray());
        Assert.Equal(("not_importable", "/mcpServers/charts/headers/Authorization"), (error.Text("code"), error.Text("pointer")));
        Assert.Contains("a/.mcp.json", error.Text("message"), StringComparison.Ordinal);
        Assert.DoesNotContain(credential, problem.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(0, (await client.GetAsync(Api.Agents, 200)).GetProperty("total").GetInt32());
        Assert.Empty((await client.GetAsync(Api.Tasks, 200)).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task The_same_file_under_the_same_key_is_the_same_task()
    {
        var client = gateway.Client();
        var (one, other) = (Encoding.UTF8.GetBytes(Pilot), Encoding.UTF8.GetBytes(Lead));
        var first = await (await SendAsync(client, "format=claude", one, "text/markdown", "monday")).ShouldBeAsync(202);
        var again = await (await SendAsync(client, "format=claude", one, "text/markdown", "monday")).ShouldBeAsync(202);
        Assert.Equal(first.Text("id"), again.Text("id"));
        Assert.Equal(first.GetProperty("report").GetRawText(), again.GetProperty("report").GetRawText());
        await (await SendAsync(client, "format=copilot", other, "text/markdown", "monday"))
            .ShouldBeProblemAsync(422, "idempotency_key_reused");
    }

    [Fact]
    public async Task What_cannot_be_read_is_refused()
    {
        var client = gateway.Client();
        var pilot = Encoding.UTF8.GetBytes(Pilot);
        await (await SendAsync(client, "format=word", pilot, "text/markdown")).ShouldBeProblemAsync(400, "invalid_parameter");
        await (await SendAsync(client, "format=claude", [], "text/markdown")).ShouldBeProblemAsync(400, "body_required");
        await (await SendAsync(client, "format=claude", pilot, "image/png")).ShouldBeProblemAsync(415, "unsupported_media_type");
        await (await SendAsync(client, "format=ndjson", pilot, "text/markdown")).ShouldBeProblemAsync(415, "unsupported_media_type");
        await (await SendAsync(client, "format=auto", "no agent"u8.ToArray(), "text/plain")).ShouldBeProblemAsync(422, "invalid_content");
        var zip = Zip(("a.txt", "nothing"), ("b.txt", "nothing"));
        Assert.Equal([("no_agents", "")], (await (await SendAsync(client, "format=auto", zip)).ShouldBeProblemAsync(422, "invalid_content"))
            .Errors());
        await (await SendAsync(client, "format=auto", zip[..^30])).ShouldBeProblemAsync(400, "malformed_zip");
        await (await SendAsync(client, "format=auto", Zip(("a.md", Pilot), ("a.md", Pilot)))).ShouldBeProblemAsync(400, "malformed_zip");
        var many = Zip([.. Enumerable.Range(0, 1_001).Select(number => ($"{number}.md", ""))]);
        await (await SendAsync(client, "format=auto", many)).ShouldBeProblemAsync(413, "body_too_large");
        // A megabyte of it would unpack to a gigabyte.
        var bomb = Zip(("a.md", new string(' ', 9_000_000)), ("b.md", new string(' ', 9_000_000)));
        Assert.True(bomb.Length < 100_000);
        await (await SendAsync(client, "format=auto", bomb)).ShouldBeProblemAsync(413, "body_too_large");
    }

    /// <summary>The report of a file with ever so many places has a bound, and says how much it leaves out.</summary>
    [Fact]
    public async Task A_long_report_is_cut()
    {
        var members = string.Join('\n', Enumerable.Range(0, 20_000).Select(number => $"x{number:00000}: 1"));
        var task = await (await SendAsync(gateway.Client(), "format=claude&dryRun=true", Encoding.UTF8.GetBytes(
            $"---\nname: long\n{members}\n---\nText"), "text/markdown")).ShouldBeAsync(202);
        var report = task.GetProperty("report");
        Assert.InRange(report.GetProperty("leftOut").GetInt32(), 15_000, 20_000);
        Assert.InRange(report.GetRawText().Length, 1, 512 * 1024);
    }

    private static async Task<HttpResponseMessage> SendAsync(
        HttpClient client, string query, byte[] body, string mediaType = "application/zip", string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Api.Import}?{query}");
        request.Content = new ByteArrayContent(body);
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(mediaType);
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        return await client.SendAsync(request);
    }

    private static byte[] Zip(params (string Path, string Text)[] files)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (path, text) in files)
            {
                using var entry = zip.CreateEntry(path).Open();
                entry.Write(Encoding.UTF8.GetBytes(text));
            }
        }
        return bytes.ToArray();
    }
}
