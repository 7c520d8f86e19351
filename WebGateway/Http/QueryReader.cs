using System.Globalization;
using System.Text.RegularExpressions;
using AgentManagement.WebGateway.Problems;
using Microsoft.Extensions.Primitives;

namespace AgentManagement.WebGateway.Http;

/// <summary>Reads query parameters; a value that cannot be used ends the request with 400 <c>invalid_parameter</c>.</summary>
/// <remarks>That each parameter is known and single was checked by <see cref="RequestRulesMiddleware"/>.</remarks>
internal sealed partial class QueryReader(IQueryCollection query)
{
    public string? Text(RequestParameter parameter, int most)
    {
        var text = First(parameter);
        return text is null || (text.Length > 0 && text.Length <= most)
            ? text
            : throw Refuse(parameter, $"must have 1 to {most} characters");
    }

    public ImmutableArray<string> Texts(RequestParameter parameter, int mostTexts, int most)
    {
        StringValues texts = query[parameter.Name];
        return texts.Count <= mostTexts && texts.All(text => text is { Length: > 0 } && text.Length <= most)
            ? [.. texts.Select(text => text!)]
            : throw Refuse(parameter, $"must come at most {mostTexts} times with 1 to {most} characters");
    }

    public int Number(RequestParameter parameter, int least, int most, int otherwise)
    {
        if (First(parameter) is not { } text) return otherwise;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw Refuse(parameter, $"must be a whole number from {least} to {most}");
    }

    public string? Choice(RequestParameter parameter, IReadOnlyCollection<string> choices)
    {
        var text = First(parameter);
        return text is null || choices.Contains(text) ? text : throw Refuse(parameter, $"must be one of {string.Join(", ", choices)}");
    }

    public bool Flag(RequestParameter parameter) => Choice(parameter, ["true", "false"]) == "true";

    public DateTimeOffset? Time(RequestParameter parameter)
    {
        if (First(parameter) is not { } text) return null;
        return Rfc3339().IsMatch(text)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var time)
                ? time
                : throw Refuse(parameter, "must be a time as in RFC 3339, such as 2026-01-31T09:30:00Z");
    }

    /// <summary>The refusal of a parameter's value, which is not repeated.</summary>
    public static RefusedException Refuse(RequestParameter parameter, string rule) =>
        new(Refused.Malformed("invalid_parameter", $"The query parameter '{parameter.Name}' {rule}."));

    private string? First(RequestParameter parameter) => query.TryGetValue(parameter.Name, out var values) ? values.ToString() : null;

    [GeneratedRegex(@"\A[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,7})?([Zz]|[+-][0-9]{2}:[0-9]{2})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Rfc3339();
}
