namespace AgentManagement.WebGateway.Access;

/// <summary>The endpoint, or each of the group, asks a permission of the caller; 403 names the one that is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RequirePermissionAttribute(string? permission) : Attribute
{
    /// <summary>One of <see cref="AgentManagement.Access.Permissions"/>; null where a valid token is enough.</summary>
    public string? Permission { get; } = permission;
}

internal static class RequirePermissionExtensions
{
    /// <summary>Asks a valid token and nothing more.</summary>
    public static TBuilder RequireCaller<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new RequirePermissionAttribute(null));

    /// <summary>Asks a permission of the caller; several calls ask all of them.</summary>
    public static TBuilder RequirePermission<TBuilder>(this TBuilder builder, string permission)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new RequirePermissionAttribute(permission));
}
