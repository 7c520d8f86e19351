using System.Net;

namespace AgentManagement.Bench.Client;

/// <summary>Repeats each request, under its Idempotency-Key, until it is answered; for any number of requests at once.</summary>
public sealed class RepeatingClient(TenantClient client)
{
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(3);

    private int _unavailable;
    private int _untimed;
    private int _conflict;
    private int _unanswered;

    /// <summary>What was repeated until now.</summary>
    public Repetitions Repeated => new(_unavailable, _conflict, _unanswered);

    /// <summary>Answers of 503 that did not say when to come back.</summary>
    public int Untimed => _untimed;

    /// <summary>The answer: never 503, nor the 409 of a write at the same moment.</summary>
    /// <exception cref="OperationCanceledException">There was none for minutes.</exception>
    public async Task<Answer> SendAsync(HttpMethod method, string path, string? body, string key)
    {
        using var patience = new CancellationTokenSource(Timeout);
        while (true)
        {
            try
            {
                var answer = await client.SendAsync(method, path, body, ("Idempotency-Key", key));
                if (answer.Status == (int)HttpStatusCode.ServiceUnavailable)
                {
                    Interlocked.Increment(ref _unavailable);
                    if (answer.RetryAfter is null) Interlocked.Increment(ref _untimed);
                }
                else if (answer.Code is "write_conflict" or "idempotency_conflict") Interlocked.Increment(ref _conflict);
                else return answer;
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
            {
                Interlocked.Increment(ref _unanswered);
            }
            await Task.Delay(Delay, patience.Token);
        }
    }
}
