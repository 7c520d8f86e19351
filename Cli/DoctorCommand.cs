using System.CommandLine;
using System.Text.Json;
using AgentManagement.Client;

namespace AgentManagement.Cli;

/// <summary>Looks at each thing that must be right before a command works, and says what to do about the first that is not.</summary>
internal static class DoctorCommand
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan MaxSkew = TimeSpan.FromSeconds(30);

    public static Command Doctor()
    {
        var command = new Command("doctor", "Tells whether profile, service, clock and token are as they must be, and what to do.");
        command.SetAction(async (parsed, stopping) =>
        {
            var (output, variable) = (parsed.InvocationConfiguration.Output, CliInvocation.Of(parsed).Variable);
            var profile = Profiles.Load(variable).Find(AgentsCommand.ProfileOf(parsed));
            await output.WriteLineAsync($"ok    profile: {profile.Address}");
            using var http = AgentsCommand.HttpOf(profile.Address);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            limit.CancelAfter(AnswerTimeout);
            HttpResponseMessage health;
            try
            {
                health = await http.GetAsync("health", limit.Token);
            }
            catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
            {
                return await FailAsync($"service: it does not answer ({exception.Message}). Is the address right, and does it run?");
            }
            using (health)
            {
                var body = await health.Content.ReadAsStringAsync(stopping);
                if (!health.IsSuccessStatusCode) return await FailAsync($"service: {(int)health.StatusCode} {Plain.Line(body)}");
                await output.WriteLineAsync($"ok    service: {StatusOf(body)}");
                if (health.Headers.Date is { } date && (date - DateTimeOffset.UtcNow).Duration() > MaxSkew)
                {
                    return await FailAsync($"clock: it is {date:u} there. Tokens end by that clock: set this one.");
                }
            }
            await output.WriteLineAsync("ok    clock");
            try
            {
                var client = new AgentManagementClient(http, new() { Token = (_, _) => new(profile.Token) });
                var tenant = await client.Tenant.GetAsync(stopping);
                await output.WriteLineAsync(Plain.Line($"ok    token: tenant {tenant.Id}, tier {tenant.Tier}"));
                return ExitCodes.Done;
            }
            catch (ApiException refusal)
            {
                return await FailAsync($"token: {Plain.Line(refusal.Problem.Detail)} Make one with: agents login {profile.Address}");
            }

            async Task<int> FailAsync(string what)
            {
                await output.WriteLineAsync($"wrong {what}");
                return ExitCodes.Error;
            }
        });
        return command;
    }

    private static string StatusOf(string health)
    {
        try
        {
            return JsonDocument.Parse(health).RootElement.GetProperty("status").GetString() ?? "unknown";
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return "it answers, but not as this service does";
        }
    }
}
