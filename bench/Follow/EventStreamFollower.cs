using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;

namespace AgentManagement.Bench.Follow;

/// <summary>Follows over server-sent events.</summary>
public sealed class EventStreamFollower(HttpClient http, string token) : IFollower
{
    public string Transport => "server-sent events";

    public async IAsyncEnumerable<Notification> FollowAsync(long since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "api/v1/changes");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Headers.Add("Last-Event-ID", $"{since}");
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        response.EnsureSuccessStatusCode();
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        await foreach (var item in SseParser.Create(body, (_, bytes) => EventReading.ReadChange(bytes)).EnumerateAsync(cancellationToken))
        {
            if (item.Data is { } told) yield return told;
        }
    }
}
