using System.Collections.Concurrent;
using System.Text.Json;
using AgentManagement.Json;

namespace AgentManagement.Silo.Orchestrator;

/// <summary>The revisions that the orchestrator has acknowledged on one connection, and those who wait for them.</summary>
internal sealed class Acknowledgements
{
    private readonly ConcurrentDictionary<string, Waiting> _waiting = new(StringComparer.Ordinal);

    /// <summary>Ends when the tenant's revision is acknowledged.</summary>
    public async Task WaitAsync(string tenantId, long revision, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        var waiting = new Waiting(revision);
        _waiting[tenantId] = waiting;
        try
        {
            await waiting.Done.Task.WaitAsync(timeout, time, cancellationToken);
        }
        finally
        {
            _waiting.TryRemove(new(tenantId, waiting));
        }
    }

    /// <summary>Accepts <c>{"action":"ack","tenant_id":…,"revision":…}</c>; passes over anything else.</summary>
    public void Accept(ReadOnlySpan<byte> message)
    {
        try
        {
            var reader = new Utf8JsonReader(StrictJson.WithoutMark(message));
            using var document = JsonDocument.ParseValue(ref reader);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || TextOf(root, "action") != "ack" || TextOf(root, "tenant_id") is not { } tenantId)
            {
                return;
            }
            if (!root.TryGetProperty("revision", out var number) || !JsonInteger.TryRead(number, out var revision)) return;
            if (_waiting.TryGetValue(tenantId, out var waiting) && revision >= waiting.Revision) waiting.Done.TrySetResult();
        }
        catch (JsonException)
        {
            // Not a message of the protocol.
        }
    }

    private static string? TextOf(JsonElement message, string name) =>
        message.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;

    private sealed record Waiting(long Revision)
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
