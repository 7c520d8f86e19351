using AgentManagement.ClusterClient.Hosting;

namespace AgentManagement.ServiceDefaults.Settings;

/// <summary>How silos and gateways speak to each other.</summary>
public static class ClusterSecurity
{
    /// <summary>Their TLS; null for none.</summary>
    /// <exception cref="SettingsException">What is in CLUSTER_TLS_DIRECTORY cannot be used.</exception>
    public static ClusterTls? TlsOf(ServiceSettings settings)
    {
        try
        {
            return ClusterTls.Find(settings.ClusterTlsDirectory);
        }
        catch (InvalidOperationException exception)
        {
            throw new SettingsException($"The service cannot start: in CLUSTER_TLS_DIRECTORY {exception.Message}");
        }
    }
}
