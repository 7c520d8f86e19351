using AgentManagement.Client;
using AgentManagement.WebConsole.Access;
using AgentManagement.WebConsole.Languages;
using AgentManagement.WebConsole.Live;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace AgentManagement.WebConsole.Components;

/// <summary>What all pages have: the service, texts, changes as they happen, and one way to show what went wrong.</summary>
public abstract class PageBase : ComponentBase, IDisposable
{
    private static readonly TimeSpan RefreshDelay = TimeSpan.FromMilliseconds(400);
    private readonly CancellationTokenSource _leaving = new();
    private bool _isRefreshing;

    // Its source is not asked for it once the page is left, as what goes on a moment longer would be told that it is gone.
    protected PageBase() => Leaving = _leaving.Token;

    [Inject] protected Session Session { get; set; } = default!;
    [Inject] protected Texts T { get; set; } = default!;
    [Inject] protected NavigationManager Navigation { get; set; } = default!;
    [Inject] protected LiveChanges Live { get; set; } = default!;
    [Inject] protected Browser Browser { get; set; } = default!;
    [Inject] protected ISnackbar Snackbar { get; set; } = default!;

    protected AgentManagementClient Api => Session.Api;

    /// <summary>Ends with the page.</summary>
    protected CancellationToken Leaving { get; }

    /// <summary>What went wrong last; null when nothing did.</summary>
    protected Exception? Failure { get; set; }

    protected bool IsBusy { get; private set; }

    protected override void OnInitialized()
    {
        Live.Heard += OnHeard;
        Live.Missed += OnMissed;
        if (LookInterval is { } interval) _ = KeepLookingAsync(interval);
    }

    /// <summary>How often is looked at what no change tells of; null for never.</summary>
    protected virtual TimeSpan? LookInterval => null;

    /// <summary>Whether a change is about what the page shows.</summary>
    protected virtual bool Concerns(Message message) => false;

    /// <summary>Reads what is shown anew.</summary>
    protected virtual Task RefreshAsync() => Task.CompletedTask;

    /// <summary>Reads anew what no change tells of.</summary>
    protected virtual Task LookAgainAsync() => RefreshAsync();

    /// <summary>Does something that may go wrong, and shows that it goes on, and what went wrong.</summary>
    /// <returns>Whether it was done.</returns>
    protected async Task<bool> TryAsync(Func<Task> work)
    {
        (Failure, IsBusy) = (null, true);
        StateHasChanged();
        try
        {
            await work();
            return true;
        }
        catch (OperationCanceledException) when (_leaving.IsCancellationRequested)
        {
            return false;
        }
        catch (Exception exception) when (exception is ApiException or HttpRequestException or IOException)
        {
            Failure = exception;
            return false;
        }
        finally
        {
            IsBusy = false;
            if (!_leaving.IsCancellationRequested) StateHasChanged();
        }
    }

    /// <summary>Says in a corner that something is done.</summary>
    protected void Say(string text, MudBlazor.Severity severity = MudBlazor.Severity.Success) => Snackbar.Add(text, severity);

    /// <summary>Puts what a page shows into its address, so that it can be shared.</summary>
    protected void ShowInAddress(IReadOnlyDictionary<string, object?> query) =>
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(query), replace: true);

    /// <summary>Many changes at once are one refresh.</summary>
    private async Task RefreshSoonAsync()
    {
        if (_isRefreshing) return;
        _isRefreshing = true;
        try
        {
            await Task.Delay(RefreshDelay, Leaving);
            _isRefreshing = false;
            await RefreshAsync();
            StateHasChanged();
        }
        catch (Exception exception) when (exception is OperationCanceledException or ApiException or HttpRequestException)
        {
            // What is shown is kept; the state of the connection says that it may be outdated.
        }
        finally
        {
            _isRefreshing = false;
        }
    }

    private async Task KeepLookingAsync(TimeSpan interval)
    {
        using var timer = new PeriodicTimer(interval);
        try
        {
            while (await timer.WaitForNextTickAsync(Leaving))
            {
                // While the connection is lost there is nothing to be had.
                if (Live.State is LiveState.Live) await LookAgainAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // The page was left.
        }
    }

    private void OnHeard(Message message)
    {
        if (Concerns(message)) _ = InvokeAsync(RefreshSoonAsync);
    }

    private void OnMissed() => _ = InvokeAsync(RefreshSoonAsync);

    public void Dispose()
    {
        Dispose(isDisposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool isDisposing)
    {
        Live.Heard -= OnHeard;
        Live.Missed -= OnMissed;
        _leaving.Cancel();
        _leaving.Dispose();
    }
}
