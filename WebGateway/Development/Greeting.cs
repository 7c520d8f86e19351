using AgentManagement.ServiceDefaults.Settings;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace AgentManagement.WebGateway.Development;

/// <summary>
/// What somebody who has just started the service needs next. Only with a key of the service's own making: it holds a token.
/// </summary>
public static class Greeting
{
    private const string Tenant = "demo";

    /// <summary>Prints the address, the docs page and a request that is ready to be pasted.</summary>
    public static void Greet(this WebApplication app)
    {
        // A key that was given may be worth something elsewhere: no token of it goes to a terminal or a captured log.
        if (app.Services.GetRequiredService<ServiceSettings>().IsProduction
            || app.Services.GetRequiredService<GatewaySettings>() is { SecretKey: not null } or { IdentityServiceUrl: not null }) return;
        var address = app.Urls.First();
        var (token, _) = app.Services.GetRequiredService<TokenIssuer>().Issue(Tenant, "admin", "professional", "developer");
        Console.WriteLine(
            $$$"""

            The Agent Management Service is up.
              address  {{{address}}}
              docs     {{{address}}}/docs
              try      curl -s {{{address}}}/api/v1/agents -H 'Authorization: Bearer {{{token}}}' \
                         -H 'Content-Type: application/json' -d '{"name":"Support bot","type":"conversational","config":{}}'

            """);
    }
}
