using AgentManagement.Tools;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Internal;

namespace AgentManagement.Silo.ToolRegistry;

/// <summary>
/// What the registry has said of tools, for each tenant apart, for a few minutes. An answer that was under way when
/// something was dropped is not kept: it may be of the time before.
/// </summary>
internal sealed class ToolCache(TimeProvider time) : IDisposable
{
    /// <summary>How long a tool that there is stays known.</summary>
    public static readonly TimeSpan FoundTime = TimeSpan.FromMinutes(5);

    /// <summary>How long a tool that there is not stays unknown: somebody may be about to add it.</summary>
    public static readonly TimeSpan MissingTime = TimeSpan.FromSeconds(30);

    private const long MostBytes = 64 * 1024 * 1024;
    private const int BytesOfEntry = 400;

    private readonly Lock _gate = new();
    private readonly MemoryCache _tools = new(new MemoryCacheOptions { SizeLimit = MostBytes, Clock = new Clock(time) });
    private long _age;

    /// <summary>To be read before the registry is asked, and given to <see cref="Keep"/> with its answer.</summary>
    public long Age => Interlocked.Read(ref _age);

    /// <summary>Whether it is known; a tool that there is not is known as null.</summary>
    public bool TryFind(string tenantId, string toolId, out RegisteredTool? tool) => _tools.TryGetValue((tenantId, toolId), out tool);

    /// <summary>Keeps what the registry said, unless something was dropped since it was asked.</summary>
    public void Keep(string tenantId, string toolId, RegisteredTool? tool, long age)
    {
        lock (_gate)
        {
            if (age != _age) return;
            using var entry = _tools.CreateEntry((tenantId, toolId));
            entry.Value = tool;
            entry.AbsoluteExpirationRelativeToNow = tool is null ? MissingTime : FoundTime;
            entry.Size = BytesOf(tool);
        }
    }

    /// <summary>Forgets a tool, of one tenant or, with null, of all.</summary>
    public void Drop(string? tenantId, string toolId)
    {
        lock (_gate)
        {
            _age++;
            foreach (var key in _tools.Keys.OfType<(string TenantId, string ToolId)>().ToList())
            {
                if (key.ToolId == toolId && (tenantId is null || key.TenantId == tenantId)) _tools.Remove(key);
            }
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _age++;
            _tools.Clear();
        }
    }

    public void Dispose() => _tools.Dispose();

    private static long BytesOf(RegisteredTool? tool) => BytesOfEntry
        + (tool is null ? 0 : (tool.Permissions ?? []).Sum(each => BytesOf(each)) + tool.Versions.Sum(each => BytesOf(each.Version)));

    private static long BytesOf(string text) => 64 + (2L * text.Length);

    private sealed class Clock(TimeProvider time) : ISystemClock
    {
        public DateTimeOffset UtcNow => time.GetUtcNow();
    }
}
