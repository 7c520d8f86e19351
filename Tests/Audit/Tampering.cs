using AgentManagement.Grains.Audit;
using AgentManagement.Silo.Storage;
using Dapper;

namespace AgentManagement.Tests.Audit;

/// <summary>A log of five changes, and somebody who may do anything in its database.</summary>
internal static class Tampering
{
    public const string Tenant = "acme";

    /// <summary>Five changes of one agent, with content of three versions that differ.</summary>
    public static async Task WriteAsync(TestSilo silo, string tenantId = Tenant)
    {
        AgentCommand[] commands =
        [
            new CreateAgent(Sample.Content()), new ReplaceAgent(Sample.Content(text: "Other.")), new ActivateAgent("Launch"),
            new ReplaceAgent(Sample.Content(name: "Bótz\u00A0🤖", text: "Third.")), new DeactivateAgent(null),
        ];
        foreach (var command in commands) Assert.True((await silo.Tenant(tenantId).ApplyAsync("bot", command)).IsOk);
    }

    /// <summary>Runs SQL as who has taken the log's protection away first.</summary>
    public static async Task ExecuteAsync(Database database, string sql, object? parameters = null)
    {
        await using var connection = await database.Source.OpenConnectionAsync();
        await connection.ExecuteAsync(database.Kind == "sqlite"
            ? "DROP TRIGGER IF EXISTS change_log_is_not_updated; DROP TRIGGER IF EXISTS change_log_is_not_deleted"
            : "ALTER TABLE change_log DISABLE TRIGGER USER");
        await connection.ExecuteAsync(sql, parameters);
    }

    /// <summary>What checking the whole log finds; a few rows at a time, so that steps meet.</summary>
    public static async Task<string> CheckAsync(TestSilo silo, string tenantId = Tenant)
    {
        var step = await new ChainCheck(new SqlAuditStore(silo.Database)).RunAsync(tenantId);
        return step.Fault is { } fault ? $"{fault.Revision} {fault.Reason}" : $"whole {step.Checked}";
    }
}
