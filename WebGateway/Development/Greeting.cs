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
        if (app.Services.GetRequiredService<ServiceSettings>() is { IsProduction: true } or { SecretKey: not null }
            || app.Services.GetRequiredService<GatewaySettings>().IdentityServiceUrl is not null) return;
        // All addresses are none that a request could be sent to.
        var address = app.Urls.First().Replace("[::]", "localhost", StringComparison.Ordinal);
        var (token, _) = app.Services.GetRequiredService<TokenIssuer>().Issue(Tenant, "admin", "professional", "developer");
        Console.WriteLine(
            $$$$"""

            The Agent Management Service is up.
              address  {{{{address}}}}
              console  {{{{address}}}}/console
              docs     {{{{address}}}}/docs
            In another terminal, as an admin of the tenant {{{{Tenant}}}}:

            export TOKEN={{{{token}}}}
            curl -s -X PUT {{{{address}}}}/api/v1/agents/support-bot -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \
              -d '{"name":"Support bot","type":"conversational","config":{"model":{"provider":"openai","id":"gpt-5-mini"},"instructions":{"template":"You help the customers."}}}'
            curl -s -X POST {{{{address}}}}/api/v1/agents/support-bot/activate -H "Authorization: Bearer $TOKEN"

            More requests are in README.md.

            """);
    }
}
