using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentManagement.ServiceDefaults.Observability;

/// <summary>
/// One flat JSON object a line: timestamp, level, event and its number, logger, message, then tenant_id, correlation_id and task_id from
/// the scopes, the message's own values where the scopes have none, and the exception. Control characters are escaped, so no value can
/// break a line.
/// </summary>
public sealed class FlatJsonFormatter(TimeProvider time)
{
    private const string OurLoggers = "AgentManagement.";
    private const string Template = "{OriginalFormat}";
    private const int TimestampBytes = 23;

    private static readonly ImmutableArray<string> ScopeFields = ["tenant_id", "correlation_id", "task_id"];
    private static readonly ImmutableArray<JsonEncodedText> ScopeNames = [.. ScopeFields.Select(name => JsonEncodedText.Encode(name))];
    private static readonly ImmutableHashSet<string> Reserved =
        ["timestamp", "level", "event", "event_id", "logger", "message", "exception"];

    private static readonly JsonEncodedText Timestamp = JsonEncodedText.Encode("timestamp");
    private static readonly JsonEncodedText Level = JsonEncodedText.Encode("level");
    private static readonly JsonEncodedText Event = JsonEncodedText.Encode("event");
    private static readonly JsonEncodedText EventNumber = JsonEncodedText.Encode("event_id");
    private static readonly JsonEncodedText Source = JsonEncodedText.Encode("logger");
    private static readonly JsonEncodedText Message = JsonEncodedText.Encode("message");

    // Templates are written in code: there are only so many, but for those that somebody puts together.
    private const int MaxTemplates = 1_000;
    private static readonly ConcurrentDictionary<string, Field?[]> Templates = new(StringComparer.Ordinal);

    [ThreadStatic] private static Utf8JsonWriter? _writer;
    [ThreadStatic] private static ScopeValues? _scopeValues;

    /// <summary>Writes a line, its end included.</summary>
    public void Write<TState>(in LogEntry<TState> entry, IExternalScopeProvider? scopes, IBufferWriter<byte> line)
    {
        // Writing a value may log another line: that one then has a writer of its own.
        var json = _writer ?? new Utf8JsonWriter(line, new() { SkipValidation = true });
        var values = _scopeValues ?? new ScopeValues();
        (_writer, _scopeValues) = (null, null);
        json.Reset(line);
        values.Clear();

        json.WriteStartObject();
        WriteTimestamp(json);
        json.WriteString(Level, NameOf(entry.LogLevel));
        // Frameworks have numbers of their own, which are not ours.
        if (entry.Category.StartsWith(OurLoggers, StringComparison.Ordinal) && entry.EventId.Name is { } name)
        {
            json.WriteString(Event, name);
            json.WriteNumber(EventNumber, entry.EventId.Id);
        }
        json.WriteString(Source, entry.Category);
        json.WriteString(Message, entry.Formatter(entry.State, entry.Exception));
        // From the outermost to the innermost, which wins.
        scopes?.ForEachScope(static (scope, found) => found.Add(scope), values);
        values.Write(json);
        WriteValues(json, entry.State, values);
        if (entry.Exception is not null) json.WriteString("exception", entry.Exception.ToString());
        json.WriteEndObject();
        json.Flush();
        line.Write("\n"u8);
        (_writer, _scopeValues) = (json, values);
    }

    private void WriteTimestamp(Utf8JsonWriter json)
    {
        // With seven digits of the second, which .NET writes fastest; three of them are kept.
        Span<byte> text = stackalloc byte[TimestampBytes + 5];
        time.GetUtcNow().UtcDateTime.TryFormat(text, out _, "O", CultureInfo.InvariantCulture);
        text[TimestampBytes] = (byte)'Z';
        json.WriteString(Timestamp, text[..(TimestampBytes + 1)]);
    }

    private static void WriteValues(Utf8JsonWriter json, object? state, ScopeValues scopeValues)
    {
        if (state is not IReadOnlyList<KeyValuePair<string, object?>> values)
        {
            if (state is not IEnumerable<KeyValuePair<string, object?>> others) return;
            values = [.. others];
        }
        var fields = FieldsOf(values);
        for (var index = 0; index < values.Count; index++)
        {
            if (fields[index] is not { } field || scopeValues.Has(field.Name)) continue;
            var value = values[index].Value;
            if (value is int or long) json.WriteNumber(field.Encoded, Convert.ToInt64(value, CultureInfo.InvariantCulture));
            else if (value is double number && double.IsFinite(number)) json.WriteNumber(field.Encoded, number);
            else json.WriteString(field.Encoded, value?.ToString());
        }
    }

    /// <summary>The fields of a message's values, found out once for a template; null for a value that is none.</summary>
    private static Field?[] FieldsOf(IReadOnlyList<KeyValuePair<string, object?>> values)
    {
        if (values.Count == 0 || values[^1] is not { Key: Template, Value: string template }) return Find(values);
        if (Templates.TryGetValue(template, out var known) && known.Length == values.Count) return known;
        var fields = Find(values);
        if (Templates.Count < MaxTemplates) Templates[template] = fields;
        return fields;
    }

    private static Field?[] Find(IReadOnlyList<KeyValuePair<string, object?>> values)
    {
        var written = new HashSet<string>(Reserved);
        return [.. values.Select(value =>
        {
            var name = JsonNamingPolicy.SnakeCaseLower.ConvertName(value.Key);
            return value.Key != Template && written.Add(name) ? new Field(name, JsonEncodedText.Encode(name)) : null;
        })];
    }

    private static string NameOf(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => "DEBUG",
        LogLevel.Information => "INFO",
        LogLevel.Warning => "WARNING",
        LogLevel.Error => "ERROR",
        _ => "CRITICAL",
    };

    private sealed record Field(string Name, JsonEncodedText Encoded);

    /// <summary>What the scopes say of the fields that lines have from them.</summary>
    private sealed class ScopeValues
    {
        private readonly (bool IsFound, string? Value)[] _values = new (bool, string?)[ScopeFields.Length];

        public void Clear() => Array.Clear(_values);

        public bool Has(string field) => ScopeFields.IndexOf(field) is var index and >= 0 && _values[index].IsFound;

        public void Add(object? scope)
        {
            if (scope is IReadOnlyList<KeyValuePair<string, object?>> list)
            {
                for (var index = 0; index < list.Count; index++) Add(list[index]);
            }
            else if (scope is IEnumerable<KeyValuePair<string, object?>> values)
            {
                foreach (var value in values) Add(value);
            }
        }

        public void Write(Utf8JsonWriter json)
        {
            for (var index = 0; index < _values.Length; index++)
            {
                if (_values[index].IsFound) json.WriteString(ScopeNames[index], _values[index].Value);
            }
        }

        private void Add(KeyValuePair<string, object?> value)
        {
            if (ScopeFields.IndexOf(value.Key) is var index and >= 0) _values[index] = (true, value.Value?.ToString());
        }
    }
}
