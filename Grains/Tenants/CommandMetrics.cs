using System.Diagnostics.Metrics;
using System.Text.Json;
using AgentManagement.Access;
using AgentManagement.Agents;
using AgentManagement.Files;
using AgentManagement.Operations;
using AgentManagement.Outcomes;
using AgentManagement.Releases;
using AgentManagement.ServiceDefaults.Observability;
using AgentManagement.Templates;
using AgentManagement.Tenants;

namespace AgentManagement.Grains.Tenants;

/// <summary>What became of commands.</summary>
internal static class CommandMetrics
{
    private const string Written = "written";

    private static readonly Counter<long> Commands = ServiceMeter.Meter.CreateCounter<long>(
        "agent_management.commands", "{command}", "Commands, by kind and outcome.");

    private static readonly Counter<long> TenantWrites = ServiceMeter.Meter.CreateCounter<long>(
        $"{ServiceMeter.ByTenant}writes", "{change}", "Changes made, by tenant.");

    /// <summary>Has a command done, and notes how it ended.</summary>
    public static Task<Outcome<AgentChange>> CountAsync(string tenantId, AgentCommand command, Func<Task<Outcome<AgentChange>>> apply) =>
        CountAsync(tenantId, command, apply, change => NameOf(change.Kind, change.Replayed, command.Options));

    /// <inheritdoc cref="CountAsync(string, AgentCommand, Func{Task{Outcome{AgentChange}}})"/>
    public static Task<Outcome<TemplateChange>> CountAsync(
        string tenantId, TemplateCommand command, Func<Task<Outcome<TemplateChange>>> apply) =>
        CountAsync(tenantId, command, apply, change => NameOf(change.Kind, change.Replayed, command.Options));

    /// <inheritdoc cref="CountAsync(string, AgentCommand, Func{Task{Outcome{AgentChange}}})"/>
    public static Task<Outcome<FileChange>> CountAsync(string tenantId, FileCommand command, Func<Task<Outcome<FileChange>>> apply) =>
        CountAsync(tenantId, command, apply, change => NameOf(change.Kind, isReplayed: false, WriteOptions.None));

    /// <inheritdoc cref="CountAsync(string, AgentCommand, Func{Task{Outcome{AgentChange}}})"/>
    public static Task<Outcome<LabelChange>> CountAsync(string tenantId, LabelCommand command, Func<Task<Outcome<LabelChange>>> apply) =>
        CountAsync(tenantId, command, apply, change => NameOf(change.Kind, change.Replayed, command.Options));

    private static async Task<Outcome<T>> CountAsync<T>(
        string tenantId, ICommand command, Func<Task<Outcome<T>>> apply, Func<T, string> nameOf)
    {
        var ending = "failed";
        try
        {
            var outcome = await apply();
            ending = outcome.IsOk ? nameOf(outcome.Value) : JsonNamingPolicy.SnakeCaseLower.ConvertName(outcome.Kind.ToString());
            if (ending == Written) TenantWrites.Add(1, new KeyValuePair<string, object?>(ServiceMeter.Tenant, tenantId));
            return QuotaMetrics.Count(tenantId, outcome);
        }
        catch (MaintenanceException)
        {
            ending = "stopped";
            throw;
        }
        finally
        {
            Commands.Add(1, new("command", command.GetType().Name), new("outcome", ending));
        }
    }

    private static string NameOf(string? kind, bool isReplayed, WriteOptions options) =>
        isReplayed ? "replayed" : options.DryRun ? "dry_run" : kind is null ? "unchanged" : Written;
}
