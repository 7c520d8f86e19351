using AgentManagement.ServiceDefaults.Settings;

namespace AgentManagement.Tests.Deployment;

public sealed class ManifestTests
{
    public static TheoryData<string> Workloads => [.. Manifests.Workloads.Select(Manifests.Name)];

    public static TheoryData<string> Deployments => [.. Manifests.Of("Deployment").Select(Manifests.Name)];

    [Fact]
    public void Every_file_is_part_of_the_whole()
    {
        var files = Directory.EnumerateFiles(Repository.PathOf(Manifests.Folder), "*.yaml").Select(Path.GetFileName)
            .Where(file => file != "kustomization.yaml");
        Assert.Equal(files.Order(), Manifests.Kustomization["resources"]!.AsArray().Select(file => file!.ToString()).Order());
    }

    [Theory, MemberData(nameof(Workloads))]
    public void A_pod_has_no_more_rights_than_it_needs(string name)
    {
        var workload = Workload(name);
        var pod = Manifests.PodOf(workload)!;
        Assert.True(pod["securityContext"]!["runAsNonRoot"]!.GetValue<bool>());
        Assert.Equal(Images.User, pod["securityContext"]!["runAsUser"]!.GetValue<long>());
        Assert.Equal("RuntimeDefault", pod["securityContext"]!["seccompProfile"]!["type"]!.GetValue<string>());
        Assert.False(pod["automountServiceAccountToken"]!.GetValue<bool>());
        Assert.All(["hostNetwork", "hostPID", "hostIPC", "initContainers"], member => Assert.False(pod.ContainsKey(member)));
        // Nothing of the node: secrets only.
        Assert.All(pod["volumes"]?.AsArray() ?? [], volume => Assert.Equal(
            ["name", "secret"], volume!.AsObject().Select(member => member.Key).Order()));

        var rights = Manifests.ContainerOf(workload)["securityContext"]!;
        Assert.False(rights["allowPrivilegeEscalation"]!.GetValue<bool>());
        Assert.True(rights["readOnlyRootFilesystem"]!.GetValue<bool>());
        Assert.Equal(["ALL"], Compose.Words(rights["capabilities"]!["drop"]));
        Assert.Null(rights["capabilities"]!["add"]);
    }

    [Fact]
    public void The_namespace_refuses_pods_with_more_rights() => Assert.Equal(
        "restricted", Manifests.Of("Namespace").Single()["metadata"]!["labels"]!["pod-security.kubernetes.io/enforce"]!.GetValue<string>());

    [Theory, MemberData(nameof(Workloads))]
    public void Variables_of_services_are_not_taken_for_settings(string name) =>
        Assert.False(Manifests.PodOf(Workload(name))!["enableServiceLinks"]!.GetValue<bool>());

    [Theory, MemberData(nameof(Deployments))]
    public void An_instance_has_what_the_specification_asks_for(string name)
    {
        var resources = Manifests.ContainerOf(Workload(name))["resources"]!;
        Assert.Equal(("2", "2Gi"), (resources["requests"]!["cpu"]!.ToString(), resources["requests"]!["memory"]!.ToString()));
        Assert.Equal(("4", "4Gi"), (resources["limits"]!["cpu"]!.ToString(), resources["limits"]!["memory"]!.ToString()));
    }

    [Theory, MemberData(nameof(Workloads))]
    public void A_container_cannot_take_all_of_its_node(string name)
    {
        var resources = Manifests.ContainerOf(Workload(name))["resources"]!;
        Assert.All(["requests", "limits"], bound =>
            Assert.True(resources[bound]!["cpu"] is not null && resources[bound]!["memory"] is not null));
    }

    [Theory, InlineData("startupProbe", "/health/live"), InlineData("livenessProbe", "/health/live"),
        InlineData("readinessProbe", "/health/ready")]
    public Task Probes_ask_what_they_are_for_where_it_is_answered(string probe, string path) =>
        Assert.AllAsync(Manifests.Of("Deployment"), async deployment =>
    {
        var container = Manifests.ContainerOf(deployment);
        Assert.Equal(path, container[probe]!["httpGet"]!["path"]!.GetValue<string>());
        Assert.Contains(path, await Processes.PathsAsync(Container(deployment)));
        Assert.Equal(Settings(deployment).ServicePort, PortOf(container, container[probe]!["httpGet"]!["port"]!.GetValue<string>()));
    });

    [Fact]
    public void The_readiness_probe_waits_for_the_answer() => Assert.All(Manifests.Of("Deployment"), deployment =>
        Assert.True(Manifests.ContainerOf(deployment)["readinessProbe"]!["timeoutSeconds"]!.GetValue<long>() > 4));

    [Fact]
    public void Ports_are_those_that_the_processes_listen_on()
    {
        var silo = Manifests.Of("Deployment", "silo");
        var settings = Settings(silo);
        var ports = Manifests.ContainerOf(silo)["ports"]!.AsArray().Select(port => (int)port!["containerPort"]!.GetValue<long>());
        Assert.Equal([settings.ServicePort, settings.ManagementPort!.Value, settings.Silo.SiloPort, settings.Silo.SiloGatewayPort], ports);

        var gateway = Manifests.Of("Deployment", "gateway");
        var service = Manifests.Of("Service", "gateway")["spec"]!;
        Assert.True(Manifests.Selects(new JsonObject { ["matchLabels"] = service["selector"]!.DeepClone() }, Manifests.PodLabels(gateway)));
        Assert.Equal(
            Settings(gateway).ServicePort,
            PortOf(Manifests.ContainerOf(gateway), service["ports"]!.AsArray().Single()!["targetPort"]!.GetValue<string>()));
    }

