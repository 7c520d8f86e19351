using AgentManagement.ClusterClient.Hosting;

namespace AgentManagement.Silo.Hosting;

/// <summary>
/// A silo whose process or machine stood still may have been declared dead, and others have its grains: what it holds of them is old. So it
/// answers no call, and commits no change, after such a pause before it has seen in the table of silos that it is alive. Orleans looks
/// only seconds later.
/// </summary>
internal sealed class SiloFence(IMembershipTable table, ILocalSiloDetails silo, TimeProvider time)
    : IIncomingGrainCallFilter, IHostedService
{
    /// <summary>Below the time in which the others declare a silo dead, three probes of 750 ms.</summary>
    internal static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private long _lastBeat = time.GetTimestamp();
    private Task? _doubt;
    private volatile bool _isEnding;

    /// <exception cref="SiloUnavailableException">The silo is dead, or cannot see that it is alive.</exception>
    public Task Invoke(IIncomingGrainCallContext context) =>
        RetryRule.IsContract(context.InterfaceMethod) && FindDoubt() is not null ? InvokeWithoutDoubtAsync(context) : context.Invoke();

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // A thread of its own, which stands still only where all of the process does.
        new Thread(KeepBeat) { IsBackground = true, Name = "Fence" }.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _isEnding = true;
        return Task.CompletedTask;
    }

    /// <summary>Makes sure that the silo was alive a moment ago.</summary>
    /// <exception cref="SiloUnavailableException">The silo is dead, or cannot see that it is alive.</exception>
    public async ValueTask ConfirmAsync()
    {
        // Again after each look: there may have been a pause during it.
        while (FindDoubt() is { } doubt) await doubt;
    }

    private async Task InvokeWithoutDoubtAsync(IIncomingGrainCallContext context)
    {
        await ConfirmAsync();
        await context.Invoke();
    }

    private void KeepBeat()
    {
        while (!_isEnding)
        {
            _ = FindDoubt();
            Volatile.Write(ref _lastBeat, time.GetTimestamp());
            Thread.Sleep(Beat);
        }
    }

    /// <summary>The look at the table that calls have to wait for; null while there is no doubt.</summary>
    private Task? FindDoubt()
    {
        if (Volatile.Read(ref _doubt) is null && time.GetElapsedTime(Volatile.Read(ref _lastBeat)) <= LongestPause) return null;
        lock (_gate)
        {
            var hasPaused = time.GetElapsedTime(_lastBeat) > LongestPause;
            if (hasPaused || _doubt is { IsFaulted: true })
            {
                _lastBeat = time.GetTimestamp();
                _doubt = Task.Run(LookAsync);
                // Whoever calls is told; nobody may.
                _doubt.Ignore();
            }
            else if (_doubt is { IsCompletedSuccessfully: true }) _doubt = null;
            return _doubt;
        }
    }

    private async Task LookAsync()
    {
        try
        {
            var found = await table.ReadRowAsync(silo.SiloAddress, CancellationToken.None);
            if (found.Members.Any(member => member.Item1.Status is SiloStatus.Active or SiloStatus.Joining)) return;
        }
        catch (Exception exception)
        {
            // Without the exception itself: Redis' cannot be serialized, and the caller would be answered that instead.
            throw new SiloUnavailableException(
                $"The silo stood still, and cannot see whether it is still one of the cluster ({exception.GetType().Name}).");
        }
        throw new SiloUnavailableException("The silo stood still, and is no longer one of the cluster.");
    }
}
