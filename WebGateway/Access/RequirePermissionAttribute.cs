using Microsoft.AspNetCore.Authorization;

namespace AgentManagement.WebGateway.Access;

/// <summary>The endpoint, or each of the group, asks a permission of the caller; 403 names the one that is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RequirePermissionAttribute(string permission) : AuthorizeAttribute, IAuthorizationRequirementData,
IAuthorizationRequirement
{
    /// <summary>One of <see cref="AgentManagement.Access.Permissions"/>.</summary>
    public string Permission { get; } = permission;

    public IEnumerable<IAuthorizationRequirement> GetRequirements() => [this];
}

/// <summary>Decides <see cref="RequirePermissionAttribute"/> by the caller's role.</summary>
internal sealed class PermissionHandler : AuthorizationHandler<RequirePermissionAttribute>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, RequirePermissionAttribute requirement)
    {
        var http = context.Resource as HttpContext;
        if (http?.RequestServices.GetRequiredService<CurrentCaller>().May(requirement.Permission) == true) context.Succeed(requirement);
        return Task.CompletedTask;
    }
}

internal static class RequirePermissionExtensions
{
    /// <summary>Asks a permission of the caller; several calls ask all of them.</summary>
    public static TBuilder RequirePermission<TBuilder>(this TBuilder builder, string permission)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new RequirePermissionAttribute(permission));
}
