using AgentManagement.Domain.Outcomes;
using AgentManagement.Grains.Storage;
using Orleans.Runtime;
using Orleans.Storage;

namespace AgentManagement.Tests.Storage;

/// <summary>What is read while writes run, fail, or end nobody knows how.</summary>
public sealed class DurableStateTests
{
    private readonly SlowState _storage = new();
    private readonly StorageWatch _watch = new(TimeProvider.System);
    private readonly DurableState<string> _state;

    public DurableStateTests() => _state = new(_storage, _watch);

    [Fact]
    public async Task While_a_write_runs_the_state_before_it_is_read_and_afterwards_its_own()
    {
        _storage.Write = new();
        var write = _state.WriteAsync("new");
        Assert.Equal("old", await _state.LastAsync());
        _storage.Write.SetResult();
        Assert.Equal(WriteResult.Written, (await write).Result);
        Assert.Equal("new", await _state.LastAsync());
        Assert.Equal(0, _storage.Readings);
    }

    [Fact]
    public async Task After_an_unknown_outcome_the_database_is_asked_first()
    {
        await FailAsync(new TimeoutException());
        _storage.Stored = "new";
        Assert.Equal("new", await _state.LastAsync());
        Assert.Equal("new", await _state.CurrentAsync());
        Assert.Equal(1, _storage.Readings);
    }

    [Fact]
    public async Task While_the_database_fails_the_state_before_the_write_is_read_and_nothing_is_decided_on_it()
    {
        await FailAsync(new TimeoutException());
        _storage.Read = Task.FromException(new IOException("gone"));
        Assert.Equal("old", await _state.LastAsync());
        await Assert.ThrowsAsync<IOException>(async () => await _state.CurrentAsync());
        Assert.Equal("old", await _state.LastAsync());

        (_storage.Read, _storage.Stored) = (Task.CompletedTask, "new");
        Assert.Equal("new", await _state.LastAsync());
    }

    [Fact]
    public async Task A_database_that_is_silent_is_waited_for_once()
    {
        await FailAsync(new TimeoutException());
        var silence = new TaskCompletionSource();
        (_storage.Read, _storage.Stored) = (silence.Task, "new");
        Assert.Equal("old", await _state.LastAsync());
        var second = _state.LastAsync();
        Assert.True(second.IsCompleted);
        Assert.Equal("old", await second);

        // Whoever decides waits for the same answer.
        var current = _state.CurrentAsync();
        Assert.False(current.IsCompleted);
        silence.SetResult();
        Assert.Equal("new", await current);
        Assert.Equal("new", await _state.LastAsync());
        Assert.Equal(1, _storage.Readings);
    }

    [Fact]
    public async Task What_another_has_written_over_is_never_read_again()
    {
        await FailAsync(new InconsistentStateException("newer"));
        _storage.Read = Task.FromException(new IOException("gone"));
        await Assert.ThrowsAsync<IOException>(async () => await _state.LastAsync());
        (_storage.Read, _storage.Stored) = (Task.CompletedTask, "of another");
        Assert.Equal("of another", await _state.LastAsync());
    }

    [Fact]
    public async Task That_the_last_write_failed_is_known_until_one_is_answered()
    {
        Assert.Null(_watch.FailedAt);
        await FailAsync(new TimeoutException());
        Assert.NotNull(_watch.FailedAt);
        await _state.CurrentAsync();
        await FailAsync(new InconsistentStateException("newer"));
        Assert.Null(_watch.FailedAt);
    }

    private async Task FailAsync(Exception exception)
    {
        _storage.Write = new();
        _storage.Write.SetException(exception);
        try
        {
            await _state.WriteAsync("new");
        }
        catch (TimeoutException)
        {
            // Whoever asked is told, and does not know.
        }
    }

    private sealed class SlowState : IPersistentState<string>
    {
        public string Stored { get; set; } = "old";

        public TaskCompletionSource Write { get; set; } = new();

        public Task Read { get; set; } = Task.CompletedTask;

        public int Readings { get; private set; }

        public string State { get; set; } = "old";

        public string Etag => "1";

        public bool RecordExists => true;

        public async Task ReadStateAsync()
        {
            Readings++;
            await Read;
            State = Stored;
        }

        public Task WriteStateAsync() => Write.Task;

        public Task ClearStateAsync() => throw new NotSupportedException();
    }
}
