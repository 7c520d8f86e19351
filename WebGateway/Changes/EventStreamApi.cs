using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using AgentManagement.Access;
using AgentManagement.Changes;
using AgentManagement.Observability;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Http;
using AgentManagement.WebGateway.Limits;
using AgentManagement.WebGateway.Problems;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AgentManagement.WebGateway.Changes;

/// <summary>The tenant's changes as server-sent events.</summary>
internal static class EventStreamApi
{
    private const string LastEventId = "Last-Event-ID";
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    private static readonly RequestParameter Since = RequestParameter.Query(
        "since", "The last revision that the client has; 0 for all changes. Without it, and without Last-Event-ID, from now on.",
        """{"type":"integer","format":"int64","minimum":0}""");
    private static readonly RequestParameter LastEvent = RequestParameter.Header(
        LastEventId, "The id of the last event that the client got, as browsers send it by themselves; wins over `since`.");

    public static void MapEventStream(this IEndpointRouteBuilder api) =>
        api.MapGet("/changes", Follow).WithName("followChanges").WithTags("Changes").RequirePermission(Permissions.AgentsRead)
            .WithMetadata(LongLived.Instance, Since, LastEvent, new OfferedTypes([EventStream.MediaType]));

    /// <summary>
    /// Tells every change after a revision, in order, as an event whose id is the revision; an event <c>ready</c> first, and
    /// <c>heartbeat</c> while nothing happens. Ends with the token; the client comes back with Last-Event-ID.
    /// </summary>
    public static async Task<Results<EventStream, Refused>> Follow(
        HttpContext http, CallerGrains grains, CurrentCaller caller, TokenWatch tokens, TimeProvider time)
    {
        var since = ReadSince(http.Request);
        var watch = new ChangeWatch(grains, caller);
        var first = await watch.ReadAsync(since, TimeSpan.Zero);
        if (first is { IsOk: true, Value.MustResync: false })
        {
            return new EventStream(EventsAsync(watch, caller, tokens, since ?? first.Value.Revision, first.Value, time));
        }
        await watch.DisposeAsync();
        return first.IsOk ? Resync : Refused.For(first);
    }

    private static Refused Resync => new(
        StatusCodes.Status410Gone, "resync_required", "The tenant has no such revision any more; read everything anew.");

    private static async IAsyncEnumerable<SseItem<object>> EventsAsync(
        ChangeWatch watch, CurrentCaller caller, TokenWatch tokens, long since, ChangeBatch? batch, TimeProvider time,
        [EnumeratorCancellation] CancellationToken aborted = default)
    {
        // Left here and not when the response is done, where nobody is the caller any more.
        await using var leaving = watch;
        using var open = WatchMetrics.Open(WatchMetrics.EventStream);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        using var watched = tokens.Begin(caller, _ => ending.Cancel());
        yield return new(new { revision = batch!.Revision }, "ready");
        var before = batch.Revision;
        var lastSent = time.GetTimestamp();
        while (!ending.IsCancellationRequested)
        {
            if (batch?.MustResync == true)
            {
                yield return new(new { code = Resync.Code, revision = batch.Revision }, "resync_required");
                yield break;
            }
            foreach (var change in batch?.Changes ?? [])
            {
                var message = EventMessage.Of(caller.TenantId, change);
                yield return new(message, message.Event) { EventId = change.Revision.ToString(CultureInfo.InvariantCulture) };
                ChangeMetrics.Count(WatchMetrics.EventStream, change.At, time.GetUtcNow(), isNews: change.Revision > before);
                (since, lastSent) = (change.Revision, time.GetTimestamp());
            }
            foreach (var notice in batch?.Notices ?? []) yield return new(EventMessage.Of(caller.TenantId, since, notice), notice.Event);
            if (time.GetElapsedTime(lastSent) >= Heartbeat)
            {
                yield return new(new { revision = since }, "heartbeat");
                lastSent = time.GetTimestamp();
            }
            batch = await NextAsync(watch, since, ending.Token);
        }
    }

    /// <summary>The next changes; null when there are none yet, no silo answers, or the stream is to end.</summary>
    private static async Task<ChangeBatch?> NextAsync(ChangeWatch watch, long since, CancellationToken ending)
    {
        try
        {
            return (await watch.ReadAsync(since, IFeedGrain.LongestPatience).WaitAsync(ending)).Value;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        catch (GrainCallException)
        {
            await Task.Delay(RetryPause, ending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return null;
        }
    }

    private static long? ReadSince(HttpRequest request)
    {
        var text = request.Headers[LastEventId] is [{ Length: > 0 } last] ? last : request.Query[Since.Name].ToString();
        if (text.Length == 0) return null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var revision)
            ? revision
            : throw QueryReader.Refuse(Since, "must be a revision: a whole number from 0 on; and so must Last-Event-ID");
    }
}
