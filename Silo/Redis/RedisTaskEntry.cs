using AgentManagement.Tasks;
using StackExchange.Redis;

namespace AgentManagement.Silo.Redis;

/// <summary>Reads an entry of the stream of tasks, which anybody may have written.</summary>
internal static class RedisTaskEntry
{
    /// <summary>The entry; null when one of its fields is not there.</summary>
    public static TaskEntry? Read(RedisResult entry)
    {
        var texts = ((RedisValue[])entry!).Select(text => (string?)text ?? "").ToArray();
        var fields = texts.Chunk(2).Where(pair => pair.Length == 2).GroupBy(pair => pair[0], pair => pair[1]).ToDictionary(field => field.Key, field => field.First());
        return fields.TryGetValue("tenant_id", out var tenantId) && fields.TryGetValue("task_id", out var taskId)
            && fields.TryGetValue("kind", out var kind) && fields.TryGetValue("correlation_id", out var correlationId)
                ? new(tenantId, taskId, kind, correlationId)
                : null;
    }
}
