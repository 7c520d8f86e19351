using System.Text.RegularExpressions;

namespace AgentManagement.Tests.Deployment;

/// <summary>docker-compose.yml, with the variables of a .env filled in.</summary>
internal static partial class Compose
{
    public const string Path = "docker-compose.yml";

    /// <summary>Stands for every secret of a .env.</summary>
    public static string Secret { get; } = "9f1c4e7ab2d8036552e0a9c7f4138bd671ce05a83b94d2f7608ea1b5c3d97f42";

    /// <summary>The file as it is written, with its variables in place.</summary>
    public static JsonObject Raw { get; } = Yaml.Parse(Repository.Read(Path)).Single();

    /// <summary>The file as Compose sees it.</summary>
    public static JsonObject File { get; } = Yaml.Parse(Interpolate(Repository.Read(Path), FilledIn())).Single();

    public static JsonObject Services => File["services"]!.AsObject();

    /// <summary>The containers of the service itself.</summary>
    public static IReadOnlyList<DeployedContainer> Containers { get; } =
        [.. Services.Where(service => Image(service.Value!).Name.StartsWith("agent-management", StringComparison.Ordinal))
            .Select(ToContainer)];

    /// <summary>The variables that must be in .env.</summary>
    public static IReadOnlySet<string> RequiredVariables { get; } =
        Variable().Matches(Repository.Read(Path)).Where(match => match.Groups["kind"].Value == ":?")
            .Select(match => match.Groups["name"].Value).ToHashSet();

    /// <summary>All that are taken from there.</summary>
    public static IReadOnlySet<string> Variables { get; } =
        Variable().Matches(Repository.Read(Path)).Select(match => match.Groups["name"].Value).ToHashSet();

    /// <summary>Each variable with what it is when it is not there.</summary>
    public static IReadOnlyList<(string Name, string Value)> Defaults { get; } =
        [.. Variable().Matches(Repository.Read(Path)).Where(match => match.Groups["kind"].Value == ":-")
            .Select(match => (match.Groups["name"].Value, match.Groups["rest"].Value))];

    public static (string Name, string Version) Image(JsonNode service) =>
        service["image"]!.GetValue<string>().Split(':', 2) is [var name, var version]
            ? (name, version) : throw new FormatException("An image has no version.");

    /// <summary>A list of words, however it is written.</summary>
    public static string[] Words(JsonNode? node) => node switch
    {
        null => [],
        JsonArray items => [.. items.Select(item => item!.ToString())],
        JsonObject members => [.. members.Select(member => member.Key)],
        _ => node.ToString().Split(' '),
    };

    private static DeployedContainer ToContainer(KeyValuePair<string, JsonNode?> service) => new(
        $"{Path}: {service.Key}", Image(service.Value!).Name, Words(service.Value!["command"]),
        service.Value["environment"]!.AsObject().ToDictionary(variable => variable.Key, variable => variable.Value!.ToString()));

    private static Dictionary<string, string> FilledIn() =>
        Repository.Variables(".env.example").ToDictionary(variable => variable.Key, variable => variable.Value is ""
            ? Secret : variable.Value);

    private static string Interpolate(string text, Dictionary<string, string> environment) => Variable().Replace(text, match =>
        environment.GetValueOrDefault(match.Groups["name"].Value) ?? (match.Groups["kind"].Value == ":-"
            ? match.Groups["rest"].Value
            : throw new InvalidOperationException($"{match.Value} is not in .env.example."))).Replace("$$", "$", StringComparison.Ordinal);

    [GeneratedRegex(@"(?<!\$)\$\{(?<name>\w+)(?:(?<kind>:[-?])(?<rest>[^}]*))?\}")]
    private static partial Regex Variable();
}