    [Theory, MemberData(nameof(Deployments))]
    public async Task A_pod_is_given_the_time_to_shut_down(string name)
    {
        var deployment = Workload(name);
        var before = Manifests.ContainerOf(deployment)["lifecycle"]?["preStop"]?["sleep"]?["seconds"]?.GetValue<long>() ?? 0;
        var given = Manifests.PodOf(deployment)!["terminationGracePeriodSeconds"]!.GetValue<long>();
        Assert.True(TimeSpan.FromSeconds(given - before) > await Processes.ShutdownTimeoutAsync(Container(deployment)),
            $"{given} s are not enough.");
    }

    [Fact]
    public void A_gateway_that_goes_still_answers_until_nobody_asks_it_any_more() => Assert.True(
        Manifests.ContainerOf(Manifests.Of("Deployment", "gateway"))["lifecycle"]!["preStop"]!["sleep"]!["seconds"]!.GetValue<long>() > 0);

    [Theory, MemberData(nameof(Deployments))]
    public void Pods_are_replaced_one_by_one_and_none_goes_before_another_is_there(string name)
    {
        var spec = Workload(name)["spec"]!;
        Assert.Equal("RollingUpdate", spec["strategy"]!["type"]!.GetValue<string>());
        Assert.Equal(0, spec["strategy"]!["rollingUpdate"]!["maxUnavailable"]!.GetValue<long>());
        Assert.Equal(1, spec["strategy"]!["rollingUpdate"]!["maxSurge"]!.GetValue<long>());
        Assert.True(spec["minReadySeconds"]!.GetValue<long>() > 0);
    }

    [Fact]
    public void Silos_share_the_connections_of_the_database_among_as_many_as_there_are()
    {
        var silo = Manifests.Of("Deployment", "silo");
        Assert.Equal(silo["spec"]!["replicas"]!.GetValue<long>(), Settings(silo).Database.Silos);
    }

    [Fact]
    public void A_silo_is_reached_at_the_address_of_its_pod() => Assert.Equal(
        "status.podIP",
        Manifests.ContainerOf(Manifests.Of("Deployment", "silo"))["env"]!.AsArray()
            .Single(variable => variable!["name"]!.ToString() == "POD_IP")!
            ["valueFrom"]!["fieldRef"]!["fieldPath"]!.GetValue<string>());

    [Theory, MemberData(nameof(Deployments))]
    public void Pods_are_counted_spread_and_kept_by_their_own_labels(string name)
    {
        var deployment = Workload(name);
        var labels = Manifests.PodLabels(deployment);
        var others = Manifests.Workloads.Where(workload => Manifests.Name(workload) != name).Select(Manifests.PodLabels);
        var selectors = Manifests.PodOf(deployment)!["topologySpreadConstraints"]!.AsArray()
            .Select(constraint => constraint!["labelSelector"])
            .Append(deployment["spec"]!["selector"]).Append(Manifests.Of("PodDisruptionBudget", name)["spec"]!["selector"]);
        Assert.All(selectors, selector =>
        {
            Assert.NotNull(selector!["matchLabels"]);
            Assert.True(Manifests.Selects(selector, labels));
            Assert.DoesNotContain(others, other => Manifests.Selects(selector, other));
        });
        Assert.Equal(1, Manifests.Of("PodDisruptionBudget", name)["spec"]!["maxUnavailable"]!.GetValue<long>());
    }

    [Fact]
    public void The_autoscaler_alone_says_how_many_gateways_there_are()
    {
        var spec = Manifests.Of("HorizontalPodAutoscaler").Single()["spec"]!;
        Assert.Equal(
            ("Deployment", "gateway"), (Manifests.Kind(spec["scaleTargetRef"]!), spec["scaleTargetRef"]!["name"]!.GetValue<string>()));
        Assert.Null(Manifests.Of("Deployment", "gateway")["spec"]!["replicas"]);
        Assert.True(spec["minReplicas"]!.GetValue<long>() >= 2);
    }

    [Fact]
    public void No_secret_is_written_into_the_files()
    {
        Assert.Empty(Manifests.Of("Secret"));
        string[] secrets = ["DATABASE_URL", "REDIS_URI", "SECRET_KEY", "SERVICE_TOKEN", "OUTGOING_SERVICE_TOKEN"];
        Assert.DoesNotContain(Repository.Variables("k8s/settings.env").Keys, secrets.Contains);
        Assert.All(Manifests.Workloads.SelectMany(workload => Manifests.ContainerOf(workload)["env"]!.AsArray())
            .Where(variable => secrets.Contains(variable!["name"]!.GetValue<string>())), variable =>
        {
            Assert.Null(variable!["value"]);
            Assert.Equal(variable["name"]!.ToString(), variable["valueFrom"]!["secretKeyRef"]!["key"]!.ToString());
        });
    }

    private static JsonObject Workload(string name) => Manifests.Workloads.Single(workload => Manifests.Name(workload) == name);

    private static HostSettings Settings(JsonNode workload) => Container(workload).ReadSettings();

    private static DeployedContainer Container(JsonNode workload) =>
        Manifests.Containers.Single(container => container.Name.EndsWith($" {Manifests.Name(workload)}", StringComparison.Ordinal));

    private static int PortOf(JsonNode container, string name) =>
        (int)container["ports"]!.AsArray().Single(port => port!["name"]!.GetValue<string>() == name)!["containerPort"]!.GetValue<long>();
}
