using System.Buffers;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentManagement.ServiceDefaults.Observability;

/// <summary>Logs to standard output. The framework's own console logger takes a lock and wakes its thread for every line.</summary>
internal sealed class FlatJsonLoggerProvider(TimeProvider time) : ILoggerProvider, ISupportExternalScope
{
    [ThreadStatic] private static ArrayBufferWriter<byte>? _line;

    private readonly FlatJsonFormatter _formatter = new(time);
    private readonly LogWriter _writer = new(Console.OpenStandardOutput());
    private IExternalScopeProvider? _scopes;

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    public void Dispose() => _writer.Dispose();

    private sealed class Logger(FlatJsonLoggerProvider owner, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => owner._scopes?.Push(state);

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            // As the formatter's writer: a line within a line has another buffer.
            var line = _line ?? new ArrayBufferWriter<byte>(1024);
            _line = null;
            line.ResetWrittenCount();
            owner._formatter.Write(
                new LogEntry<TState>(logLevel, category, eventId, state, exception, formatter), owner._scopes, line);
            owner._writer.Write(line.WrittenSpan);
            _line = line;
        }
    }
}
