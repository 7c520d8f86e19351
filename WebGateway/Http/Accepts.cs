namespace AgentManagement.WebGateway.Http;

/// <summary>The media types that an endpoint answers with, where it is not JSON alone.</summary>
internal sealed record OfferedTypes(ImmutableArray<string> Types)
{
    /// <summary>Whatever was stored once: what the client takes makes no difference.</summary>
    public static OfferedTypes Any { get; } = new([]);
}

/// <summary>What the request's Accept header asks for (RFC 9110, 12.5.1).</summary>
internal static class Accepts
{
    /// <summary>How much the client wants a media type; 0 when it does not take it. A named type weighs more than a wildcard.</summary>
    public static double QualityOf(HttpRequest request, string mediaType)
    {
        var ranges = request.GetTypedHeaders().Accept;
        if (ranges is null || ranges.Count == 0) return 1;
        var range = ranges.Where(each => each.MatchesMediaType(mediaType))
            .OrderBy(each => each.MatchesAllTypes ? 2 : each.MatchesAllSubTypes ? 1 : 0).FirstOrDefault();
        const double wildcardShare = 0.001;
        return range is null || range.Quality == 0 ? 0
            : (range.Quality ?? 1) - (range.MatchesAllTypes || range.MatchesAllSubTypes ? wildcardShare / 2 : 0);
    }
}
