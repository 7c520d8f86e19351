using AgentManagement.Client.Hosting;
using AgentManagement.WebGateway.Settings;
using Microsoft.Extensions.Configuration;

namespace AgentManagement.Tests.Deployment;

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
    public ProcessRole Role => (Image, Arguments) switch
    {
        ("agent-management-gateway", []) => ProcessRole.Gateway,
        ("agent-management-silo", ["silo"]) => ProcessRole.Silo,
        ("agent-management-silo", ["migrate"]) => ProcessRole.Migration,
        _ => throw new InvalidOperationException($"{Name} starts {Image} {string.Join(' ', Arguments)}, which is no part of the service."),
    };

    /// <summary>The settings that the process will read.</summary>
    /// <exception cref="SettingsException">It will not start.</exception>
    public ServiceSettings ReadSettings() => ServiceSettings.Read(Configuration, Role);

    public IConfiguration Configuration => new ConfigurationBuilder()
        .AddInMemoryCollection(Environment.Select(variable => KeyValuePair.Create(variable.Key, (string?)variable.Value))).Build();

    public override string ToString() => Name;
}
