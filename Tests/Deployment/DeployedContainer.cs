using AgentManagement.ServiceDefaults.Settings;
using Microsoft.Extensions.Configuration;

namespace AgentManagement.Tests.Deployment;

/// <summary>Which process a container runs.</summary>
public enum ContainerRole
{
    Gateway,
    Silo,
    Migration,
}

/// <summary>A container of the service, as one of the ways to deploy it starts it.</summary>
/// <param name="Name">Its name, after the file that it is in.</param>
/// <param name="Image">Without the version.</param>
/// <param name="Arguments">What follows the image's entry point.</param>
/// <param name="Environment">Its variables, with placeholders for what an operator fills in.</param>
internal sealed record DeployedContainer(
    string Name, string Image, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Environment)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<DeployedContainer> All { get; } = [.. Compose.Containers, .. Manifests.Containers];

    /// <summary>What the process is, from its image and arguments.</summary>
    public ContainerRole Role => (Image, Arguments) switch
    {
        ("agent-management-gateway", []) => ContainerRole.Gateway,
        ("agent-management-silo", ["silo"]) => ContainerRole.Silo,
        ("agent-management-silo", ["migrate"]) => ContainerRole.Migration,
        _ => throw new InvalidOperationException($"{Name} starts {Image} {string.Join(' ', Arguments)}, which is no part of the service."),
    };

    /// <summary>The settings that the process will read; of what it does not read, those without variables.</summary>
    /// <exception cref="SettingsException">It will not start.</exception>
    public HostSettings ReadSettings() => HostSettings.Read(Configuration, Role);

    public IConfiguration Configuration => new ConfigurationBuilder()
        .AddInMemoryCollection(Environment.Select(variable => KeyValuePair.Create(variable.Key, (string?)variable.Value))).Build();

    public override string ToString() => Name;
}
