namespace AgentManagement.ServiceDefaults.Hosting;

/// <summary>A line of a terminal that says how far something is; where there is no terminal, nothing.</summary>
public sealed class Progress(TextWriter output)
{
    private const int Width = 40;

    private readonly bool _isShown = ReferenceEquals(output, Console.Error) && !Console.IsErrorRedirected;
    private DateTime _reported;

    /// <param name="done">How many are done.</param>
    /// <param name="total">Of how many; null when that is not known.</param>
    public void Report(long done, long? total)
    {
        if (!_isShown || (DateTime.UtcNow - _reported < TimeSpan.FromMilliseconds(100) && done != total)) return;
        _reported = DateTime.UtcNow;
        var filled = total is > 0 ? (int)(Width * done / total.Value) : 0;
        output.Write(total is null ? $"\r{done}" : $"\r[{new string('#', filled)}{new string('.', Width - filled)}] {done}/{total}");
    }

    /// <summary>Makes room for a line of something else.</summary>
    public void Clear()
    {
        if (_isShown) output.Write("\r\e[K");
    }

    public void End()
    {
        if (_isShown) output.WriteLine();
    }
}
