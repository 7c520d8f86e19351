using System.Net;
using System.Text.RegularExpressions;
using AgentManagement.ServiceDefaults.Settings;

namespace AgentManagement.Tests.Deployment;

public sealed partial class ComposeTests
{
    public static TheoryData<string> Services => [.. Compose.Services.Select(service => service.Key)];

    [Theory, MemberData(nameof(Services))]
    public void A_container_has_no_more_rights_than_it_needs(string name)
    {
        var service = Compose.Services[name]!;
        Assert.True(service["read_only"]!.GetValue<bool>());
        Assert.Equal(["ALL"], Compose.Words(service["cap_drop"]));
        Assert.Contains("no-new-privileges:true", Compose.Words(service["security_opt"]));
        Assert.All(service["user"]!.GetValue<string>().Split(':'), id => Assert.True(int.Parse(id) > 0));
        Assert.False(service.AsObject().ContainsKey("privileged"));
        Assert.False(service.AsObject().ContainsKey("cap_add"));
    }

    [Theory, MemberData(nameof(Services))]
    public void A_container_cannot_take_all_of_the_machine(string name)
    {
        var limits = Compose.Services[name]!["deploy"]!["resources"]!["limits"]!;
        Assert.All(["cpus", "memory", "pids"], limit => Assert.NotNull(limits[limit]));
    }

    [Theory, InlineData("silo-1"), InlineData("silo-2"), InlineData("gateway")]
    public void An_instance_has_at_least_what_the_specification_asks_for(string name)
    {
        var limits = Compose.Services[name]!["deploy"]!["resources"]!["limits"]!;
        Assert.True(int.Parse(limits["cpus"]!.ToString()) >= 2);
        Assert.True(int.Parse(limits["memory"]!.ToString().TrimEnd('G')) >= 2);
    }

    [Fact]
    public void Only_the_gateway_has_a_published_port_and_that_is_the_one_it_listens_on()
    {
        var published = Compose.Services.Where(service => service.Value!["ports"] is not null);
        var (name, gateway) = Assert.Single(published);
        Assert.Equal("gateway", name);
        var port = Assert.Single(Compose.Words(gateway!["ports"]));
        Assert.Equal($"127.0.0.1:8080:{Part(ContainerRole.Gateway).Single().ReadSettings().ServicePort}", port);
    }

    [Fact]
    public void The_database_is_reached_by_silos_and_the_migration_only()
    {
        var members = Compose.Services.Where(service => Compose.Words(service.Value!["networks"]).Contains("database"))
            .Select(service => service.Key);
        Assert.Equal(["backup", "migrate", "postgres", "silo-1", "silo-2"], members.Order());
        Assert.Equal(["database"], Compose.Words(Compose.Services["postgres"]!["networks"]));
        Assert.All(
            ["database", "cluster", "files"], network => Assert.True(Compose.File["networks"]![network]!["internal"]!.GetValue<bool>()));
        Assert.All(Compose.Services, service => Assert.NotEmpty(Compose.Words(service.Value!["networks"])));
    }

    [Fact]
    public void Each_silo_tells_others_the_address_that_it_has()
    {
        var range = Compose.File["networks"]!["cluster"]!["ipam"]!["config"]!.AsArray().Single()!;
        var subnet = IPNetwork.Parse(range["subnet"]!.GetValue<string>());
        var handedOut = IPNetwork.Parse(range["ip_range"]!.GetValue<string>());
        var addresses = Silos().Select(silo => silo["networks"]!["cluster"]!["ipv4_address"]!.GetValue<string>()).ToList();
        Assert.Equal(addresses, Silos().Select(silo => silo["environment"]!["POD_IP"]!.GetValue<string>()));
        Assert.Equal(addresses.Count, addresses.Distinct().Count());
        Assert.All(addresses.Select(IPAddress.Parse), address => Assert.True(subnet.Contains(address) && !handedOut.Contains(address)));
    }

    [Fact]
    public void Silos_share_the_connections_of_the_database_among_as_many_as_there_are() =>
        Assert.All(Part(ContainerRole.Silo), silo => Assert.Equal(Silos().Count, silo.ReadSettings().Database.Silos));

    [Fact]
    public void Each_part_waits_for_what_it_needs()
    {
        Assert.Equal("service_healthy", Condition("migrate", "postgres"));
        Assert.All(["silo-1", "silo-2"], silo =>
        {
            Assert.Equal("service_completed_successfully", Condition(silo, "migrate"));
            Assert.Equal("service_healthy", Condition(silo, "redis"));
        });
        Assert.Equal("service_healthy", Condition("gateway", "redis"));
        Assert.NotNull(Compose.Services["postgres"]!["healthcheck"]!["test"]);
        Assert.NotNull(Compose.Services["redis"]!["healthcheck"]!["test"]);
        Assert.Equal("no", Compose.Services["migrate"]!["restart"]!.GetValue<string>());
    }

    [Theory, InlineData("silo-1"), InlineData("silo-2"), InlineData("gateway")]
    public async Task A_process_is_given_the_time_to_shut_down(string name)
    {
        var period = Compose.Services[name]!["stop_grace_period"]!.GetValue<string>();
        var container = Compose.Containers.Single(container => container.Name.EndsWith($" {name}", StringComparison.Ordinal));
        Assert.True(TimeSpan.FromSeconds(int.Parse(period.TrimEnd('s'))) > await Processes.ShutdownTimeoutAsync(container));
    }

