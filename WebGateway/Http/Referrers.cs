using AgentManagement.Access;
using AgentManagement.Outcomes;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Problems;

namespace AgentManagement.WebGateway.Http;

/// <summary>What refers to what is to go.</summary>
/// <param name="Kind">agent, template or label.</param>
/// <param name="Id">Its id.</param>
internal sealed record ReferrerResponse(string Kind, string Id)
{
    public static ImmutableArray<ReferrerResponse>? Of(ImmutableArray<Referrer> referrers) =>
        referrers.IsEmpty ? null : [.. referrers.Select(referrer => new ReferrerResponse(referrer.Kind, referrer.Id))];
}

/// <summary>Whether something is to go though others refer to it.</summary>
internal static class Forced
{
    public static readonly QueryParameter<bool> Parameter = QueryParameter.Flag(
        "force", "Also when others refer to it (administrators): the agents of them are marked as degraded.");

    /// <summary>Reads it; the refusal of a caller who may not.</summary>
    public static (bool IsForced, Problem? Refused) Read(HttpContext http) => !Parameter.Read(http) ? (false, null)
        : CurrentCaller.Of(http).May(Permissions.AgentsPurge) ? (true, null)
        : (false, AccessProblems.MissingPermission(Permissions.AgentsPurge));
}
