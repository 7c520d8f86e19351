using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using AgentManagement.ServiceDefaults.Observability;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentManagement.Tests.Support;

/// <summary>Keeps the lines that the service would write to standard output.</summary>
internal sealed class LogCapture : ILoggerProvider, ISupportExternalScope
{
    private readonly FlatJsonFormatter _formatter = new(TimeProvider.System);
    private readonly ConcurrentQueue<string> _lines;
    private IExternalScopeProvider _scopes = new LoggerExternalScopeProvider();

    public LogCapture() : this([])
    {
    }

    private LogCapture(ConcurrentQueue<string> lines) => _lines = lines;

    /// <summary>Another one for another host, whose lines are kept with these.</summary>
    public LogCapture ForAnotherHost() => new(_lines);

    /// <summary>The lines so far.</summary>
    public IReadOnlyList<string> Lines => [.. _lines];

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    public void Dispose()
    {
    }

    private sealed class Logger(LogCapture owner, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => owner._scopes.Push(state);

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var text = new ArrayBufferWriter<byte>();
            owner._formatter.Write(new LogEntry<TState>(logLevel, category, eventId, state, exception, formatter), owner._scopes, text);
            owner._lines.Enqueue(Encoding.UTF8.GetString(text.WrittenSpan));
        }
    }
}
