using AgentManagement.ServiceDefaults.Settings;

namespace AgentManagement.ServiceDefaults.Observability;

public static class FlatJsonLogging
{
    private static readonly ImmutableArray<string> Frameworks = ["Microsoft", "System", "Orleans", "Polly"];

    /// <summary>Logs JSON lines to standard output at LOG_LEVEL; frameworks at WARNING at least.</summary>
    public static void AddFlatJson(this ILoggingBuilder logging, ServiceSettings settings)
    {
        logging.ClearProviders();
        logging.Services.AddSingleton<ILoggerProvider, FlatJsonLoggerProvider>();
        logging.Services.AddHostedService<HeldLines>();
        // It makes a key ring at the start that nothing of the service uses.
        logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        logging.SetMinimumLevel(settings.LogLevel);
        var frameworkLevel = settings.LogLevel > LogLevel.Warning ? settings.LogLevel : LogLevel.Warning;
        // Without anybody who takes traces no request needs one; the framework makes one for whoever hears this logger.
        if (settings.TelemetryEndpoint is null) logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        foreach (var name in Frameworks) logging.AddFilter(name, frameworkLevel);
    }
}
