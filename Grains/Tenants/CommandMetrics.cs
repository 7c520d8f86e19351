using System.Diagnostics.Metrics;
using System.Text.Json;
using AgentManagement.Agents;
using AgentManagement.Observability;
using AgentManagement.Outcomes;

namespace AgentManagement.Tenants;

/// <summary>What became of commands.</summary>
internal static class CommandMetrics
{
    private static readonly Counter<long> Commands = ServiceMeter.Meter.CreateCounter<long>(
        "agent_management.commands", "{command}", "Commands, by kind and outcome.");

    /// <summary>Changes made, by tenant.</summary>
    public static TenantCounter WritesByTenant { get; } = new(
        "agent_management.tenant.writes", "{change}", "Changes made, by tenant: those that write most, and all others together.");

    /// <summary>Has a command done, and notes how it ended.</summary>
    public static async Task<Outcome<AgentChange>> CountAsync(string tenantId, AgentCommand command, Func<Task<Outcome<AgentChange>>> apply)
    {
        var ending = "failed";
        try
        {
            var outcome = await apply();
            ending = NameOf(outcome, command);
            if (ending == "written") WritesByTenant.Count(tenantId);
            return QuotaMetrics.Count(outcome);
        }
        finally
        {
            Commands.Add(1, new("command", command.GetType().Name), new("outcome", ending));
        }
    }

    private static string NameOf(Outcome<AgentChange> outcome, AgentCommand command) => outcome switch
    {
        { IsOk: false } => JsonNamingPolicy.SnakeCaseLower.ConvertName(outcome.Kind.ToString()),
        { Value.Replayed: true } => "replayed",
        _ when command.Options.DryRun => "dry_run",
        { Value.Kind: null } => "unchanged",
        _ => "written",
    };
}
