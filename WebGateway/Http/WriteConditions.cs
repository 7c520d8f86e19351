using AgentManagement.Agents;
using AgentManagement.Changes;
using AgentManagement.Json;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Problems;

namespace AgentManagement.WebGateway.Http;

/// <summary>Reads the conditions of a write: If-Match, If-None-Match, Idempotency-Key, dryRun and updatePolicy.</summary>
internal static class WriteConditions
{
    public const string IfMatch = "If-Match";
    public const string PreferenceApplied = "Preference-Applied";
    public const string MergeFields = "merge=fields";

    public const string Prefer = "Prefer";

    public static readonly QueryParameter<bool> DryRun =
        QueryParameter.Flag("dryRun", "Tells what the write would do, and changes nothing.");

    private static readonly ImmutableArray<string> Wishes = ["apply_to_new_interactions", "notify_sessions", "force_update_sessions"];

    private static readonly QueryParameter<ImmutableArray<string>> Policy = QueryParameter.Choices(
        "updatePolicy",
        "What those who run the agent are to do with the change; may come several times. Without it new interactions use the change, and running ones are left alone.",
        Wishes);

    private static readonly ImmutableArray<RequestParameter> Parameters =
    [
        DryRun, Policy,
        RequestParameter.Header(IfMatch, "ETags of the versions of which one must be the current one, or *."),
        RequestParameter.Header(
            Prefer, "With If-Match of one version on PUT and PATCH, merge=fields for: when that is no longer the current version, merge; only where others changed the same the answer is 409."),
        RequestParameter.Header("If-None-Match", "With PUT, * for: only if the agent does not exist."),
        RequestParameter.Header(Idempotency.HeaderName, "Names the request, so that repeating it within 24 hours returns the first answer."),
    ];

    /// <param name="context">The request.</param>
    /// <param name="body">Its body, for the fingerprint of the idempotency key.</param>
    /// <exception cref="RefusedException">400.</exception>
    public static WriteOptions Read(HttpContext context, JsonText? body)
    {
        var headers = context.Request.Headers;
        if (!EntityTag.TryReadIfMatch(headers.IfMatch, out var versions)) throw Refuse("If-Match must be * or a list of ETags.");
        return new WriteOptions
        {
            IfMatch = versions,
            MustNotExist = ReadMustNotExist(context.Request),
            DryRun = DryRun.Read(context),
            MergeFields = headers[Prefer].Any(header => header!.Split(',').Any(preference => preference.Trim() == MergeFields)),
            Policy = ReadPolicy(Policy.Read(context)),
            Idempotency = Idempotency.Read(context.Request, body, context.RequestServices.GetRequiredService<CurrentCaller>().Subject),
        };
    }

    public static void Describe(EndpointBuilder endpoint)
    {
        foreach (var parameter in Parameters) endpoint.Metadata.Add(parameter);
    }

    private static UpdatePolicy ReadPolicy(ImmutableArray<string> wishes) => wishes.IsEmpty
        ? UpdatePolicy.Default
        : new(wishes.Contains(Wishes[0]), wishes.Contains(Wishes[1]), wishes.Contains(Wishes[2]));

    private static bool ReadMustNotExist(HttpRequest request)
    {
        if (request.Headers.IfNoneMatch.Count == 0) return false;
        // A condition that cannot be kept must not be passed over.
        if (request.Headers.IfNoneMatch != "*" || !HttpMethods.IsPut(request.Method))
        {
            throw Refuse("If-None-Match is honoured on PUT only, and only as *.");
        }
        return true;
    }

    private static RefusedException Refuse(string detail) => new(Refused.Malformed("invalid_header", detail));
}
