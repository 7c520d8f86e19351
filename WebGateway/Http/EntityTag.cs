using System.Globalization;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace AgentManagement.WebGateway.Http;

/// <summary>Versions as entity tags (RFC 9110, 8.8.3): <c>"{version}"</c>.</summary>
internal static class EntityTag
{
    public static string Of(int version) => $"\"{version.ToString(CultureInfo.InvariantCulture)}\"";

    /// <summary>Whether If-None-Match names the tag (weakly compared) or anything. What is not a list of tags names nothing.</summary>
    public static bool IsNamedIn(StringValues ifNoneMatch, string tag) =>
        ifNoneMatch is [{ } only] && only == tag
        || TryParse(ifNoneMatch, out var tags) && tags.Any(each => each.Tag == "*" || each.Tag == tag);

    /// <summary>False for what is not a list of tags.</summary>
    public static bool TryParse(StringValues header, out IList<EntityTagHeaderValue> tags)
    {
        tags = [];
        return header.Count > 0
            && EntityTagHeaderValue.TryParseStrictList([.. header.Select(each => each ?? "")], out tags!)
            && tags.Count > 0
            && (tags.Count == 1 || tags.All(each => each.Tag != "*"));
    }
}
