using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace AgentManagement.Client;

/// <summary>A request. It is sent again only if it does no more then: a reading, or a write under a key.</summary>
internal sealed class Request
{
    private readonly WriteOptions _options;
    private string? _key;
    private byte[]? _body;
    private string _mediaType = "application/json";
    private string? _accept;
    private long? _lastEvent;

    private Request(HttpMethod method, string path, WriteOptions options, string? key) =>
        (Method, Path, _options, _key) = (method, path, options, key);

    public HttpMethod Method { get; }

    public string Path { get; }

    /// <summary>Whether what is answered may be kept, and confirmed later.</summary>
    public bool IsReading => Method == HttpMethod.Get;

    /// <summary>Whether it may be sent again when its answer was lost.</summary>
    public bool MayRepeat { get; private init; } = true;

    public static Request Reading(HttpMethod method, string path) => new(method, path, WriteOptions.None, key: null);

    /// <summary>A write, under a key: the service does it once, however often it arrives.</summary>
    public static Request Write(HttpMethod method, string path, WriteOptions? options)
    {
        options ??= WriteOptions.None;
        path = WithPolicy(path, options);
        return options.SendOnce
            ? new(method, path, options, key: null) { MayRepeat = false }
            : new(method, path, options, options.IdempotencyKey ?? Guid.NewGuid().ToString("n"));
    }

    /// <summary>A write for which the service keeps no key.</summary>
    public static Request Once(HttpMethod method, string path) => new(method, path, WriteOptions.None, key: null) { MayRepeat = false };

    /// <summary>A write that says all of something each time, and so needs no key to be sent again.</summary>
    public static Request Repeatable(HttpMethod method, string path) => new(method, path, WriteOptions.None, key: null);

    /// <summary>A write that is only tried.</summary>
    public static Request DryRun(HttpMethod method, string path, WriteOptions? options) =>
        new(method, new Query().Add("dryRun", "true").AppendTo(path), options ?? WriteOptions.None, key: null);

    public Request With<T>(T body, JsonTypeInfo<T> type, string mediaType = "application/json") =>
        With(JsonSerializer.SerializeToUtf8Bytes(body, type), mediaType);

    public Request With(byte[] body, string mediaType)
    {
        (_body, _mediaType) = (body, mediaType);
        return this;
    }

    /// <summary>Asks for a feed of events, after the last that was heard.</summary>
    public Request AsFeed(long? lastEvent)
    {
        (_accept, _lastEvent) = ("text/event-stream", lastEvent);
        return this;
    }

    /// <summary>A key that nobody asked for is of use only if the request may be repeated.</summary>
    public void DropMadeKey() => _key = _options.IdempotencyKey;

    public HttpRequestMessage ToMessage(string token, string? knownTag)
    {
        var message = new HttpRequestMessage(Method, Path);
        if (token.Length > 0) message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (_key is not null) message.Headers.TryAddWithoutValidation("Idempotency-Key", _key);
        if (_accept is not null) message.Headers.TryAddWithoutValidation("Accept", _accept);
        if (_lastEvent is { } last)
        {
            message.Headers.TryAddWithoutValidation("Last-Event-ID", last.ToString(CultureInfo.InvariantCulture));
        }
        if (knownTag is not null) message.Headers.TryAddWithoutValidation("If-None-Match", knownTag);
        switch (_options.IfMatch)
        {
            case 0:
                message.Headers.TryAddWithoutValidation("If-None-Match", "*");
                break;
            case { } version:
                message.Headers.TryAddWithoutValidation("If-Match", string.Create(CultureInfo.InvariantCulture, $"\"{version}\""));
                break;
        }
        if (_options.Merge) message.Headers.TryAddWithoutValidation("Prefer", "merge=fields");
        // Also without a body: the platform repeats what has no content, of itself, when a connection ends without an answer. Browsers
        // refuse to read with one.
        if (_body is not null || !IsReading || !OperatingSystem.IsBrowser()) message.Content = new ByteArrayContent(_body ?? []);
        if (_body is not null) message.Content!.Headers.ContentType = new MediaTypeHeaderValue(_mediaType);
        return message;
    }

    private static string WithPolicy(string path, WriteOptions options)
    {
        var query = new Query();
        foreach (var policy in options.UpdatePolicy) query.Add("updatePolicy", policy);
        return query.AppendTo(path);
    }
}

/// <summary>The query of an address.</summary>
internal sealed class Query
{
    private readonly StringBuilder _text = new();

    public Query Add(string name, string? value)
    {
        if (value is not null) _text.Append('&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
        return this;
    }

    public Query Add(string name, long? value) => Add(name, value?.ToString(CultureInfo.InvariantCulture));

    public Query Add(string name, bool? value) => Add(name, value is { } flag ? flag ? "true" : "false" : null);

    public Query Add(string name, DateTimeOffset? value) => Add(name, value?.ToString("O", CultureInfo.InvariantCulture));

    public string AppendTo(string path)
    {
        if (_text.Length == 0) return path;
        _text[0] = path.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        return path + _text;
    }
}
