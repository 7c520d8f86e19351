using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AgentManagement.Domain.Json;
using AgentManagement.Domain.Tenants;
using AgentManagement.Json;
using AgentManagement.Keys;

namespace AgentManagement.Grains.Tenants;

/// <summary>The id of a new agent or template: the client's own, or a readable one made from the name.</summary>
internal static class NewId
{
    private const string Letters = "abcdefghjkmnpqrstvwxyz0123456789";
    private const int MaxNameCharacters = 48;

    /// <summary>An id for content that is yet to be validated; content without a usable id or name gets one all the same.</summary>
    public static string OfAgent(JsonText content) => Of(content, GrainKeys.IsAgentId);

    /// <inheritdoc cref="OfAgent"/>
    public static string OfTemplate(JsonText content) => Of(content, GrainKeys.IsTenantTemplateId);

    private static string Of(JsonText content, Func<string, bool> isUsable)
    {
        var element = StrictJson.Parse(content);
        return Text(element, "id") is { } id && isUsable(id)
            ? id
            : $"{Slug(Text(element, "name") ?? "")}-{RandomNumberGenerator.GetString(Letters, 8)}";
    }

    private static string Slug(string name)
    {
        var slug = new StringBuilder();
        foreach (var letter in name.ToLowerInvariant())
        {
            if (slug.Length == MaxNameCharacters) break;
            if (char.IsAsciiLetterOrDigit(letter)) slug.Append(letter);
            else if (slug.Length > 0 && slug[^1] != '-') slug.Append('-');
        }
        var text = slug.ToString().Trim('-');
        return text.Length == 0 ? "agent" : text;
    }

    private static string? Text(JsonElement content, string member) =>
        content.ValueKind == JsonValueKind.Object && content.TryGetProperty(member, out var value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
