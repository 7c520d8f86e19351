using System.Buffers;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentManagement.ServiceDefaults.Observability;

/// <summary>Logs to standard output. The framework's own console logger takes a lock and wakes its thread for every line.</summary>
internal sealed class FlatJsonLoggerProvider(TimeProvider time) : ILoggerProvider, ISupportExternalScope
{
    private const string OurLoggers = "AgentManagement.";
    private const int MaxHeld = 1_000;

    // A start that takes longer is looked at meanwhile.
    private static readonly TimeSpan LongestHold = TimeSpan.FromSeconds(10);

    [ThreadStatic] private static ArrayBufferWriter<byte>? _line;

    private readonly FlatJsonFormatter _formatter = new(time);
    private readonly LogWriter _writer = new(Console.OpenStandardOutput());
    private readonly List<byte[]> _held = [];
    private readonly long _start = time.GetTimestamp();
    private volatile bool _isStarting = true;
    private IExternalScopeProvider? _scopes;

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    public void Dispose() => _writer.Dispose();

    /// <summary>
    /// Writes what frameworks have said since the start. When it fails they say in many lines what whoever started it says in one.
    /// </summary>
    public void Release()
    {
        lock (_held)
        {
            _isStarting = false;
            foreach (var line in _held) _writer.Write(line);
            _held.Clear();
        }
    }

    /// <summary>Keeps a framework's line until the start has gone well.</summary>
    private bool IsHeld(string category, ReadOnlySpan<byte> line)
    {
        if (!_isStarting || category.StartsWith(OurLoggers, StringComparison.Ordinal)) return false;
        lock (_held)
        {
            if (!_isStarting) return false;
            if (_held.Count < MaxHeld && time.GetElapsedTime(_start) < LongestHold)
            {
                _held.Add(line.ToArray());
                return true;
            }
        }
        Release();
        return false;
    }

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
            if (!owner.IsHeld(category, line.WrittenSpan)) owner._writer.Write(line.WrittenSpan);
            _line = line;
        }
    }
}
