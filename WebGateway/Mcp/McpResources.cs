using System.Globalization;
using System.Text.Json;
using AgentManagement.Access;
using AgentManagement.Catalog;
using AgentManagement.Domain.Configuration;
using AgentManagement.Keys;
using AgentManagement.ServiceDefaults.Hosting;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Agents;
using AgentManagement.WebGateway.Http;
using AgentManagement.WebGateway.Problems;
using ModelContextProtocol.Protocol;

namespace AgentManagement.WebGateway.Mcp;

/// <summary>What clients of the protocol read by address: agents, their versions, and the schema of configurations.</summary>
internal static class McpResources
{
    private const string Scheme = "agent://";
    private const string SchemaUri = "schema://agent-content";

    public static ListResourceTemplatesResult Templates { get; } = new()
    {
        ResourceTemplates =
        [
            new()
            {
                UriTemplate = $"{Scheme}{{id}}", Name = "agent", Title = "An agent", MimeType = RequestBody.Json,
                Description = "An agent with its configuration, as it is now.",
            },
            new()
            {
                UriTemplate = $"{Scheme}{{id}}/versions/{{version}}", Name = "agent_version", Title = "A version of an agent",
                MimeType = RequestBody.Json, Description = "An agent as it was at a version.",
            },
        ],
    };

    private static readonly Resource SchemaResource = new()
    {
        Uri = SchemaUri, Name = "agent-content", Title = "Schema of contents", MimeType = "application/schema+json",
        Description = "JSON Schema of the content that create_agent takes.",
    };

    /// <summary>A page of the agents, the schema first.</summary>
    /// <exception cref="ProblemException">The caller may not read, or the cursor is none.</exception>
    public static async Task<ListResourcesResult> ListAsync(McpCall call, string? cursor)
    {
        RequireReading(call);
        var found = await call.Grains.Catalog.ListAgentsAsync(new AgentQuery { Cursor = cursor }, call.Aborted);
        if (!found.IsOk) throw new ProblemException(Problem.For(found));
        var agents = found.Value.Items.Select(agent => new Resource
        {
            Uri = Scheme + agent.Id, Name = agent.Id, Title = agent.Name, Description = agent.Description, MimeType = RequestBody.Json,
        });
        return new() { Resources = cursor is null ? [SchemaResource, .. agents] : [.. agents], NextCursor = found.Value.NextCursor };
    }

    /// <summary>What is at an address.</summary>
    /// <exception cref="ProblemException">Nothing is there that the caller may read.</exception>
    public static async Task<ReadResourceResult> ReadAsync(McpCall call, string uri)
    {
        RequireReading(call);
        if (uri == SchemaUri) return Of(uri, SchemaResource.MimeType!, ContractSchema.AgentConfig.ToJsonString());
        if (!TryRead(uri, out var agentId, out var version)) throw new ProblemException(Problem.NotFound);
        var agent = call.Grains.Agent(agentId);
        var outcome = await (version is { } number ? agent.GetVersionAsync(number, call.Aborted) : agent.GetAsync());
        return outcome.IsOk
            ? Of(uri, RequestBody.Json, JsonSerializer.Serialize(AgentResponse.Of(outcome.Value), JsonFormat.Options))
            : throw new ProblemException(Problem.For(outcome));
    }

    private static bool TryRead(string uri, out string agentId, out int? version)
    {
        (agentId, version) = ("", null);
        if (!uri.StartsWith(Scheme, StringComparison.Ordinal)) return false;
        var parts = uri[Scheme.Length..].Split('/');
        agentId = parts[0];
        if (!GrainKeys.IsAgentId(agentId)) return false;
        if (parts.Length == 1) return true;
        if (parts is not [_, "versions", var text] || !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || number == 0) return false;
        version = number;
        return true;
    }

    private static void RequireReading(McpCall call)
    {
        if (!call.Caller.May(Permissions.AgentsRead)) throw new ProblemException(AccessProblems.MissingPermission(Permissions.AgentsRead));
    }

    private static ReadResourceResult Of(string uri, string mediaType, string text) => new()
    {
        Contents = [new TextResourceContents { Uri = uri, MimeType = mediaType, Text = text }],
    };
}
