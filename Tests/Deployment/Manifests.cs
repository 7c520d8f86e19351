namespace AgentManagement.Tests.Deployment;

/// <summary>The Kubernetes resources of k8s/.</summary>
internal static class Manifests
{
    public const string Folder = "k8s";

    public static JsonObject Kustomization { get; } = Yaml.Parse(Repository.Read($"{Folder}/kustomization.yaml")).Single();

    /// <summary>Every resource of every file.</summary>
    public static IReadOnlyList<JsonObject> All { get; } =
        [.. Kustomization["resources"]!.AsArray().SelectMany(file => Yaml.Parse(Repository.Read($"{Folder}/{file}")))];

    /// <summary>Those of k8s/backup, which are in a namespace of their own.</summary>
    public static IReadOnlyList<JsonObject> Backup { get; } = Yaml.Parse(Repository.Read($"{Folder}/backup/backup.yaml"));

    /// <summary>Deployments and jobs.</summary>
    public static IReadOnlyList<JsonObject> Workloads { get; } = [.. All.Where(resource => PodOf(resource) is not null)];

    public static IReadOnlyList<DeployedContainer> Containers { get; } = [.. Workloads.SelectMany(ToContainers)];

    public static IEnumerable<JsonObject> Of(string kind) => All.Where(resource => Kind(resource) == kind);

    public static JsonObject Of(string kind, string name) => Of(kind).Single(resource => Name(resource) == name);

    public static string Kind(JsonNode resource) => resource["kind"]!.GetValue<string>();

    public static string Name(JsonNode resource) => resource["metadata"]!["name"]!.GetValue<string>();

    /// <summary>The pods that a workload of any kind makes; null for what makes none.</summary>
    public static JsonNode? TemplateOf(JsonNode resource) => (resource["spec"]?["jobTemplate"] ?? resource)["spec"]?["template"];

    /// <summary>The labels of a workload's pods.</summary>
    public static JsonObject PodLabels(JsonNode workload) => workload["spec"]!["template"]!["metadata"]!["labels"]!.AsObject();

    public static JsonObject? PodOf(JsonNode workload) => workload["spec"]?["template"]?["spec"]?.AsObject();

    public static JsonObject ContainerOf(JsonNode workload) => PodOf(workload)!["containers"]!.AsArray().Single()!.AsObject();

    /// <summary>Whether a selector takes these labels.</summary>
    public static bool Selects(JsonNode? selector, JsonObject labels)
    {
        var equal = selector?["matchLabels"]?.AsObject() ?? [];
        var among = selector?["matchExpressions"]?.AsArray() ?? [];
        return equal.All(wanted => labels[wanted.Key]?.ToString() == wanted.Value!.ToString())
            && among.All(wanted => wanted!["operator"]!.ToString() == "In"
                && wanted["values"]!.AsArray().Any(value => value!.ToString() == labels[wanted["key"]!.ToString()]?.ToString()));
    }

    private static IEnumerable<DeployedContainer> ToContainers(JsonObject workload) => PodOf(workload)!["containers"]!.AsArray()
        .Select(container =>
        new DeployedContainer(
            $"{Folder}: {Name(workload)}", container!["image"]!.GetValue<string>(), Compose.Words(container["args"]),
            Environment(container)));

    private static Dictionary<string, string> Environment(JsonNode container)
    {
        var environment = new Dictionary<string, string>();
        foreach (var source in container["envFrom"]?.AsArray() ?? [])
        {
            foreach (var (name, value) in Generated(source!["configMapRef"]!["name"]!.GetValue<string>())) environment.Add(name, value);
        }
        foreach (var variable in container["env"]?.AsArray() ?? [])
        {
            var name = variable!["name"]!.GetValue<string>();
            environment.Add(name, variable["value"]?.GetValue<string>() ?? Placeholder(name, variable["valueFrom"]!));
        }
        return environment;
    }

    // A map that is named and not generated would be missing in the cluster.
    private static Dictionary<string, string> Generated(string name)
    {
        var generator = Kustomization["configMapGenerator"]!.AsArray().Single(map => map!["name"]!.GetValue<string>() == name)!;
        return Repository.Variables($"{Folder}/{generator["envs"]!.AsArray().Single()}");
    }

    private static string Placeholder(string name, JsonNode source) => (name, source) switch
    {
        (_, _) when source["fieldRef"]?["fieldPath"]?.GetValue<string>() == "status.podIP" => "10.0.0.1",
        ("DATABASE_URL", _) when source["secretKeyRef"] is not null => $"postgresql://user:{Compose.Secret}@postgresql:5432/agents",
        ("REDIS_URI", _) when source["secretKeyRef"] is not null => $"rediss://:{Compose.Secret}@redis:6379/0",
        ("S3_ENDPOINT", _) when source["secretKeyRef"] is not null => "https://files.example",
        ("S3_BUCKET", _) when source["secretKeyRef"] is not null => "agents",
        ("S3_REGION", _) when source["secretKeyRef"] is not null => "eu-central-1",
        ("S3_FORCE_PATH_STYLE", _) when source["secretKeyRef"] is not null => "true",
        _ when source["secretKeyRef"] is not null => Compose.Secret,
        _ => throw new NotSupportedException($"{name} comes from {source.ToJsonString()}."),
    };
}
