using AgentManagement.Access;
using AgentManagement.ClusterClient.Hosting;
using AgentManagement.Files;
using AgentManagement.Keys;
using AgentManagement.ServiceDefaults.Blobs;
using AgentManagement.WebGateway.Http;
using AgentManagement.WebGateway.Problems;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AgentManagement.WebGateway.Files;

/// <summary>What a link of the gateway's own leads to; without a token, since the link is one.</summary>
internal static class LinkedFileApi
{
    private static readonly QueryParameter<string?> Expires =
        QueryParameter.Text("expires", "When the link ends, in seconds since 1970.", maxCharacters: 64);
    private static readonly QueryParameter<string?> Signature =
        QueryParameter.Text("signature", "Over tenant, file and end.", maxCharacters: 64);

    public static void MapLinkedFiles(this IEndpointRouteBuilder root) => root.MapGet(FileLinks.Route, Read).WithName("getLinkedFile")
        .AllowAnonymous().ExcludeFromDescription().WithMetadata(StrictRequest.Required, Expires, Signature, OfferedTypes.Any);

    public static async Task<Results<FileContent, Problem>> Read(
        string tenant, string file, HttpContext http, FileLinks links, IClusterClient cluster, IBlobStore store, TimeProvider time)
    {
        if (Expires.Read(http) is not { } expires || Signature.Read(http) is not { } signature
            || !links.IsOurs(tenant, file, expires, signature)) return Problem.NotFound;
        if (FileLinks.EndOf(expires) <= time.GetUtcNow())
        {
            return new Problem(StatusCodes.Status410Gone, "link_expired", "The link has ended; ask for a new one.");
        }

        // Whoever asked for the link might read the tenant's files, and passed that on.
        Caller.Current = Caller.Service(tenant);
        var outcome = await cluster.Bind<IFileGrain>(GrainKeys.File(tenant, file)).GetAsync();
        return outcome.IsOk ? new FileContent(tenant, outcome.Value, store) : Problem.For(outcome);
    }
}
