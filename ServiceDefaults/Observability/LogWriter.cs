using System.Buffers;

namespace AgentManagement.ServiceDefaults.Observability;

/// <summary>
/// Writes lines to a stream from a thread of its own, all that have gathered in one write. Whoever logs copies its line and goes on; only
/// while the stream takes nothing and <see cref="MaxWaitingBytes"/> wait does it wait, too, as no line is left out.
/// </summary>
internal sealed class LogWriter : IDisposable
{
    internal const int MaxWaitingBytes = 4 * 1024 * 1024;

    // So that under load a write is of many lines.
    private static readonly TimeSpan GatherTime = TimeSpan.FromMilliseconds(2);

    private readonly Stream _stream;
    private readonly Thread _thread;
    private readonly object _gate = new();
    private readonly Lock _turn = new();
    private ArrayBufferWriter<byte> _waiting = new();
    private ArrayBufferWriter<byte> _writing = new();
    private bool _isEnding;

    public LogWriter(Stream stream)
    {
        _stream = stream;
        _thread = new Thread(Run) { IsBackground = true, Name = "Log" };
        _thread.Start();
        AppDomain.CurrentDomain.UnhandledException += OnCrash;
    }

    /// <summary>Takes lines to write.</summary>
    public void Write(ReadOnlySpan<byte> lines)
    {
        lock (_gate)
        {
            while (_waiting.WrittenCount > MaxWaitingBytes && !_isEnding) Monitor.Wait(_gate);
            if (_waiting.WrittenCount == 0) Monitor.PulseAll(_gate);
            _waiting.Write(lines);
            if (!_isEnding) return;
        }
        WriteWaiting();
    }

    /// <summary>Returns when all is written.</summary>
    public void Dispose()
    {
        AppDomain.CurrentDomain.UnhandledException -= OnCrash;
        lock (_gate)
        {
            _isEnding = true;
            Monitor.PulseAll(_gate);
        }
        _thread.Join();
    }

    private void Run()
    {
        while (true)
        {
            bool isEnding;
            lock (_gate)
            {
                while (_waiting.WrittenCount == 0 && !_isEnding) Monitor.Wait(_gate);
                isEnding = _isEnding;
            }
            if (!isEnding) Thread.Sleep(GatherTime);
            WriteWaiting();
            if (isEnding) return;
        }
    }

    private void WriteWaiting()
    {
        lock (_turn)
        {
            lock (_gate)
            {
                (_waiting, _writing) = (_writing, _waiting);
                Monitor.PulseAll(_gate);
            }
            try
            {
                _stream.Write(_writing.WrittenSpan);
                _stream.Flush();
            }
            catch (IOException)
            {
                // Nobody reads the log any more. That is no reason to end.
            }
            _writing.ResetWrittenCount();
        }
    }

    // The process ends without ending its host: what led to it is in the lines that wait.
    private void OnCrash(object sender, UnhandledExceptionEventArgs crash) => WriteWaiting();
}
