using System.ComponentModel.DataAnnotations;
using AgentManagement.ApiKeys;
using AgentManagement.Outcomes;
using AgentManagement.WebGateway.Http;

namespace AgentManagement.WebGateway.ApiKeys;

/// <summary>The API key to make: with permissions by name, or those that a role has today.</summary>
/// <param name="Name">What it is for; 1 to 100 characters.</param>
/// <param name="Permissions">What it may, none of it more than its creator may; with it no role.</param>
/// <param name="Role">A role whose permissions it has, as they are today; with it no permissions.</param>
/// <param name="ExpiresAt">When it ends; absent or null for never.</param>
internal sealed record ApiKeyBody(
    [property: Length(1, ApiKey.MostNameCharacters)] string Name, ImmutableArray<string>? Permissions, string? Role, DateTimeOffset? ExpiresAt)
    : IBody<ApiKeyBody>
{
    private const int MostRoleCharacters = 64;

    private static readonly TextRule Permission = new(
        name => AgentManagement.Access.Permissions.Grantable.Contains(name), $"Must be one of: {string.Join(", ", AgentManagement.Access.Permissions.Grantable.Order())}.");

    private static readonly ImmutableArray<string> Roles =
    [
        .. AgentManagement.Access.Permissions.ByRole
            .Where(role => role.Value.All(permission => AgentManagement.Access.Permissions.Grantable.Contains(permission)))
            .Select(role => role.Key).Order(StringComparer.Ordinal),
    ];

    private static readonly TextRule KnownRole = new(role => Roles.Contains(role), $"Must be one of: {string.Join(", ", Roles)}.");

    /// <summary>What the key is to have.</summary>
    public ImmutableArray<string> Wanted() => Permissions ?? AgentManagement.Access.Permissions.Of(Role!);

    public static ApiKeyBody Read(BodyReader reader)
    {
        var body = new ApiKeyBody(
            reader.RequiredText("name", ApiKey.MostNameCharacters, new(name => !string.IsNullOrWhiteSpace(name) && !name.Any(char.IsControl), "Must not be blank, nor have control characters.")),
            reader.OptionalTexts("permissions", AgentManagement.Access.Permissions.Grantable.Length, Permission),
            reader.OptionalText("role", MostRoleCharacters, KnownRole),
            reader.OptionalMoment("expiresAt"));
        if (body.Permissions is null == body.Role is null) reader.Add(Issue.Error("required", "/permissions", "There must be permissions or a role, and not both."));
        return body;
    }
}

/// <summary>How the API key is to be rotated.</summary>
/// <param name="GraceSeconds">How long the secret before goes on: 0 to 86400; 0 when absent.</param>
/// <param name="Version">The version that the key must have; absent for any.</param>
internal sealed record RotationBody([property: Range(0, RotationBody.MostSeconds)] int? GraceSeconds, int? Version) : IBody<RotationBody>
{
    public const int MostSeconds = 86_400;

    public static bool IsRequired => false;

    public static RotationBody Read(BodyReader reader) => new(
        reader.OptionalNumber("graceSeconds", 0, MostSeconds), reader.OptionalNumber("version"));
}
