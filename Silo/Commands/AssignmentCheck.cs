using System.Text.Json;
using AgentManagement.Changes;
using AgentManagement.Silo.Storage;

namespace AgentManagement.Silo.Commands;

/// <summary>Whether labels have what their changes in the log say.</summary>
internal sealed class AssignmentCheck(Database database)
{
    /// <summary>What a label has otherwise than its changes say; null when all is as they say.</summary>
    public async Task<string?> RunAsync(string tenantId)
    {
        while (true)
        {
            var before = await ReadRevisionAsync(tenantId);
            var (has, said) = (await ReadAssignmentsAsync(tenantId), await FoldAsync(tenantId));
            // What was changed meanwhile may be in one and not in the other.
            if (await ReadRevisionAsync(tenantId) != before) continue;
            var first = has.Except(said).Concat(said.Except(has)).Select(each => each.Key).Order().FirstOrDefault();
            return first.Label is null
                ? null : $"the label '{first.Label}' has of '{first.AgentId}' something else than its changes say";
        }
    }

    private Task<long> ReadRevisionAsync(string tenantId) =>
        database.QuerySingleAsync<long>("SELECT revision FROM tenant WHERE tenant_id = @tenantId", new { tenantId });

    private async Task<Dictionary<(string Label, string AgentId), Assigned>> ReadAssignmentsAsync(string tenantId) =>
        (await database.QueryAsync<Row>(
            "SELECT label, agent_id, stable, candidate, weight FROM label_assignment WHERE tenant_id = @tenantId", new { tenantId }))
        .ToDictionary(row => (row.Label, row.AgentId), row => new Assigned(row.Stable, row.Candidate, row.Weight));

    /// <summary>What the labels have by their changes, one after the other.</summary>
    private async Task<Dictionary<(string Label, string AgentId), Assigned>> FoldAsync(string tenantId)
    {
        var fold = new Dictionary<(string Label, string AgentId), Assigned>();
        var changes = await database.QueryAsync<(string Subject, string Details)>(
            """
            SELECT agent_id, details FROM change_log
            WHERE tenant_id = @tenantId AND agent_id >= 'label/' AND agent_id < 'label0' AND details IS NOT NULL ORDER BY revision
            """, new { tenantId });
        foreach (var (subject, details) in changes)
        {
            if (!ChangeSubject.TryReadLabel(subject, out var label)) continue;
            foreach (var item in JsonSerializer.Deserialize<LabelStep>(details, JsonSerializerOptions.Web)!.Items)
            {
                if (item is { Stable: null, Candidate: null }) fold.Remove((label, item.AgentId));
                else fold[(label, item.AgentId)] = new(item.Stable, item.Candidate, item.Weight);
            }
        }
        return fold;
    }

    private readonly record struct Assigned(int? Stable, int? Candidate, int Weight);

    private sealed class Row
    {
        public string Label { get; set; } = "";
        public string AgentId { get; set; } = "";
        public int? Stable { get; set; }
        public int? Candidate { get; set; }
        public int Weight { get; set; }
    }
}
