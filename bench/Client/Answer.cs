using System.Text;
using System.Text.Json;

namespace AgentManagement.Bench.Client;

/// <summary>An answer of the service.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="EntityTag">The ETag header.</param>
/// <param name="IsReplay">The service says that it repeats the first answer of an idempotency key.</param>
/// <param name="Body">The body as it came.</param>
public sealed record Answer(int Status, string? EntityTag, bool IsReplay, byte[] Body)
{
    /// <summary>When the service says to come back.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The body as text.</summary>
    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>Whether the request was done.</summary>
    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>The body as JSON.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public JsonElement Json()
    {
        using var document = JsonDocument.Parse(Body);
        return document.RootElement.Clone();
    }

    /// <summary>A problem's code; empty when it has none.</summary>
    public string Code => !IsSuccess && Body.Length > 0 && Json().TryGetProperty("code", out var code) ? code.GetString() ?? "" : "";

    /// <summary>For messages.</summary>
    public override string ToString() => $"{Status} {(Text.Length > 400 ? Text[..400] + "…" : Text)}";
}
