using System.CommandLine;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AgentManagement.Client;

namespace AgentManagement.Cli;

internal static class LoginCommands
{
    private const string DevelopmentPath = "dev/token";

    /// <summary>Keeps address and token of a service, when the service takes them.</summary>
    public static Command Login()
    {
        var address = new Argument<string>("URL") { Description = "Where the service is." };
        var token = new Option<string?>("--token") { Description = "A token or an API key; - reads it from the standard input." };
        var tenant = new Option<string>("--tenant")
        {
            Description = "In development: the tenant of the token that is made; the one that ./run and the console begin with.",
            DefaultValueFactory = _ => "demo",
        };
        var role = new Option<string>("--role") { Description = "In development: its role.", DefaultValueFactory = _ => "admin" };
        var command = new Command("login", "Keeps where a service is and the token for it. In development it has a token made.")
        {
            address, token, tenant, role,
        };
        command.SetAction(async (parsed, stopping) =>
        {
            var uri = Profiles.AddressOf(parsed.GetRequiredValue(address));
            using var http = AgentsCommand.HttpOf(uri);
            var given = parsed.GetValue(token) switch
            {
                "-" => (await CliInvocation.Of(parsed).Input.ReadToEndAsync(stopping)).Trim(),
                { } text => text,
                null => await MakeAsync(http, parsed.GetRequiredValue(tenant), parsed.GetRequiredValue(role), stopping),
            };
            var found = await new AgentManagementClient(http, new() { Token = (_, _) => new(given) }).Tenant.GetAsync(stopping);
            var profiles = Profiles.Load(CliInvocation.Of(parsed).Variable);
            profiles.Keep(AgentsCommand.ProfileOf(parsed), new(uri, given));
            AgentsCommand.OutputOf(parsed).Show(found, ("tenant", found.Id), ("tier", found.Tier), ("profile", profiles.File.Current));
            return ExitCodes.Done;
        });
        return command;
    }

    private static async Task<string> MakeAsync(HttpClient http, string tenant, string role, CancellationToken stopping)
    {
        using var answer = await http.PostAsJsonAsync(DevelopmentPath, new { tenant, role, tier = "enterprise" }, stopping);
        if (answer.StatusCode == HttpStatusCode.NotFound)
        {
            throw new CliException("The service makes no tokens: give one with --token, or --token - to read it.", ExitCodes.Usage);
        }
        if (!answer.IsSuccessStatusCode) throw new CliException($"The service made no token: {(int)answer.StatusCode}.");
        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(stopping));
        return body.RootElement.GetProperty("token").GetString()!;
    }
}
