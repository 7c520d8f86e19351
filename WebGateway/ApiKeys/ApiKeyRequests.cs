using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using AgentManagement.ApiKeys;
using AgentManagement.Configuration;
using AgentManagement.Outcomes;
using AgentManagement.Releases;
using AgentManagement.WebGateway.Http;
using Known = AgentManagement.Access.Permissions;

namespace AgentManagement.WebGateway.ApiKeys;

/// <summary>The API key to make: with permissions by name, or those that a role has today.</summary>
internal sealed record CreateApiKeyRequest : IBody<CreateApiKeyRequest>
{
    [Description("What it is for; not blank, and without control characters."), Length(1, ApiKey.MaxNameCharacters)]
    [RegularExpression(@"^\P{Cc}*[^\s\p{Cc}]\P{Cc}*$")]
    public required string Name { get; init; }

    [Description("What it may, none of it more than its creator may; with it no role."), Length(1, 32), EachGrantable]
    public ImmutableArray<string>? Permissions { get; init; }

    [Description("A role whose permissions it has, as they are today; with it no permissions."), GrantableRole]
    public string? Role { get; init; }

    [Description("The labels that it is for: of others it may nothing, whatever its permissions; absent or null for all.")]
    [Length(1, ApiKey.MaxLabels), EachItem(Pattern = LabelName.Pattern, Unique = true)]
    public ImmutableArray<string>? Labels { get; init; }

    [Description("When it ends; absent or null for never.")]
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>What the key is to have.</summary>
    public ImmutableArray<string> Wanted() => Permissions ?? Known.Of(Role!);

    public static IEnumerable<Issue> Check(JsonElement body) => Has(body, "permissions") == Has(body, "role")
        ? [Issue.Error("required", "/permissions", "There must be permissions or a role, and not both.")]
        : [];

    private static bool Has(JsonElement body, string name) => body.TryGetProperty(name, out var value)
        && value.ValueKind != JsonValueKind.Null;

    private static string OneOf(IEnumerable<string> words) => $"^({string.Join('|', words.Order(StringComparer.Ordinal))})$";

    [AttributeUsage(AttributeTargets.Property)]
    private sealed class EachGrantableAttribute : EachItemAttribute
    {
        public EachGrantableAttribute() => Pattern = OneOf(Known.Grantable);
    }

    [AttributeUsage(AttributeTargets.Property)]
    private sealed class GrantableRoleAttribute() : RegularExpressionAttribute(
        OneOf(Known.ByRole.Where(role => role.Value.All(permission => Known.Grantable.Contains(permission))).Select(role => role.Key)));
}

/// <summary>How the API key is to be rotated.</summary>
internal sealed record RotateApiKeyRequest : IBody<RotateApiKeyRequest>
{
    [Description("How long the secret before goes on: 0 to 86400; 0 when absent."), Range(0, 86_400)]
    public int? GraceSeconds { get; init; }

    [Description("The version that the key must have; absent for any."), Range(1, int.MaxValue)]
    public int? Version { get; init; }

    [Description("Whether the keys end that the key made or gave another secret; false when absent. For a secret that has leaked.")]
    public bool? RevokeDescendants { get; init; }

    public static bool IsRequired => false;
}
