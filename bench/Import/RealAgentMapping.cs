using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AgentManagement.Bench.Client;

namespace AgentManagement.Bench.Import;

/// <summary>
/// Maps an agent of the LobeHub index to this service's contract without losing a text. What has a typed home and fits
/// there is moved; all the rest stays, under its own names, in metadata.
/// </summary>
public static partial class RealAgentMapping
{
    private const int MaxTags = 50;

    /// <summary>The agent as a body.</summary>
    /// <param name="source">A line of the file.</param>
    /// <param name="fallbackId">The id for an agent whose own identifier cannot be one.</param>
    public static MappedAgent Map(JsonElement source, string fallbackId)
    {
        var rest = JsonNode.Parse(source.GetRawText())!.AsObject();
        var (meta, config) = (rest["meta"] as JsonObject ?? [], rest["config"] as JsonObject ?? []);
        var id = Take(rest, "identifier", text => IdPattern().IsMatch(text)) ?? fallbackId;
        var body = new JsonObject
        {
            ["id"] = id,
            ["name"] = Take(meta, "title", text => IsLine(text, 200)) ?? id,
        };
        if (Take(meta, "description", text => text.Length <= 4_000) is { } description) body["description"] = description;
        body["type"] = "conversational";
        body["config"] = Configuration(config);
        // An agent without tags reads back with an empty list: so it is sent with one.
        body["tags"] = TakeList(meta, "tags", MaxTags, tag => IsLine(tag, 64)) ?? [];
        body["metadata"] = rest;
        return new(id, RelaxedJson.Write(body));
    }

    private static JsonObject Configuration(JsonObject source)
    {
        var config = new JsonObject();
        if (Take(source, "model", text => IsLine(text, 200)) is { } model)
        {
            config["model"] = new JsonObject
            {
                ["provider"] = Take(source, "provider", ProviderPattern().IsMatch) ?? "openai", ["id"] = model,
            };
        }
        if (Take(source, "systemRole", text => text.Length <= 100_000) is { } template)
        {
            config["instructions"] = new JsonObject { ["template"] = template };
            if (Take(source, "openingMessage", text => text.Length <= 8_000) is { } first) config["instructions"]!["firstMessage"] = first;
        }
        if (TakeList(source, "plugins", 128, ToolPattern().IsMatch) is { } plugins)
        {
            config["tools"] = new JsonArray([.. plugins.Select(plugin => new JsonObject { ["id"] = plugin!.GetValue<string>() })]);
        }
        return config;
    }

    /// <summary>Takes a text out of the source when it fits; else leaves it there.</summary>
    private static string? Take(JsonObject source, string name, Func<string, bool> fits)
    {
        if (source[name] is not JsonValue value || !value.TryGetValue<string>(out var text) || !fits(text)) return null;
        source.Remove(name);
        return text;
    }

    private static JsonArray? TakeList(JsonObject source, string name, int most, Func<string, bool> fits)
    {
        if (source[name] is not JsonArray list || list.Count > most) return null;
        var texts = list.Select(item => item is JsonValue value && value.TryGetValue<string>(out var text) ? text : null).ToList();
        if (!texts.TrueForAll(text => text is not null && fits(text)) || texts.Distinct(StringComparer.Ordinal).Count() != texts.Count)
        {
            return null;
        }
        source.Remove(name);
        return list;
    }

    private static bool IsLine(string text, int most) =>
        !string.IsNullOrWhiteSpace(text) && text.EnumerateRunes().Count() <= most && !text.Any(char.IsControl);

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9-]{0,62}\z", RegexOptions.CultureInvariant)]
    private static partial Regex IdPattern();

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9._-]{0,63}\z", RegexOptions.CultureInvariant)]
    private static partial Regex ProviderPattern();

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}\z", RegexOptions.CultureInvariant)]
    private static partial Regex ToolPattern();
}
