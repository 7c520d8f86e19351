using AgentManagement.ServiceDefaults.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;

namespace AgentManagement.Tests.Deployment;

/// <summary>What the containers are told is what the service reads.</summary>
public sealed class ContainerSettingsTests
{
    private static readonly string[] SecretNames = ["DATABASE_URL", "REDIS_URI", "SECRET_KEY", "SERVICE_TOKEN"];

    // The deployment's own: where it keeps nothing, ports that its networks know, and what differs from pod to pod.
    private static readonly string[] Decided =
        ["DATA_DIRECTORY", "LISTEN_ADDRESS", "SERVICE_PORT", "MANAGEMENT_PORT", "SILO_PORT", "SILO_GATEWAY_PORT", "POD_IP", "SILO_COUNT"];

    private static readonly string[] GatewayOnly = ["IDENTITY_SERVICE_URL", "IDENTITY_AUDIENCE", "CONSOLE_CLIENT_ID", "CONSOLE_SCOPES"];

    private static readonly string[] SiloOnly = ["DATABASE_URL", "TOOL_REGISTRY_URL", "ORCHESTRATOR_WS_URL"];

    public static TheoryData<string> Names => [.. DeployedContainer.All.Select(container => container.Name)];

    [Fact]
    public void Both_ways_deploy_every_part_of_the_service()
    {
        ContainerRole[] parts = [ContainerRole.Gateway, ContainerRole.Silo, ContainerRole.Migration];
        Assert.Equal(parts.Order(), Compose.Containers.Select(container => container.Role).Distinct().Order());
        Assert.Equal(parts.Order(), Manifests.Containers.Select(container => container.Role).Distinct().Order());
    }

    [Theory, MemberData(nameof(Names))]
    public void A_container_has_every_variable_that_its_process_needs_in_production(string name) =>
        Assert.True(Container(name).ReadSettings().IsProduction);

    [Theory, MemberData(nameof(Names))]
    public void A_container_has_no_variable_that_the_service_does_not_read(string name)
    {
        var read = new ReadVariables();
        HostSettings.Read(read);
        Assert.Subset(read.Names,
            Container(name).Environment.Keys.Where(variable => !variable.StartsWith("OTEL_", StringComparison.Ordinal)).ToHashSet());
    }

    /// <summary>A setting that is documented and not passed on would have no effect, and nobody would be told.</summary>
    [Theory, MemberData(nameof(Names))]
    public void Every_documented_variable_reaches_the_containers_that_read_it(string name)
    {
        var container = Container(name);
        var expected = container.Role switch
        {
            ContainerRole.Migration => ["ENVIRONMENT", "DATABASE_URL"],
            ContainerRole.Silo => SettingsTable.Names.Except(Decided).Except(GatewayOnly).Append("POD_IP").Append("SILO_COUNT"),
            _ => SettingsTable.Names.Except(Decided).Except(SiloOnly),
        };
        Assert.Empty(expected.Except(container.Environment.Keys));
    }

    [Fact]
    public void What_compose_passes_on_has_the_same_name_in_its_file_of_variables()
    {
        var passed = SettingsTable.Names.Except(Decided).Except(["ENVIRONMENT", "DATABASE_URL", "REDIS_URI"]).ToList();
        var written = Compose.Raw.DescendantObjects().SelectMany(members => members["environment"] as JsonObject ?? [])
            .ToLookup(variable => variable.Key, variable => variable.Value!.ToString());
        Assert.All(passed,
            variable =>
            Assert.All(written[variable].Distinct(), text => Assert.StartsWith($"${{{variable}:", text, StringComparison.Ordinal)));
    }

    /// <summary>Compose has no way to leave a variable out.</summary>
    [Theory, MemberData(nameof(Names))]
    public void An_empty_variable_is_as_if_it_were_not_there(string name)
    {
        var container = Container(name);
        var emptied = container.Environment.ToDictionary(variable => variable.Key, variable => SettingsTable.Required.Contains(variable.Key)
            // Said of the addresses, which are required.
            || variable.Key is "ENVIRONMENT" or "OUTGOING_OVER_HTTP" ? variable.Value : "");
        var left = emptied.Where(variable => variable.Value is not "").ToDictionary();
        var (with, without) = ((container with { Environment = emptied }).ReadSettings(), (container with { Environment = left })
            .ReadSettings());
        Assert.Equivalent(without, with, strict: true);
    }

    [Theory, MemberData(nameof(Names))]
    public void A_container_has_only_the_secrets_that_its_process_needs(string name)
    {
        var container = Container(name);
        Assert.All(SecretNames.Where(container.Environment.ContainsKey), secret =>
        {
            var without = container with { Environment = container.Environment.Where(variable => variable.Key != secret).ToDictionary() };
            Assert.Contains(
                $"{secret} is required", Assert.Throws<SettingsException>(without.ReadSettings).Message, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Only_silos_and_the_migration_know_the_database_each_by_a_log_in_of_its_own()
    {
        Assert.All(DeployedContainer.All, container =>
            Assert.Equal(container.Role is not ContainerRole.Gateway, container.Environment.ContainsKey("DATABASE_URL")));
        var logins = Compose.Containers.ToLookup(
            container => container.Role, container => container.ReadSettings().Database.Url?.UserInfo.Split(':')[0]);
        Assert.Equal(["agent_management"], logins[ContainerRole.Silo].Distinct());
        Assert.Equal(["agent_management_owner"], logins[ContainerRole.Migration]);
        var secrets = Manifests.Workloads.ToDictionary(Manifests.Name, workload => Manifests.ContainerOf(workload)["env"]!.AsArray()
            .SingleOrDefault(variable => variable!["name"]!.ToString() == "DATABASE_URL")?["valueFrom"]!["secretKeyRef"]!["name"]!.ToString(
                ));
        Assert.Equal(("database", "database-owner", null), (secrets["silo"], secrets["migrate"], secrets["gateway"]));
    }

    [Fact]
    public void Gateways_and_silos_meet_in_the_same_cluster() => Assert.All<IReadOnlyList<DeployedContainer>>(
        [Compose.Containers, Manifests.Containers], containers =>
    {
        var settings = containers.Where(container => container.Role is not ContainerRole.Migration)
            .Select(container => container.ReadSettings()).ToList();
        Assert.Single(settings.Select(setting => (setting.ClusterId, setting.RedisUri, setting.ServiceToken)).Distinct());
    });

    private static DeployedContainer Container(string name) => DeployedContainer.All.Single(container => container.Name == name);

    /// <summary>An environment without variables that notes which ones are asked for.</summary>
    private sealed class ReadVariables : IConfiguration
    {
        public HashSet<string> Names { get; } = [];

        public string? this[string key]
        {
            get
            {
                Names.Add(key);
                return null;
            }
            set => throw new NotSupportedException();
        }

        public IConfigurationSection GetSection(string key) => throw new NotSupportedException();

        public IEnumerable<IConfigurationSection> GetChildren() => [];

        public IChangeToken GetReloadToken() => new CancellationChangeToken(CancellationToken.None);
    }
}
