using AgentManagement.ServiceDefaults.Settings;
using Microsoft.Extensions.Configuration;

namespace AgentManagement.Tests.Deployment;

/// <summary>docker-compose.demo.yml: the service for somebody who has nothing yet.</summary>
public sealed class DemoTests
{
    private static readonly JsonNode Demo =
        Yaml.Parse(Repository.Read("docker-compose.demo.yml")).Single()["services"]!["demo"]!;

    [Fact]
    public void It_needs_no_variable_and_no_other_service()
    {
        Assert.DoesNotContain(":?", Repository.Read("docker-compose.demo.yml"), StringComparison.Ordinal);
        Assert.Null(Demo["depends_on"]);
        var environment = new ConfigurationBuilder().AddInMemoryCollection(Demo["environment"]!.AsObject()
            .Select(variable => KeyValuePair.Create(variable.Key, (string?)variable.Value!.ToString()))).Build();
        var settings = HostSettings.Read(environment);
        Assert.Equal((false, true), (settings.IsProduction, settings.Service.ListensOnAny));
        Assert.Null(settings.IdentityServiceUrl);
        Assert.Contains(Compose.Words(Demo["tmpfs"]), mount => mount.StartsWith($"{settings.DataDirectory}:", StringComparison.Ordinal));
    }

    [Fact]
    public void It_gives_tokens_to_whoever_asks_and_so_is_reached_from_this_machine_only()
    {
        var port = Assert.Single(Compose.Words(Demo["ports"]));
        Assert.StartsWith("127.0.0.1:", port, StringComparison.Ordinal);
        Assert.EndsWith(":8080", port, StringComparison.Ordinal);
        Assert.True(Demo["read_only"]!.GetValue<bool>());
        Assert.Equal(["ALL"], Compose.Words(Demo["cap_drop"]));
        Assert.Equal($"{Images.User}:{Images.User}", Demo["user"]!.GetValue<string>());
    }

    [Fact]
    public void In_production_nobody_listens_on_loopback_alone_and_in_development_nobody_else_unless_told()
    {
        Assert.False(Read([]).ListensOnAny);
        Assert.True(Read([new("LISTEN_ADDRESS", "any")]).ListensOnAny);
    }

    private static ServiceSettings Read(IEnumerable<KeyValuePair<string, string?>> variables) =>
        ServiceSettings.Read(new EnvironmentReader(new ConfigurationBuilder().AddInMemoryCollection(variables).Build()));
}
