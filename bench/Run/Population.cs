using System.Collections.Concurrent;
using System.Text;
using AgentManagement.Bench.Client;

namespace AgentManagement.Bench.Run;

/// <summary>Tenants with agents, all alike, and the requests that clients send for them.</summary>
/// <param name="prefix">Before the number of each tenant.</param>
/// <param name="tenants">How many.</param>
/// <param name="agents">Of each tenant.</param>
internal sealed class Population(string prefix, int tenants, int agents)
{
    /// <summary>What a tenant may have unless the service is told otherwise.</summary>
    public const int AgentsOfTenant = 50;

    private const int Writers = 16;

    // More of them, ready to be sent, would not fit into wrk.
    private const int MaxRequests = 50_000;

    // With the rest of the content, a PUT of 2 KB.
    private const int TemplateCharacters = 1_600;

    private static readonly string Filler = MadeUpText();

    private readonly TokenMint _mint = new(TokenMint.BenchKey);
    private readonly ConcurrentDictionary<string, string> _tokens = [];

    /// <summary>All of them.</summary>
    public int Count => tenants * agents;

    /// <summary>The tenants' ids.</summary>
    public IEnumerable<string> Tenants => Enumerable.Range(0, tenants).Select(TenantId);

    /// <summary>All agents, one of each tenant before the next of any.</summary>
    public IEnumerable<(string Tenant, string Path)> Agents =>
        from agent in Enumerable.Range(0, agents)
        from tenant in Enumerable.Range(0, tenants)
        select (TenantId(tenant), $"agents/bot-{agent}");

    /// <summary>Those that requests are sent for: all, or a part that says nothing of the order in which they were made.</summary>
    private IEnumerable<(string Tenant, string Path)> Asked
    {
        get
        {
            if (Count <= MaxRequests) return Agents;
            var agents = Agents.ToArray();
            new Random(1).Shuffle(agents);
            return agents.Take(MaxRequests);
        }
    }

    /// <summary>Content of about 2 KB, which compresses as text does.</summary>
    /// <param name="mark">What makes it unlike others.</param>
    public static string Content(string mark) => AgentBodies.Complete("Bench", $"{mark} {Filler}");

    /// <summary>Makes them, or changes each once.</summary>
    /// <exception cref="InvalidOperationException">One was refused.</exception>
    public async Task WriteAsync(Uri service)
    {
        using var http = Connect(service);
        await Parallel.ForEachAsync(Agents, new ParallelOptions { MaxDegreeOfParallelism = Writers }, async (agent, _) =>
        {
            var answer = await Client(http, agent.Tenant).PutAsync(agent.Path, Content(Guid.NewGuid().ToString("n")));
            if (!answer.IsSuccess) throw new InvalidOperationException($"An agent was refused: {answer}");
        });
    }

    /// <summary>Acts for a tenant.</summary>
    public TenantClient Client(HttpClient http, string tenant) => new(http, Token(tenant), tenant);

    /// <summary>The tenant's token, which its clients keep, as any would: making one takes as long as some requests.</summary>
    public string Token(string tenant) => _tokens.GetOrAdd(tenant, each => _mint.Mint(each));

    /// <summary>Changes of agents, for wrk.</summary>
    public Task<RequestFile> PutsAsync() => RequestFile.WriteAsync(
        Asked.Select(agent => new FileRequest("PUT", $"/api/v1/{agent.Path}", Token(agent.Tenant), Content("@@"))));

    /// <summary>Reads of agents, for wrk.</summary>
    public Task<RequestFile> GetsAsync() => RequestFile.WriteAsync(
        Asked.Select(agent => new FileRequest("GET", $"/api/v1/{agent.Path}", Token(agent.Tenant))));

    /// <summary>A read of each tenant's list, for wrk.</summary>
    public Task<RequestFile> ListsAsync(string query) => RequestFile.WriteAsync(
        Tenants.Select(tenant => new FileRequest("GET", $"/api/v1/agents?{query}", Token(tenant))));

    /// <summary>How many changes there were of all tenants.</summary>
    public async Task<long> RevisionsAsync(Uri service)
    {
        using var http = Connect(service);
        var sum = 0L;
        foreach (var tenant in Tenants) sum += await Client(http, tenant).RevisionAsync();
        return sum;
    }

    /// <summary>Connections to a service of this machine.</summary>
    public static HttpClient Connect(Uri service) => TenantClient.Connect(service.Port);

    private static string MadeUpText()
    {
        var (random, text) = (new Random(1), new StringBuilder());
        while (text.Length < TemplateCharacters)
        {
            for (var letters = random.Next(2, 9); letters > 0; letters--) text.Append((char)random.Next('a', 'z' + 1));
            text.Append(' ');
        }
        return text.ToString(0, TemplateCharacters);
    }

    private string TenantId(int number) => $"{prefix}-{number}";
}
