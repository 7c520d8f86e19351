using System.Globalization;
using AgentManagement.Json;
using AgentManagement.WebGateway.Problems;
using Microsoft.Extensions.Primitives;
using Microsoft.OpenApi;

namespace AgentManagement.WebGateway.Http;

/// <summary>A query parameter whose bounds are said once: they make its schema and are what its values are held to.</summary>
/// <param name="Name">As in the request.</param>
/// <param name="Description">One sentence.</param>
/// <param name="Schema">JSON Schema of the value.</param>
/// <param name="Rule">What is told of a value that cannot be used.</param>
/// <param name="Parse">Whether the value can be used, and what it is.</param>
/// <param name="Fallback">What an absent one is.</param>
/// <remarks>That each parameter is known and single was checked by <see cref="RequestRulesMiddleware"/>.</remarks>
internal sealed record QueryParameter<T>(
    string Name, string Description, string Schema, string Rule, Func<StringValues, (bool IsUsable, T Value)> Parse, T Fallback)
    : RequestParameter(Name, ParameterLocation.Query, Description, Schema)
{
    /// <exception cref="ProblemException">400 <c>invalid_parameter</c>.</exception>
    public T Read(HttpContext context)
    {
        if (!context.Request.Query.TryGetValue(Name, out var values)) return Fallback;
        var (isUsable, value) = Parse(values);
        return isUsable ? value : throw Refuse(Rule);
    }
}

/// <summary>The kinds of query parameters.</summary>
internal static class QueryParameter
{
    public static QueryParameter<string?> Text(string name, string description, int maxCharacters) => new(
        name, description, TextSchema(maxCharacters), $"must have 1 to {maxCharacters} characters",
        values => (IsText(values, maxCharacters), values.ToString()), Fallback: null);

    /// <summary>Texts of a parameter that may come several times.</summary>
    public static QueryParameter<ImmutableArray<string>> Texts(string name, string description, int maxTexts, int maxCharacters) => new(
        name, description, $$"""{"type":"array","maxItems":{{maxTexts}},"items":{{TextSchema(maxCharacters)}}}""",
        $"must come at most {maxTexts} times with 1 to {maxCharacters} characters",
        values => (values.Count <= maxTexts && values.All(text => IsText(text, maxCharacters)), [.. values.Select(text => text!)]),
        Fallback: [])
    { IsRepeatable = true };

    /// <param name="name">Its name.</param>
    /// <param name="description">One sentence.</param>
    /// <param name="min">The least number.</param>
    /// <param name="max">The greatest number.</param>
    /// <param name="fallback">What an absent one is; below the least where that is no number that a client could send.</param>
    public static QueryParameter<int> Number(string name, string description, int min, int max, int fallback) => new(
        name, description,
        $$"""{"type":"integer","minimum":{{min}},"maximum":{{max}}{{(fallback < min ? "" : $",\"default\":{fallback}")}}}""",
        $"must be a whole number from {min} to {max}",
        values => (int.TryParse(values.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= min && number <= max, number),
        fallback);

    public static QueryParameter<string?> Choice(string name, string description, IReadOnlyCollection<string> words) => new(
        name, description, ChoiceSchema(words), $"must be one of {string.Join(", ", words)}",
        values => (words.Contains(values.ToString()), values.ToString()), Fallback: null);

    /// <summary>Words of a parameter that may come several times.</summary>
    public static QueryParameter<ImmutableArray<string>> Choices(string name, string description, IReadOnlyCollection<string> words) => new(
        name, description, $$"""{"type":"array","maxItems":{{words.Count}},"items":{{ChoiceSchema(words)}}}""",
        $"must come at most {words.Count} times with one of {string.Join(", ", words)}",
        values => (values.Count <= words.Count && values.All(word => words.Contains(word)), [.. values.Select(word => word!)]),
        Fallback: [])
    { IsRepeatable = true };

    public static QueryParameter<bool> Flag(string name, string description, bool fallback = false) => new(
        name, description, $$"""{"type":"boolean","default":{{(fallback ? "true" : "false")}}}""", "must be one of true, false",
        values => (values == "true" || values == "false", values == "true"), fallback);

    public static QueryParameter<DateTimeOffset?> Time(string name, string description) => new(
        name, description, """{"type":"string","format":"date-time"}""", $"must be {Rfc3339.Rule}",
        // A plus that was not escaped arrives as a space, and nothing else in a time can be one.
        values => (Rfc3339.TryParse(values.ToString().Replace(' ', '+'), out var time), time), Fallback: null);

    private static bool IsText(string? text, int maxCharacters) => text is { Length: > 0 } && text.Length <= maxCharacters;

    private static string TextSchema(int maxCharacters) => $$"""{"type":"string","minLength":1,"maxLength":{{maxCharacters}}}""";

    private static string ChoiceSchema(IEnumerable<string> words) => $$"""{"type":"string","enum":["{{string.Join("\",\"", words)}}"]}""";
}
