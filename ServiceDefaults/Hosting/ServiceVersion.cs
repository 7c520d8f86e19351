using System.Reflection;

namespace AgentManagement.ServiceDefaults.Hosting;

/// <summary>The version of the service that runs.</summary>
public static class ServiceVersion
{
    /// <summary>Such as 1.0.0, with what the build knows of its source behind a plus sign.</summary>
    public static string Current { get; } =
        typeof(ServiceVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
