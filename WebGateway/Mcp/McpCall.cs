using AgentManagement.Agents;
using AgentManagement.Outcomes;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Agents;
using AgentManagement.WebGateway.Problems;

namespace AgentManagement.WebGateway.Mcp;

/// <summary>A request of the protocol, made by the caller of the HTTP request that it came in.</summary>
internal sealed class McpCall(HttpContext http)
{
    public HttpContext Http => http;

    public CurrentCaller Caller { get; } = CurrentCaller.Of(http);

    /// <summary>The grains of the caller's own tenant.</summary>
    public CallerGrains Grains => new(http.RequestServices.GetRequiredService<IClusterClient>(), Caller);

    public CancellationToken Aborted => http.RequestAborted;

    /// <summary>Writes, or tells what the write would do.</summary>
    public async Task<object> ApplyAsync(string? agentId, AgentCommand command)
    {
        var outcome = await Grains.ApplyAsync(agentId, command);
        if (command.Options.DryRun && DryRunResponse.Of(outcome) is { } effect) return effect;
        return outcome.IsOk
            ? outcome.Value.Agent is null ? new { outcome.Value.Kind } : AgentResponse.Of(outcome.Value, outcome.Issues)
            : Problem.For(outcome);
    }

    /// <summary>What was read, as clients see it, or the problem.</summary>
    public static object Read<T>(Outcome<T> outcome, Func<T, object> show) => outcome.IsOk ? show(outcome.Value) : Problem.For(outcome);
}
