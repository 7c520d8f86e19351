using AgentManagement.ServiceDefaults.Settings;
using Microsoft.Extensions.Logging.Console;

namespace AgentManagement.ServiceDefaults.Observability;

public static class FlatJsonLogging
{
    private static readonly ImmutableArray<string> Frameworks = ["Microsoft", "System", "Orleans", "Polly"];

    /// <summary>Logs JSON lines to standard output at LOG_LEVEL; frameworks at WARNING at least.</summary>
    public static void AddFlatJson(this ILoggingBuilder logging, ServiceSettings settings)
    {
        logging.ClearProviders();
        logging.AddConsole(console => console.FormatterName = FlatJsonFormatter.FormatterName);
        logging.AddConsoleFormatter<FlatJsonFormatter, ConsoleFormatterOptions>();
        logging.SetMinimumLevel(settings.LogLevel);
        var frameworkLevel = settings.LogLevel > LogLevel.Warning ? settings.LogLevel : LogLevel.Warning;
        foreach (var name in Frameworks) logging.AddFilter(name, frameworkLevel);
    }
}
