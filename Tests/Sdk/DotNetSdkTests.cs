using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AgentManagement.Tests.Deployment;

namespace AgentManagement.Tests.Sdk;

/// <summary>The client for .NET plays the conformance suite as the SDKs do.</summary>
[Collection(typeof(SdkTests))]
public sealed class DotNetSdkTests(SdkService service, ScriptedService scripted) : IClassFixture<ScriptedService>
{
    private static readonly Dictionary<string, JsonObject> Cases =
        JsonNode.Parse(Repository.Read("sdk/conformance/cases.json"))!["cases"]!.AsArray()
            .ToDictionary(each => (string)each!["name"]!, each => each!.AsObject());

    public static TheoryData<string> Scripted => [.. Cases.Where(each => each.Value["script"] is not null).Select(each => each.Key)];

    public static TheoryData<string> Live => [.. Cases.Where(each => each.Value["live"] is not null).Select(each => each.Key)];

    [Theory, MemberData(nameof(Scripted))]
    public async Task It_plays_a_scripted_case(string name)
    {
        await scripted.BeginAsync(name);
        var played = new PlayedService(
            scripted.Address, token => token, Tenant: null, scripted.ReleaseAsync, _ => throw new NotSupportedException());
        await using (var play = new ConformancePlay(Cases[name], played, new PlayedClock())) await play.RunAsync();

        Assert.Equal("""{"problems":[],"unused":[]}""", await scripted.ReportAsync());
    }

    [Theory, MemberData(nameof(Live))]
    public async Task It_plays_a_case_against_a_service_that_is_killed_slowed_and_restarted(string name)
    {
        using var http = new HttpClient();
        var prefix = $"d{Guid.NewGuid():n}"[..9];
        // Asked for once: the service may be away later.
        var tokens = new Dictionary<string, string>();
        foreach (var token in new[] { "one", "two" }) tokens[token] = await TokenAsync(token);
        var played = new PlayedService(
            service.Address, token => tokens[token], TenantOf, _ => throw new NotSupportedException(), ControlAsync);

        await using var play = new ConformancePlay(Cases[name], played, clock: null);
        await play.RunAsync();

        string TenantOf(string token) => $"{prefix}-{token}";

        async Task<string> TokenAsync(string token)
        {
            var asked = new { tenant = TenantOf(token), role = "admin", tier = "enterprise" };
            using var answer = await http.PostAsJsonAsync(new Uri(service.Address, "dev/token"), asked);
            return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString()!;
        }

        async Task ControlAsync(string action)
        {
            using var answer = await http.PostAsync(new Uri($"{service.Environment["CONFORMANCE_CONTROL"]}/{action}"), content: null);
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        }
    }
}
