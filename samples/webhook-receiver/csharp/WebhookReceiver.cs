using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

/// <summary>A receiver of webhooks: app.MapPost("/", new WebhookReceiver(secret, handle).ReceiveAsync).</summary>
/// <param name="secret">whsec_…, as the service showed it once.</param>
/// <param name="handle">Given each event once, in order: put the work aside here, and return.</param>
internal sealed class WebhookReceiver(string secret, Action<JsonElement> handle)
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    private readonly byte[] _key = Convert.FromBase64String(secret["whsec_".Length..]);
    private readonly Lock _lock = new();

    /// <summary>The last revision that was handled. Keep it where the work is kept, so that a restart handles nothing twice.</summary>
    public long Revision { get; private set; }

    public async Task<IResult> ReceiveAsync(HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        var (id, timestamp) = (request.Headers["webhook-id"].ToString(), request.Headers["webhook-timestamp"].ToString());
        var signatures = request.Headers["webhook-signature"].ToString();
        if (!IsGenuine(id, timestamp, signatures, body.ToArray(), DateTimeOffset.UtcNow)) return Results.Unauthorized();
        using var message = JsonDocument.Parse(body.ToArray());
        var revision = message.RootElement.GetProperty("revision").GetInt64();
        if (message.RootElement.GetProperty("type").GetString() == "ping") return Results.NoContent();
        lock (_lock)
        {
            // What comes again was handled before, and only its answer was lost.
            if (revision > Revision) handle(message.RootElement);
            Revision = Math.Max(Revision, revision);
        }
        return Results.NoContent();
    }

    /// <summary>Whether the service has sent this, and within the last minutes.</summary>
    public bool IsGenuine(string id, string timestamp, string signatures, byte[] body, DateTimeOffset now)
    {
        if (!long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)) return false;
        if (Math.Abs(now.ToUnixTimeSeconds() - seconds) > Tolerance.TotalSeconds) return false;
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
        var expected = Encoding.UTF8.GetBytes($"v1,{Convert.ToBase64String(HMACSHA256.HashData(_key, signed))}");
        // During a rotation there are two.
        return signatures.Split(' ').Any(each => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(each), expected));
    }
}
