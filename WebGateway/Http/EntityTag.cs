using System.Globalization;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace AgentManagement.WebGateway.Http;

/// <summary>Versions as entity tags (RFC 9110, 8.8.3): <c>"{version}"</c>.</summary>
internal static class EntityTag
{
    /// <summary>A version that no agent has.</summary>
    private const int NoVersion = 0;

    public static string Of(int version) => $"\"{version.ToString(CultureInfo.InvariantCulture)}\"";

    /// <summary>Whether If-None-Match names the tag (weakly compared) or anything. What is not a list of tags names nothing.</summary>
    public static bool IsNamedIn(StringValues ifNoneMatch, string tag) =>
        TryParse(ifNoneMatch, out var tags) && tags.Any(each => each.Tag == "*" || each.Tag == tag);

    /// <summary>
    /// Reads If-Match: null when absent, empty for <c>*</c>, else the versions. A tag that is weak or no version's
    /// stands for a version that no agent has. False when the header is not a list of tags.
    /// </summary>
    public static bool TryReadIfMatch(StringValues ifMatch, out ImmutableArray<int>? versions)
    {
        versions = null;
        if (ifMatch.Count == 0) return true;
        if (!TryParse(ifMatch, out var tags)) return false;
        versions = tags is [{ Tag.Value: "*" }] ? [] : [.. tags.Select(VersionOf)];
        return true;
    }

    private static bool TryParse(StringValues header, out IList<EntityTagHeaderValue> tags)
    {
        tags = [];
        return header.Count > 0
            && EntityTagHeaderValue.TryParseStrictList([.. header.Select(each => each ?? "")], out tags!)
            && tags.Count > 0
            && (tags.Count == 1 || tags.All(each => each.Tag != "*"));
    }

    private static int VersionOf(EntityTagHeaderValue tag) =>
        !tag.IsWeak && int.TryParse(tag.Tag.AsSpan()[1..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var version)
        && tag.Tag == Of(version)
            ? version
            : NoVersion;
}
