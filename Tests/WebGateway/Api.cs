using System.Net.Http.Headers;
using System.Text;

namespace AgentManagement.Tests.WebGateway;

/// <summary>Requests and answers in one line each.</summary>
internal static class Api
{
    public const string Agents = "/api/v1/agents";
    public const string Import = "/api/v1/import";
    public const string Tasks = "/api/v1/tasks";

    /// <summary>The body of a complete agent.</summary>
    public static string Content(string name = "Support bot", string? id = null, string text = "Help.", string tags = """["a","b"]""") =>
        "{" + (id is null ? "" : $"\"id\":\"{id}\",") + $"\"name\":\"{name}\",\"type\":\"conversational\",\"tags\":{tags},"
        + """ "config":{"model":{"provider":"openai","id":"gpt-5-mini","params":{"temperature":0}},"instructions":{"template": """
        + $"\"{text}\"}}}}}}";

    public static Task<HttpResponseMessage> SendAsync(
        this HttpClient client, string method, string path, string? body = null, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(
                method == "PATCH" ? "application/merge-patch+json" : path == Import ? "application/x-ndjson" : "application/json");
        }
        foreach (var (name, value) in headers)
        {
            if (name == "Content-Type") request.Content!.Headers.ContentType = MediaTypeHeaderValue.Parse(value);
            else Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        }
        return client.SendAsync(request);
    }

    /// <summary>Makes an agent; returns it.</summary>
    public static async Task<JsonElement> CreateAsync(this HttpClient client, string? body = null) =>
        await (await client.SendAsync("POST", Agents, body ?? Content())).ShouldBeAsync(201);

    /// <summary>Makes an agent; returns its path.</summary>
    public static async Task<string> CreatePathAsync(this HttpClient client, string? body = null) =>
        $"{Agents}/{(await client.CreateAsync(body)).GetProperty("id").GetString()}";

    public static async Task<JsonElement> GetAsync(this HttpClient client, string path, int status) =>
        await (await client.SendAsync("GET", path)).ShouldBeAsync(status);

    /// <summary>The body of an answer that must have this status.</summary>
    public static async Task<JsonElement> ShouldBeAsync(this HttpResponseMessage response, int status)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True((int)response.StatusCode == status, $"Expected {status}, got {(int)response.StatusCode}: {text}");
        // A browser that kept one tenant's agent would show it in place of another's of the same address and version.
        if (int.TryParse(response.Headers.ETag?.Tag.Trim('"'), out _)) Assert.True(response.Headers.CacheControl?.NoStore);
        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
    }

    /// <summary>The problem that an answer must be, with all its parts.</summary>
    public static async Task<JsonElement> ShouldBeProblemAsync(this HttpResponseMessage response, int status, string code)
    {
        var problem = await response.ShouldBeAsync(status);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(
            ["type", "title", "status", "code", "detail", "correlationId", "errors"],
            // What only some problems have is looked at where it matters.
            problem.EnumerateObject().Select(member => member.Name).Where(name => name is not ("currentVersion" or "referrers")));
        Assert.Equal(code, problem.GetProperty("code").GetString());
        Assert.Equal($"urn:agent-management:problem:{code}", problem.GetProperty("type").GetString());
        Assert.Equal(status, problem.GetProperty("status").GetInt32());
        Assert.NotEqual("", problem.GetProperty("detail").GetString());
        Assert.Equal(response.Headers.GetValues("X-Correlation-ID").Single(), problem.GetProperty("correlationId").GetString());
        return problem;
    }

    /// <summary>Code and pointer of each error of a problem.</summary>
    public static IEnumerable<(string, string)> Errors(this JsonElement problem) => problem.GetProperty("errors").EnumerateArray()
        .Select(error => (error.GetProperty("code").GetString()!, error.GetProperty("pointer").GetString()!));

    public static string Text(this JsonElement element, string member) => element.GetProperty(member).GetString()!;
}
