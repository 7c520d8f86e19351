using System.CommandLine;
using AgentManagement.Access;
using AgentManagement.Keys;
using AgentManagement.ServiceDefaults.Settings;
using AgentManagement.Silo.Commands;
using AgentManagement.Silo.Hosting;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Settings;
using Microsoft.IdentityModel.Tokens;

namespace AgentManagement.App.Commands;

/// <summary><c>token</c>: signs a token with the service's own key.</summary>
internal static class TokenCommand
{
    public static Command Create()
    {
        var tenant = new Argument<string>("tenant") { Description = "Whose agents" };
        var role = new Option<string>("--role")
        {
            Description = string.Join(", ", Permissions.ByRole.Keys.Order()), DefaultValueFactory = _ => "admin",
        };
        role.AcceptOnlyFromAmong([.. Permissions.ByRole.Keys]);
        var tier = new Option<string?>("--tier") { Description = "The tier that counts while the platform has set none" };
        var subject = new Option<string>("--subject") { Description = "Whom the audit trail names", DefaultValueFactory = _ => "operator" };
        var command = new Command("token", "Prints a token signed with SECRET_KEY, valid for 12 hours") { tenant, role, tier, subject };
        command.SetAction((parsed, _) => Running.RunAsync(() => RunAsync(
            Running.Environment, parsed.GetValue(tenant)!, parsed.GetValue(role)!, parsed.GetValue(tier), parsed.GetValue(subject)!,
            Console.Out)));
        return command;
    }

    /// <returns>0.</returns>
    /// <exception cref="SettingsException">The service's key makes no tokens, or there can be no such tenant.</exception>
    internal static async Task<int> RunAsync(
        IConfiguration environment, string tenantId, string role, string? tier, string subject, TextWriter output)
    {
        if (!GrainKeys.IsTenantId(tenantId)) throw new SettingsException("That is not a tenant id.");
        var read = new EnvironmentReader(environment);
        var (settings, gateway) = (ServiceSettings.Read(read), GatewaySettings.Read(read));
        read.ThrowIfAnythingIsWrong();
        var tiers = TierSettings.Read(new() { TiersFile = read.Text("TIERS_FILE") });
        if (tier is not null && !tiers.Names.Contains(tier))
        {
            throw new SettingsException($"There is no such tier; there are: {string.Join(", ", tiers.Names)}.");
        }
        if (gateway.IdentityServiceUrl is not null)
        {
            throw new SettingsException("With IDENTITY_SERVICE_URL tokens are made there: the service takes none of its own.");
        }
        await output.WriteLineAsync(new TokenIssuer(new SymmetricSecurityKey(SecretKey.Of(settings)), TimeProvider.System)
            .Issue(tenantId, role, tier, subject).Token);
        return 0;
    }
}
