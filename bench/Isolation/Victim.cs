using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AgentManagement.Bench.Client;
using AgentManagement.Bench.Service;

namespace AgentManagement.Bench.Isolation;

/// <summary>The tenant that must stay alone: everything of it holds a word that nobody else may ever read.</summary>
public sealed class Victim
{
    public const string TenantId = "victim";

    /// <summary>In every text of the tenant.</summary>
    public const string Canary = "canary-3f9b1c";

    // What the file says, and what one says that is not there: an intruder may upload either, and then has its own.
    private const string FileText = "what the file says";
    private const string MissingText = "what no file says";

    private readonly TenantClient _client;

    private Victim(TenantClient client) => _client = client;

    /// <summary>
    /// What is another tenant's, by what the API calls it, and beside each a thing of the same form that is not there. And names that an
    /// intruder gives its own: one for each of the two, so that the two attempts do not meet.
    /// </summary>
    public ImmutableDictionary<string, ImmutableArray<(string Foreign, string Missing)>> Ids { get; private set; } =
        ImmutableDictionary<string, ImmutableArray<(string, string)>>.Empty;

    /// <summary>A cursor of the tenant's lists.</summary>
    public string Cursor { get; private set; } = "";

    public static async Task<Victim> CreateAsync(ServiceProcess service, HttpClient http)
    {
        var victim = new Victim(service.Client(TenantId));
        await victim.FillAsync(http, service.Tokens.Mint(TenantId));
        return victim;
    }

    /// <summary>All that anybody could have changed, as text.</summary>
    public async Task<string> ReadAsync()
    {
        var state = new StringBuilder();
        foreach (var path in (
            string[])["tenant", "export", "audit?limit=200", "agents?status=archived", "templates?scope=tenant", "files", "tasks", "labels",
                "releases"])
        {
            state.AppendLine((await _client.GetAsync(path)).Text);
        }
        return state.ToString();
    }

    private async Task FillAsync(HttpClient http, string token)
    {
        foreach (var id in (string[])["secret-alpha", "secret-beta"])
        {
            for (var version = 1; version <= 3; version++) await Must(
                _client.PutAsync($"agents/{id}", AgentBodies.Complete($"{Canary} {id}", $"{Canary} {version}")));
        }
        await Must(_client.PostAsync("agents/secret-alpha/activate", JsonSerializer.Serialize(new { reason = Canary })));
        await Must(_client.PutAsync("agents/secret-gone", AgentBodies.Complete(Canary, Canary)));
        await Must(_client.SendAsync(HttpMethod.Delete, "agents/secret-gone", null));
        await Must(_client.PutAsync(
            "templates/secret-desk", $$"""{"name":"{{Canary}}","type":"rag","config":{"instructions":{"template":"{{Canary}}"} } }"""));
        await Must(_client.PostAsync("templates/secret-desk/instantiate", $$"""{"id":"secret-made","name":"{{Canary}}"}"""));
        var task = (await Must(_client.PostAsync("tasks", """{"kind":"revalidate"}"""))).Json().GetProperty("id").GetString()!;
        await Must(_client.PutAsync("labels/secret-label", $$"""{"description":"{{Canary}}"}"""));
        var release = (await Must(_client.PostAsync(
            "releases", $$"""{"label":"secret-label","items":[{"agent":"secret-alpha","version":1}],"note":"{{Canary}}"}""")))
            .Json().GetProperty("id").GetString()!;
        var file = await UploadAsync(http, token);
        Cursor = (await Must(_client.GetAsync("agents?limit=1"))).Json().GetProperty("nextCursor").GetString()!;
        Ids = new Dictionary<string, ImmutableArray<(string, string)>>
        {
            ["agents"] = [("secret-alpha", "absent-alpha"), ("secret-beta", "absent-beta"), ("secret-gone", "absent-gone"),
                ("secret-made", "absent-made")],
            ["templates"] = [("secret-desk", "absent-desk")],
            ["tasks"] = [(task, Other(task))],
            ["labels"] = [("secret-label", "absent-label")],
            ["releases"] = [(release, release[..4] + Other(release[4..]))],
            ["files"] = [(file, IdOf(MissingText))],
            ["own"] = [.. Enumerable.Range(0, 8).Select(number => ($"own-a{number}", $"own-b{number}"))],
            ["imported"] = [.. Enumerable.Range(0, 4).Select(number => ($"imported-a{number}", $"imported-b{number}"))],
            ["texts"] = [(FileText, MissingText)],
            ["tenants"] = [(TenantId, "absent")],
        }.ToImmutableDictionary();
    }

    private static async Task<string> UploadAsync(HttpClient http, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"api/v1/files?name={Canary}.txt")
        {
            Content = new StringContent(FileText),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode
            ? JsonDocument.Parse(text).RootElement.GetProperty("id").GetString()! : throw new InvalidOperationException(text);
    }

    private static string IdOf(string text) => $"sha256-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";

    // Of the same form: its last letter is another.
    private static string Other(string id) => id[..^1] + (id[^1] == '0' ? '1' : '0');

    private static async Task<Answer> Must(Task<Answer> sending)
    {
        var answer = await sending;
        return answer.IsSuccess ? answer : throw new InvalidOperationException($"The victim could not be made: {answer}");
    }
}
