using AgentManagement.WebGateway.Access;

namespace AgentManagement.WebGateway.Identity;

internal static class IdentityServices
{
    /// <summary>Tokens of the Identity Service at IDENTITY_SERVICE_URL, and no others.</summary>
    public static void AddIdentity(this IServiceCollection services, Uri service)
    {
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<IdentityClient>(provider, service));
        services.AddSingleton<IdentityKeys>();
        services.AddSingleton<Introspections>();
        services.AddSingleton<ITokenVerifier, IdentityTokenVerifier>();
    }
}
