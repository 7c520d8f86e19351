using System.Security.Cryptography;
using System.Text;
using AgentManagement.Access;
using AgentManagement.Configuration;
using AgentManagement.Domain.Configuration;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AgentManagement.WebGateway.Schemas;

/// <summary>The JSON Schemas of what clients write.</summary>
internal static class SchemaApi
{
    private const string MediaType = "application/schema+json";

    private static readonly string AgentConfig = ContractSchema.AgentConfig.ToJsonString();
    private static readonly string Tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(AgentConfig)))[..16]}\"";

    public static void MapSchemas(this IEndpointRouteBuilder api) =>
        api.MapGroup("/schemas").WithTags("Schemas").RequirePermission(Permissions.AgentsRead)
            .MapGet("/agent-config", GetAgentConfig).WithName("getAgentConfigSchema")
            .Produces<object>(StatusCodes.Status200OK, MediaType)
            .WithMetadata(new OfferedTypes([MediaType, RequestBody.Json]));

    /// <summary>The JSON Schema (2020-12) of the configuration document: the one that writes are held to.</summary>
    public static Results<ContentHttpResult, NotModified> GetAgentConfig(HttpContext http)
    {
        http.Response.Headers.ETag = Tag;
        http.Response.Headers.CacheControl = "private, no-cache";
        return EntityTag.IsNamedIn(http.Request.Headers.IfNoneMatch, Tag)
            ? new NotModified()
            : TypedResults.Text(AgentConfig, MediaType, Encoding.UTF8);
    }
}
