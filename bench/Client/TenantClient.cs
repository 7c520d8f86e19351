using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace AgentManagement.Bench.Client;

/// <summary>Speaks to the service's public API for one tenant.</summary>
public sealed class TenantClient(HttpClient http, string token, string tenantId)
{
    private const int TooManyRequests = 429;
    private static readonly TimeSpan MinDelay = TimeSpan.FromMilliseconds(200);

    /// <summary>Connections to a service on this machine.</summary>
    public static HttpClient Connect(int port) => new(new SocketsHttpHandler { MaxConnectionsPerServer = 512 })
    {
        BaseAddress = new Uri($"http://127.0.0.1:{port}/"), Timeout = TimeSpan.FromSeconds(30),
    };

    /// <summary>The tenant of the token.</summary>
    public string TenantId => tenantId;

    public Task<Answer> GetAsync(string path, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Get, path, null, headers);

    public Task<Answer> PostAsync(string path, string? json, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, path, json, headers);

    public Task<Answer> PutAsync(string path, string json, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Put, path, json, headers);

    /// <summary>Sends one request and reads all of the answer. A 429 is waited out, as its Retry-After says.</summary>
    /// <param name="method">HTTP method; PATCH sends its body as a merge patch, an import as lines.</param>
    /// <param name="path">Below /api/v1.</param>
    /// <param name="json">The body, or null for none.</param>
    /// <param name="headers">Further headers.</param>
    /// <exception cref="HttpRequestException">There was no whole answer: whether the request was done is not known.</exception>
    public Task<Answer> SendAsync(HttpMethod method, string path, string? json, params (string Name, string Value)[] headers) =>
        SendToAsync(method, $"api/v1/{path.TrimStart('/')}", json, headers);

    /// <summary>Says something of a tenant, as another service does.</summary>
    /// <param name="path">Below /internal/v1/tenants.</param>
    /// <param name="json">The body.</param>
    public Task<Answer> PutInternalAsync(string path, string json) =>
        SendToAsync(HttpMethod.Put, $"internal/v1/tenants/{path}", json, []);

    /// <summary>All items of a paged list, in its order.</summary>
    public async Task<List<JsonElement>> ListAsync(string path)
    {
        var items = new List<JsonElement>();
        string? cursor = null;
        do
        {
            var separator = path.Contains('?', StringComparison.Ordinal) ? '&' : '?';
            var page = (await GetAsync($"{path}{separator}limit=200{(cursor is null ? "" : "&cursor=" + Uri.EscapeDataString(cursor))}"))
                .Json();
            items.AddRange(page.GetProperty("items").EnumerateArray());
            cursor = page.TryGetProperty("nextCursor", out var next) ? next.GetString() : null;
        }
        while (cursor is not null);
        return items;
    }

    /// <summary>The whole change log, as the audit trail streams it.</summary>
    public async Task<List<LoggedChange>> AuditAsync()
    {
        var answer = await GetAsync("audit", ("Accept", "application/x-ndjson"));
        if (!answer.IsSuccess) throw new InvalidOperationException($"The audit trail was refused: {answer}");
        return [.. answer.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(LoggedChange.Parse)];
    }

    /// <summary>What the check of the change log against its hashes found wrong; null when the log is whole.</summary>
    public async Task<string?> FindBrokenAsync()
    {
        var answer = (await GetAsync("audit/verify")).Json();
        return answer.GetProperty("valid").GetBoolean() ? null : answer.GetProperty("firstBroken").GetRawText();
    }

    /// <summary>The tenant's revision.</summary>
    public async Task<long> RevisionAsync() => (await GetAsync("tenant")).Json().GetProperty("revision").GetInt64();

    private async Task<Answer> SendToAsync(HttpMethod method, string address, string? json, (string Name, string Value)[] headers)
    {
        while (true)
        {
            using var request = new HttpRequestMessage(method, address);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
            if (json is not null)
            {
                request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(json));
                request.Content.Headers.ContentType = new(
                    method == HttpMethod.Patch ? "application/merge-patch+json" : address == "api/v1/import"
                        ? "application/x-ndjson" : "application/json");
            }
            using var response = await SendAsync(request);
            if ((int)response.StatusCode == TooManyRequests)
            {
                await Task.Delay(response.Headers.RetryAfter?.Delta is { } pause && pause > MinDelay ? pause : MinDelay);
                continue;
            }
            return new Answer(
                (int)response.StatusCode, response.Headers.ETag?.ToString(),
                response.Headers.TryGetValues("Idempotency-Replayed", out var replayed) && replayed.First() == "true",
                await response.Content.ReadAsByteArrayAsync())
            {
                RetryAfter = response.Headers.RetryAfter?.Delta,
            };
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request)
    {
        try
        {
            return await http.SendAsync(request);
        }
        catch (SocketException exception)
        {
            // HttpClient asks a new connection for its other end, and lets this through when that has been killed in between.
            throw new HttpRequestException("The connection ended as it began.", exception);
        }
    }
}

/// <summary>What identifies a change in the log.</summary>
public sealed record LoggedChange(long Revision, string AgentId, int Version)
{
    /// <summary>Reads a line of the audit trail.</summary>
    public static LoggedChange Parse(string line)
    {
        using var document = JsonDocument.Parse(line);
        var change = document.RootElement;
        return new(change.GetProperty("revision").GetInt64(), change.GetProperty("agentId").GetString()!, change.GetProperty("version")
            .GetInt32());
    }
}
