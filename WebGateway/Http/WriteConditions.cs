using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AgentManagement.Agents;
using AgentManagement.Changes;
using AgentManagement.Domain.Json;
using AgentManagement.Json;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Problems;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace AgentManagement.WebGateway.Http;

/// <summary>Reads the conditions of a write: If-Match, If-None-Match, Idempotency-Key, dryRun and updatePolicy.</summary>
internal static class WriteConditions
{
    public const string IfMatch = "If-Match";
    public const string PreferenceApplied = "Preference-Applied";
    public const string MergeFields = "merge=fields";
    public const string MatchRequired = "if-match=required";

    public const string Prefer = "Prefer";
    public const string KeyHeader = "Idempotency-Key";
    public const string ReplayedHeader = "Idempotency-Replayed";

    private const int MaxKeyCharacters = 255;

    /// <summary>A version that no agent has.</summary>
    private const int NoVersion = 0;

    public static readonly QueryParameter<bool> DryRun =
        QueryParameter.Flag("dryRun", "Tells what the write would do, and changes nothing.");

    /// <summary>Of a write that has no body, which otherwise has it.</summary>
    public static readonly QueryParameter<string?> Note = QueryParameter.Text(
        "note", "Why this is written: kept in the history.", maxCharacters: 500);

    private static readonly ImmutableArray<string> PolicyNames = ["apply_to_new_interactions", "notify_sessions", "force_update_sessions"];

    private static readonly QueryParameter<ImmutableArray<string>> Policy = QueryParameter.Choices(
        "updatePolicy",
        "What those who run the agent are to do with the change; may come several times. "
            + "Without it new interactions use the change, and running ones are left alone.",
        PolicyNames);

    private static readonly ImmutableArray<RequestParameter> Parameters =
    [
        DryRun, Policy,
        RequestParameter.Header(IfMatch, "ETags of the versions of which one must be the current one, or *."),
        RequestParameter.Header(
            Prefer, "With If-Match of one version on PUT and PATCH, merge=fields for: when that is no longer the current version, "
                + "merge; only where others changed the same the answer is 409. if-match=required for: refuse the write with 428 when it "
                + "changes what is there and has no If-Match, as the tenant's setting requireIfMatch does."),
        RequestParameter.Header("If-None-Match", "With PUT, * for: only if the agent does not exist."),
        RequestParameter.Header(KeyHeader, "Names the request, so that repeating it within 24 hours returns the first answer."),
    ];

    /// <param name="context">The request.</param>
    /// <param name="body">Its body, for the fingerprint of the idempotency key.</param>
    /// <exception cref="ProblemException">400.</exception>
    public static WriteOptions Read(HttpContext context, JsonText? body)
    {
        var headers = context.Request.Headers;
        return new WriteOptions
        {
            IfMatch = ReadIfMatch(headers.IfMatch),
            MustNotExist = ReadMustNotExist(context.Request),
            DryRun = DryRun.Read(context),
            MergeFields = IsPreferred(headers[Prefer], MergeFields),
            IsOfClient = true,
            RequiresMatch = IsPreferred(headers[Prefer], MatchRequired),
            Policy = ReadPolicy(Policy.Read(context)),
            Idempotency = headers.ContainsKey(KeyHeader)
                ? ReadKey(
                    context.Request,
                    Encoding.UTF8.GetBytes(body?.Text ?? ""),
                    CurrentCaller.Of(context).Subject)
                : null,
        };
    }

    public static void Describe(EndpointBuilder endpoint)
    {
        foreach (var parameter in Parameters) endpoint.Metadata.Add(parameter);
    }

    /// <summary>
    /// The versions of If-Match: null when it is absent, empty for <c>*</c>. A tag that is no version's stands for a version that no
    /// agent has. A weak one is its version's, too: a proxy that compresses answers weakens their tags, and editors send back what
    /// they were given.
    /// </summary>
    /// <exception cref="ProblemException">400: it is not a list of tags.</exception>
    public static ImmutableArray<int>? ReadIfMatch(StringValues header)
    {
        if (header.Count == 0) return null;
        if (!EntityTag.TryParse(header, out var tags)) throw Refuse("If-Match must be * or a list of ETags.");
        return tags is [{ Tag.Value: "*" }] ? [] : [.. tags.Select(VersionOf)];
    }

    /// <summary>
    /// The client's name for the request, with the fingerprint that tells it from others of that name; null when it has none.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="body">Its body, or the hash of it.</param>
    /// <param name="subject">Who asks.</param>
    /// <exception cref="ProblemException">400.</exception>
    public static IdempotencyKey? ReadKey(HttpRequest request, ReadOnlyMemory<byte> body, string subject)
    {
        return CheckKey(request) is { } key ? new IdempotencyKey(key, Fingerprint(request, body, subject)) : null;
    }

    /// <summary>The client's name for the request; null when it has none.</summary>
    /// <exception cref="ProblemException">400.</exception>
    public static string? CheckKey(HttpRequest request)
    {
        var header = request.Headers[KeyHeader];
        if (header.Count == 0) return null;
        return header is [{ } key] && key.Length is > 0 and <= MaxKeyCharacters && key.All(letter => letter is > ' ' and <= '~')
            ? key
            : throw Refuse($"{KeyHeader} must be one value of 1 to {MaxKeyCharacters} visible ASCII characters.");
    }

    /// <summary>
    /// The refusal of an idempotency key where the answer has a secret: a first answer that is kept to be given again would be a secret
    /// that is kept. Null where there is no key.
    /// </summary>
    public static Problem? RefuseKey(HttpContext context) => context.Request.Headers.ContainsKey(KeyHeader)
        ? Problem.Malformed("invalid_header", $"{KeyHeader} is not honoured here: the answer has a secret, which is not kept.")
        : null;

    /// <summary>Says that the answer is the first one, given again.</summary>
    public static void MarkReplay(HttpContext http) => http.Response.Headers[ReplayedHeader] = "true";

    private static bool IsPreferred(StringValues header, string preference) =>
        header.Any(each => each!.Split(',').Any(part => part.Trim() == preference));

    private static int VersionOf(EntityTagHeaderValue tag) =>
        int.TryParse(tag.Tag.AsSpan()[1..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var version)
        && tag.Tag == EntityTag.Of(version)
            ? version
            : NoVersion;

    /// <summary>SHA-256, in hex, over method, path, query, body without white space, and who asks.</summary>
    private static string Fingerprint(HttpRequest request, ReadOnlyMemory<byte> body, string subject)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var length = new byte[sizeof(int)];
        ReadOnlyMemory<byte>[] parts = [Utf8(request.Method), Utf8(request.Path), Utf8(request.QueryString.Value), body, Utf8(subject)];
        foreach (var part in parts)
        {
            // With its length, so that no two requests run together to the same bytes.
            BinaryPrimitives.WriteInt32LittleEndian(length, part.Length);
            hash.AppendData(length);
            hash.AppendData(part.Span);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());

        static ReadOnlyMemory<byte> Utf8(string? text) => Encoding.UTF8.GetBytes(text ?? "");
    }

    private static UpdatePolicy ReadPolicy(ImmutableArray<string> policies) => policies.IsEmpty
        ? UpdatePolicy.Default
        : new(policies.Contains(PolicyNames[0]), policies.Contains(PolicyNames[1]), policies.Contains(PolicyNames[2]));

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

    private static ProblemException Refuse(string detail) => new(Problem.Malformed("invalid_header", detail));
}
