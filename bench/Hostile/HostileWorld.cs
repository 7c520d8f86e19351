using System.Text;
using AgentManagement.Bench.Client;
using AgentManagement.Bench.Service;

namespace AgentManagement.Bench.Hostile;

/// <summary>A request that would succeed, for the generators to spoil.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="Target">The path.</param>
/// <param name="Body">A valid body.</param>
/// <param name="IsContent">The body is an agent's content.</param>
/// <param name="IsBodyOptional">It would succeed without a body, too.</param>
public sealed record GoodRequest(string Method, string Target, string Body, bool IsContent = false, bool IsBodyOptional = false)
{
    /// <summary>The media type of the body.</summary>
    public string ContentType => Method == "PATCH" ? "application/merge-patch+json" : "application/json";

    /// <summary>Whether it asks to change an agent that exists.</summary>
    public bool IsOfExisting => Target.Contains("/victim", StringComparison.Ordinal);

    public byte[] BodyBytes => Encoding.UTF8.GetBytes(Body);
}

/// <summary>The tenant that hostile requests are sent to, and what there is to spoil in it.</summary>
public sealed class HostileWorld(TokenMint tokens)
{
    public const string TenantId = "victim";
    public const string OtherTenantId = "bystander";
    public const string Draft = "/api/v1/agents/victim-draft";
    public const string Active = "/api/v1/agents/victim-active";

    public TokenMint Tokens => tokens;

    /// <summary>A token of the tenant that may do everything.</summary>
    public string Admin { get; } = tokens.Mint(TenantId);

    /// <summary>Every request that takes a body.</summary>
    public ImmutableArray<GoodRequest> Writes { get; } =
    [
        new("POST", "/api/v1/agents", AgentBodies.Complete("New"), IsContent: true),
        new("PUT", "/api/v1/agents/new-agent", AgentBodies.Complete("New"), IsContent: true),
        new("PUT", Draft, AgentBodies.Complete("Edited"), IsContent: true),
        new("PUT", Active, AgentBodies.Complete("Edited"), IsContent: true),
        new("PATCH", Draft, """{"name":"Patched","config":{"instructions":{"template":"Other."}}}"""),
        new("POST", $"{Draft}/activate", """{"reason":"because"}""", IsBodyOptional: true),
        new("POST", $"{Active}/deactivate", """{"reason":"because"}""", IsBodyOptional: true),
        new("POST", $"{Draft}/clone", """{"id":"copy","name":"Copy"}"""),
        new("POST", $"{Draft}/rollback", """{"toVersion":1,"note":"back"}"""),
    ];

    /// <summary>Makes the agents.</summary>
    public static async Task PrepareAsync(ServiceProcess service)
    {
        foreach (var tenant in (string[])[TenantId, OtherTenantId])
        {
            var client = service.Client(tenant);
            foreach (var name in (string[])["victim-draft", "victim-active"])
            {
                await client.PutAsync($"agents/{name}", AgentBodies.Complete(name));
                await client.PutAsync($"agents/{name}", AgentBodies.Complete(name, "Second version."));
            }
            await client.PostAsync("agents/victim-active/activate", null);
        }
    }

    /// <summary>Everything that a request could change, as text.</summary>
    public static async Task<string> ReadStateAsync(ServiceProcess service)
    {
        var state = new StringBuilder();
        foreach (var tenant in (string[])[TenantId, OtherTenantId])
        {
            var client = service.Client(tenant);
            var paths = (
                string[])["tenant", "agents", "agents?status=archived", "audit?limit=200", "agents/victim-draft", "agents/victim-active"];
            foreach (var path in paths) state.AppendLine((await client.GetAsync(path)).Text);
        }
        return state.ToString();
    }
}
