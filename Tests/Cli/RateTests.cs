using System.Net.Http.Json;
using System.Text.RegularExpressions;
using AgentManagement.Cli;

namespace AgentManagement.Tests.Cli;

/// <summary>apply of more files than the tenant may send requests in a minute.</summary>
public sealed partial class RateTests : IDisposable
{
    private const int Files = 200;
    private const int OfAMinute = 60;
    private readonly ShiftedClock _clock = new();
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Every_file_is_applied_and_few_requests_are_refused()
    {
        for (var number = 0; number < Files; number++)
        {
            await File.WriteAllTextAsync(
                Path.Combine(_folder, $"bot-{number}.json"), WebGateway.Api.Content(id: $"bot-{number}", name: $"Bot {number}"));
        }
        await using var service = await ServiceHost.StartAsync(
            change: settings => settings with
            {
                RateLimitIdentityPercent = 100,
                IsRateLimited = true,
                MaxAgentsPerTenant = Files,
            },
            configure: services => services.AddSingleton<TimeProvider>(_clock));
        using var platform = service.CreateClient(tenant: "platform", role: "platform_admin");
        var set = await platform.PutAsJsonAsync(
            "/internal/v1/tenants/acme", new { tier = "enterprise", overrides = new { requestsPerMinute = OfAMinute } });
        Assert.True(set.IsSuccessStatusCode, await set.Content.ReadAsStringAsync());

        using var client = service.CreateClient(role: "admin");
        await using var output = new StringWriter { NewLine = "\n" };
        var code = await AgentsCommand.RunAsync(["apply", "-f", _folder], new(output, output, TextReader.Null, name => name switch
        {
            Profiles.AddressVariable => service.Address.OriginalString,
            Profiles.TokenVariable => client.DefaultRequestHeaders.Authorization!.Parameter,
            Profiles.PathVariable => Path.Combine(_folder, "none.json"),
            _ => null,
        })
        { Time = new Hasty(_clock) });

        var said = output.ToString();
        Assert.True(code == 0, said);
        Assert.Contains($"In all: {Files} create.", said, StringComparison.Ordinal);
        var pauses = Pause().Count(said);
        // Each lets a quarter of a minute's requests through, at least when they follow each other; the first ones are shorter.
        Assert.InRange(pauses, 1, (Files - OfAMinute) / (OfAMinute / 4) + 6);
        // At most as many as are under way at once are refused for each.
        var refused = int.Parse(Requests().Match(said).Groups[1].Value) - Files;
        Assert.InRange(refused, pauses, 4 * pauses);
    }

    [GeneratedRegex(@"apply: \d+ of 200 files\. The tenant's rate is used up: all requests wait until \d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ\.")]
    private static partial Regex Pause();

    [GeneratedRegex(@" s, (\d+) requests\.")]
    private static partial Regex Requests();

    /// <summary>The clock of a command for which all time that it waits is over at once, here and at the service.</summary>
    private sealed class Hasty(ShiftedClock clock) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => clock.GetUtcNow();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            clock.Advance(dueTime);
            return base.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
