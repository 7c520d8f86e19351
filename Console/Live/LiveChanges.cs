using AgentManagement.Client;
using AgentManagement.WebConsole.Access;

namespace AgentManagement.WebConsole.Live;

/// <summary>How the pages stand to what happens in the service.</summary>
public enum LiveState
{
    Connecting,
    Live,
    Broken,
    Refused,
}

/// <summary>
/// Follows the tenant's changes for all pages of a tab. A connection that breaks is made anew, and goes on where it was; where that cannot
/// be, pages read everything again.
/// </summary>
public sealed class LiveChanges : IDisposable
{
    private const int MaxKept = 500;
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(5);
    private readonly Session _session;
    private readonly List<Message> _kept = [];
    private CancellationTokenSource _following = new();
    private AgentManagementClient? _followed;

    public LiveChanges(Session session)
    {
        _session = session;
        session.Changed += Follow;
    }

    public event Action? StateChanged;

    /// <summary>A change, or a notice of a task.</summary>
    public event Action<Message>? Heard;

    /// <summary>Something may have been missed: whatever is shown is to be read anew.</summary>
    public event Action? Missed;

    public LiveState State { get; private set; }

    /// <summary>The tenant's revision, as far as it is known here.</summary>
    public long Revision { get; private set; }

    /// <summary>What was heard since the sign-in, newest first.</summary>
    public IReadOnlyList<Message> Kept => _kept;

    public void Dispose()
    {
        _session.Changed -= Follow;
        _following.Cancel();
        _following.Dispose();
    }

    private void Follow()
    {
        var api = _session.Me is null ? null : _session.Api;
        if (ReferenceEquals(api, _followed)) return;
        _followed = api;
        _kept.Clear();
        _following.Cancel();
        _following.Dispose();
        _following = new();
        if (api is not null && _session.May(Permission.ReadAgents)) _ = FollowAsync(api, _following.Token);
    }

    private async Task FollowAsync(AgentManagementClient api, CancellationToken stopping)
    {
        var options = new FollowOptions { Notices = true, Connected = isLive => Enter(isLive ? LiveState.Live : LiveState.Broken) };
        long? revision = null;
        Enter(LiveState.Connecting);
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                Revision = revision ??= (await api.Tenant.GetAsync(stopping)).Revision;
                await foreach (var message in api.Changes.FollowAsync(revision, options, stopping))
                {
                    if (message.IsChange)
                    {
                        Revision = (revision = message.Revision).Value;
                        _kept.Insert(0, message);
                        if (_kept.Count > MaxKept) _kept.RemoveAt(MaxKept);
                    }
                    Heard?.Invoke(message);
                }
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (ResyncRequiredException)
            {
                revision = null;
                Missed?.Invoke();
            }
            catch (ApiException refusal) when (refusal.Status is System.Net.HttpStatusCode.Forbidden)
            {
                Enter(LiveState.Refused);
                return;
            }
            catch (Exception exception) when (exception is ApiException or HttpRequestException or IOException)
            {
                Enter(LiveState.Broken);
                await Task.Delay(RetryDelay, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private void Enter(LiveState state)
    {
        if (State == state) return;
        State = state;
        StateChanged?.Invoke();
    }
}
