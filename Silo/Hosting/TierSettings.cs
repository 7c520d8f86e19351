using AgentManagement.Domain.Tenants;
using AgentManagement.ServiceDefaults.Settings;
using AgentManagement.Silo.Settings;

namespace AgentManagement.Silo.Hosting;

/// <summary>The tiers of this process: the service's own, or those of TIERS_FILE.</summary>
public static class TierSettings
{
    /// <exception cref="SettingsException">The file cannot be read, or is not one of tiers.</exception>
    public static TierCatalog Read(SiloSettings settings)
    {
        if (settings.TiersFile is not { } path) return new(settings.MaxAgentsPerTenant);
        try
        {
            return new(settings.MaxAgentsPerTenant, File.ReadAllBytes(path));
        }
        catch (TierFileException exception)
        {
            throw new SettingsException($"The service cannot start: TIERS_FILE, {exception.Message}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new SettingsException("The service cannot start: TIERS_FILE cannot be read.");
        }
    }
}
