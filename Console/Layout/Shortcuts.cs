namespace AgentManagement.WebConsole.Layout;

/// <summary>Keys that mean something on whichever page is shown.</summary>
public sealed class Shortcuts
{
    private Func<Task>? _save;

    /// <summary>Has Ctrl-S do what the page says, until it is left.</summary>
    public void Save(Func<Task>? save) => _save = save;

    public Task SaveAsync() => _save?.Invoke() ?? Task.CompletedTask;
}
