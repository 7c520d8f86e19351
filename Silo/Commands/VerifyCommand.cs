using System.CommandLine;
using AgentManagement.Audit;
using AgentManagement.Grains.Audit;
using AgentManagement.Keys;
using AgentManagement.ServiceDefaults.Hosting;
using AgentManagement.ServiceDefaults.Settings;
using AgentManagement.Silo.Settings;
using AgentManagement.Silo.Storage;

namespace AgentManagement.Silo.Commands;

/// <summary><c>verify [tenant]</c>: checks the change log of all tenants, or one, against its hashes.</summary>
public static class VerifyCommand
{
    /// <summary>Exit code of a log that is not what was written; 1 is that it could not be checked.</summary>
    public const int Broken = 2;

    public static Command Create()
    {
        var tenant = new Argument<string?>("tenant") { Description = "Whose log; all when none is named", DefaultValueFactory = _ => null };
        var command = new Command(
            "verify", "Checks the change log against its hashes; exits with 0 when it is whole, 2 when it is broken") { tenant };
        command.SetAction((parsed, _) => Running.RunAsync(() => RunAsync(Running.Environment, parsed.GetValue(tenant), Console.Out)));
        return command;
    }

    /// <returns>0 when every log is whole.</returns>
    /// <exception cref="SettingsException">There is no such tenant id, or no database to look into.</exception>
    /// <exception cref="SchemaException">The schema is not this program's.</exception>
    internal static async Task<int> RunAsync(IConfiguration environment, string? tenantId, TextWriter output)
    {
        if (tenantId is not null && !GrainKeys.IsTenantId(tenantId)) throw new SettingsException("That is not a tenant id.");
        await using var database = await Database.OpenAsync(DatabaseSettings.Read(environment));
        await new SchemaMigrator(database).VerifyAsync();
        var store = new SqlAuditStore(database);
        if (tenantId is not null && !(await store.ListTenantsAsync()).Contains(tenantId))
        {
            throw new SettingsException($"There is no tenant {tenantId} in this database.");
        }
        var (check, assignments) = (new ChainCheck(store), new AssignmentCheck(database));
        var broken = 0;
        var tenants = tenantId is null ? await store.ListTenantsAsync() : [tenantId];
        var progress = new Progress(Console.Error);
        foreach (var (index, each) in tenants.Index())
        {
            var step = await check.RunAsync(each);
            var differing = step.Fault is null ? await assignments.RunAsync(each) : null;
            if (step.Fault is not null || differing is not null) broken++;
            progress.Clear();
            await output.WriteLineAsync(step.Fault is { } fault
                ? $"{each}: BROKEN at revision {fault.Revision}: {fault.Reason}. {ChainReason.Describe(fault.Reason)}"
                : differing is not null ? $"{each}: BROKEN: {differing}."
                : $"{each}: whole, {step.Checked} changes, head {step.Head.Revision} {step.Head.Hash}");
            progress.Report(index + 1, tenants.Length);
        }
        progress.Clear();
        await output.WriteLineAsync($"{tenants.Length} checked, {broken} broken.");
        return broken == 0 ? 0 : Broken;
    }
}