    [Fact]
    public void What_is_written_is_still_there_after_a_restart()
    {
        Assert.Contains("database:/var/lib/postgresql/data", Compose.Words(Compose.Services["postgres"]!["volumes"]));
        Assert.Contains("redis:/data", Compose.Words(Compose.Services["redis"]!["volumes"]));
        var redis = Compose.Words(Compose.Services["redis"]!["command"])[^1];
        Assert.All(["dir /data\n", "appendonly yes\n", "maxmemory-policy noeviction\n", "requirepass $REDISCLI_AUTH\n"], line =>
            Assert.Contains(line, redis, StringComparison.Ordinal));
        foreach (var volume in Compose.Services.SelectMany(service => Compose.Words(service.Value!["volumes"]))
            .Select(volume => volume.Split(':')[0]))
        {
            if (volume.StartsWith("./", StringComparison.Ordinal)) Assert.True(Path.Exists(Repository.PathOf(volume)), volume);
            else Assert.True(Compose.File["volumes"]!.AsObject().ContainsKey(volume), volume);
        }
    }

    [Fact]
    public void The_logins_are_made_by_the_database_when_it_is_new()
    {
        var postgres = Compose.Services["postgres"]!;
        Assert.Contains(
            "./scripts/database-logins.sql:/docker-entrypoint-initdb.d/database-logins.sql:ro", Compose.Words(postgres["volumes"]));
        Assert.All(["OWNER_PASSWORD", "SERVICE_PASSWORD"], name => Assert.NotNull(postgres["environment"]![name]));
    }

    [Fact]
    public void Servers_have_a_version_that_stays_and_that_the_specification_allows()
    {
        var servers = Compose.Services.Where(service =>
            !Compose.Image(service.Value!).Name.StartsWith("agent-management", StringComparison.Ordinal));
        Assert.All(servers, server => Assert.Matches(@"^\d+", Compose.Image(server.Value!).Version));
        Assert.True(int.Parse(Compose.Image(Compose.Services["postgres"]!).Version.Split('-')[0]) >= 15);
    }

    [Fact]
    public void What_nothing_uses_yet_starts_only_when_asked_for()
    {
        var asked = Compose.Services.Where(service => service.Value!["profiles"] is not null)
            .ToDictionary(service => service.Key, service => Compose.Words(service.Value!["profiles"]).Single());
        Assert.Equivalent(new Dictionary<string, string> { ["files"] = "files", ["backup"] = "backup", ["redis-backup"] = "backup" }, asked,
            strict: true);
    }

    [Fact]
    public void The_database_archives_into_the_folder_of_the_backups_and_both_are_the_same_user()
    {
        var services = ((string[])["postgres", "backup", "redis-backup"]).Select(name => Compose.Services[name]!).ToList();
        Assert.All(services, service =>
        {
            Assert.Contains("backup:/backup", Compose.Words(service["volumes"]));
            Assert.Contains("./scripts/backup:/scripts/backup:ro", Compose.Words(service["volumes"]));
            Assert.Equal("/backup", service["environment"]!["BACKUP_DIRECTORY"]!.ToString());
        });
        Assert.Single(services.Select(service => service["user"]!.ToString()).Distinct());
        Assert.Equal(Compose.Services["postgres"]!["image"]!.ToString(), Compose.Services["backup"]!["image"]!.ToString());
        Assert.Equal(["measure=60", "base=86400", "drill=2592000"], Compose.Words(Compose.Services["backup"]!["command"])[2..]);
        Assert.Equal(["redis=21600"], Compose.Words(Compose.Services["redis-backup"]!["command"])[2..]);
    }

    [Fact]
    public void No_secret_is_written_into_the_file()
    {
        var raw = Compose.Raw.DescendantObjects().SelectMany(members => members["environment"] as JsonObject ?? [])
            .Where(variable => variable.Key != "AWS_ACCESS_KEY_ID").ToList();
        Assert.All(raw.Where(variable => SecretName().IsMatch(variable.Key)), variable =>
            Assert.Matches(@"^\$\{\w+:(\?[^}]+|-)\}$", variable.Value!.ToString()));
        Assert.All(
            raw.Select(variable => variable.Value!.ToString()).Where(value => value.Contains('@', StringComparison.Ordinal)), address =>
            Assert.Matches(@"^\w+://\w*:\$\{\w+:\?[^}]+\}@", address));
    }

    private static IEnumerable<DeployedContainer> Part(ContainerRole role) => Compose.Containers.Where(container => container.Role == role);

    private static List<JsonNode> Silos() => [.. Compose.Services.Where(service => Compose.Words(service.Value!["command"]) is ["silo"])
        .Select(service => service.Value!)];

    private static string? Condition(string service, string other) =>
        Compose.Services[service]!["depends_on"]?[other]?["condition"]?.GetValue<string>();

    [GeneratedRegex("PASSWORD|SECRET|TOKEN|KEY|AUTH")]
    private static partial Regex SecretName();
}
