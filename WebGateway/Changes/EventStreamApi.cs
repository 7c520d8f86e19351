using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using AgentManagement.Access;
using AgentManagement.Changes;
using AgentManagement.Domain.Changes;
using AgentManagement.ServiceDefaults.Observability;
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

    private static readonly RequestParameter Since = RequestParameter.Query(
        "since", "The last revision that the client has; 0 for all changes. Without it, and without Last-Event-ID, from now on.",
        """{"type":"integer","format":"int64","minimum":0}""");
    private static readonly RequestParameter LastEvent = RequestParameter.Header(
        LastEventId, "The id of the last event that the client got, as browsers send it by themselves; wins over `since`.");

    public static void MapEventStream(this IEndpointRouteBuilder api) =>
        api.MapGet("/changes", Follow).WithName("followChanges").WithTags("Changes").RequirePermission(Permissions.AgentsRead)
            .WithMetadata(LongLived.Instance, Since, LastEvent, new OfferedTypes([EventStream.MediaType]));

    /// <summary>
    /// Tells every change after a revision, in order, as an event whose id is the revision; an event <c>ready</c> first, whose id
    /// is the revision that it begins after, and <c>heartbeat</c> while nothing happens. Ends with the token; the client comes
    /// back with Last-Event-ID.
    /// </summary>
    public static async Task<Results<EventStream, Problem>> Follow(
        HttpContext http, TenantFeeds feeds, CallerGrains grains, CurrentCaller caller, TokenWatch tokens, TimeProvider time)
    {
        var since = ReadSince(http.Request);
        var subscription = new FeedSubscription(feeds, grains, caller, time);
        http.Response.RegisterForDisposeAsync(subscription);
        var first = await subscription.OpenAsync(since);
        if (!first.IsOk) return Problem.For(first);
        if (first.Value.MustResync) return Resync;
        return new EventStream(EventsAsync(subscription, caller, tokens, since, first.Value.Revision, time));
    }

    private static Problem Resync => new(
        StatusCodes.Status410Gone, "resync_required", "The tenant has no such revision any more; read everything anew.");

    private static async IAsyncEnumerable<SseItem<object>> EventsAsync(
        FeedSubscription subscription, CurrentCaller caller, TokenWatch tokens, long? from, long before, TimeProvider time,
        [EnumeratorCancellation] CancellationToken aborted = default)
    {
        using var open = WatchMetrics.Open(WatchMetrics.EventStream);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        using var watched = tokens.Begin(caller, _ => ending.Cancel());
        var since = from ?? before;
        // With its id: a client that loses the connection before the first change comes back to this place.
        yield return Control("ready", since, new { @event = "ready", type = EventMessage.Control, revision = since, head = before });
        await foreach (var batch in UntilEndAsync(subscription, ending.Token))
        {
            if (batch.MustResync)
            {
                yield return Control(Resync.Code, batch.Revision);
                yield break;
            }
            foreach (var change in batch.Changes)
            {
                var message = EventMessage.Of(caller.TenantId, change);
                since = change.Revision;
                yield return new(message, message.Event) { EventId = since.ToString(CultureInfo.InvariantCulture) };
                ChangeMetrics.Count(WatchMetrics.EventStream, change.At, time.GetUtcNow(), isNews: since > before);
            }
            foreach (var notice in batch.Notices) yield return new(EventMessage.Of(caller.TenantId, since, notice), notice.Event);
            if (batch.Changes.IsEmpty && batch.Notices.IsEmpty) yield return Control("heartbeat", since);
        }
    }

    private static SseItem<object> Control(string name, long revision, object? message = null) =>
        new(message ?? new { @event = name, type = EventMessage.Control, revision }, name)
        {
            EventId = revision.ToString(CultureInfo.InvariantCulture),
        };

    /// <summary>The batches until the stream is to end: with its token, or with the request.</summary>
    private static async IAsyncEnumerable<ChangeBatch> UntilEndAsync(
        FeedSubscription subscription, [EnumeratorCancellation] CancellationToken ending)
    {
        await using var batches = subscription.ReadAsync(ending).GetAsyncEnumerator(ending);
        while (await MoveNextAsync()) yield return batches.Current;

        async Task<bool> MoveNextAsync()
        {
            try
            {
                return await batches.MoveNextAsync();
            }
            catch (OperationCanceledException)
            {
                return false;
            }
        }
    }

    private static long? ReadSince(HttpRequest request)
    {
        var text = request.Headers[LastEventId] is [{ Length: > 0 } last] ? last : request.Query[Since.Name].ToString();
        if (text.Length == 0) return null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var revision)
            ? revision
            : throw Since.Refuse("must be a revision: a whole number from 0 on; and so must Last-Event-ID");
    }
}
