using System.Buffers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace AgentManagement.ServiceDefaults.Observability;

/// <summary>
/// One flat JSON object a line: timestamp, level, event and its number, logger, message, then tenant_id, correlation_id and task_id from
/// the scopes, the message's own values where the scopes have none, and the exception. Control characters are escaped, so no value can
/// break a line.
/// </summary>
public sealed class FlatJsonFormatter(TimeProvider time) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "flat-json";

    private const string OurLoggers = "AgentManagement.";

    private static readonly ImmutableArray<string> ScopeFields = ["tenant_id", "correlation_id", "task_id"];
    private static readonly ImmutableHashSet<string> Reserved =
        ["timestamp", "level", "event", "event_id", "logger", "message", "exception"];

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("timestamp", time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", null));
            json.WriteString("level", NameOf(logEntry.LogLevel));
            // Frameworks have numbers of their own, which are not ours.
            if (logEntry.Category.StartsWith(OurLoggers, StringComparison.Ordinal) && logEntry.EventId.Name is { } name)
            {
                json.WriteString("event", name);
                json.WriteNumber("event_id", logEntry.EventId.Id);
            }
            json.WriteString("logger", logEntry.Category);
            json.WriteString("message", message);
            var written = WriteScopes(json, scopeProvider);
            WriteValues(json, logEntry.State, written);
            if (logEntry.Exception is not null) json.WriteString("exception", logEntry.Exception.ToString());
            json.WriteEndObject();
        }
        textWriter.Write(Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n");
    }

    private static Dictionary<string, string?> WriteScopes(Utf8JsonWriter json, IExternalScopeProvider? scopes)
    {
        var found = new Dictionary<string, string?>();
        // From the outermost to the innermost, which wins.
        scopes?.ForEachScope(
            (scope, fields) =>
            {
                if (scope is not IEnumerable<KeyValuePair<string, object?>> values) return;
                foreach (var (name, value) in values)
                {
                    if (ScopeFields.Contains(name)) fields[name] = value?.ToString();
                }
            },
            found);
        foreach (var name in ScopeFields)
        {
            if (found.TryGetValue(name, out var value)) json.WriteString(name, value);
        }
        return found;
    }

    private static void WriteValues(Utf8JsonWriter json, object? state, Dictionary<string, string?> scopeFields)
    {
        if (state is not IEnumerable<KeyValuePair<string, object?>> values) return;
        var written = new HashSet<string>([.. Reserved, .. scopeFields.Keys]);
        foreach (var (placeholder, value) in values)
        {
            var name = JsonNamingPolicy.SnakeCaseLower.ConvertName(placeholder);
            if (placeholder == "{OriginalFormat}" || !written.Add(name)) continue;
            if (value is int or long) json.WriteNumber(name, Convert.ToInt64(value, null));
            else if (value is double number && double.IsFinite(number)) json.WriteNumber(name, number);
            else json.WriteString(name, value?.ToString());
        }
    }

    private static string NameOf(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => "DEBUG",
        LogLevel.Information => "INFO",
        LogLevel.Warning => "WARNING",
        LogLevel.Error => "ERROR",
        _ => "CRITICAL",
    };
}
