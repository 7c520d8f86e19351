using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentManagement.Client;

namespace AgentManagement.Demonstration;

/// <summary>
/// Fills a tenant with what there is to look around in, over the API, as people would. What is there already is left as it is: done twice
/// it makes nothing twice, and what broke off goes on.
/// </summary>
/// <param name="client">The service, as the person of a name.</param>
/// <param name="progress">Told how much is made.</param>
public sealed class DemonstrationData(Func<string, AgentManagementClient> client, Action<int> progress)
{
    public const string Staging = "staging";
    public const string Production = "production";

    // Ana answers for all of it, the others write.
    private const string Lead = "ana";
    private int _done;

    /// <summary>Those as whom it is made.</summary>
    public static IReadOnlyList<string> People { get; } = ["ana", "ben", "carla", "david"];

    /// <summary>The agents that are released.</summary>
    public static IReadOnlyList<string> Released { get; } = [.. DemonstrationAgent.All.Take(6).Select(agent => agent.Id)];

    public async Task FillAsync(CancellationToken stopping)
    {
        var me = await client(Lead).Tenant.GetCallerAsync(stopping);
        var agents = await ImportAsync(stopping);
        var whole = 0;
        foreach (var (index, agent) in agents.Index()) whole += await WriteHistoryAsync(index, agent, stopping) ? 1 : 0;
        if (me.Permissions.Contains("templates:write")) await MakeTemplatesAsync(stopping);
        // Releases are of agents with all of their history.
        if (me.Permissions.Contains("labels:manage") && whole >= Released.Count) await ReleaseAsync(stopping);
    }

    /// <summary>As many as the tier allows.</summary>
    private async Task<IReadOnlyList<DemonstrationAgent>> ImportAsync(CancellationToken stopping)
    {
        var tenant = await client(Lead).Tenant.GetAsync(stopping);
        var room = tenant.Limits.GetProperty("agents").GetInt32() - tenant.Usage.GetProperty("agents").GetInt32();
        var there = new HashSet<string>();
        await foreach (var agent in client(Lead).Agents.ListAsync(null, stopping)) there.Add(agent.Id);
        var missing = DemonstrationAgent.All.Where(agent => !there.Contains(agent.Id)).Take(Math.Max(0, room)).ToList();
        if (missing.Count > 0)
        {
            var lines = new StringBuilder();
            foreach (var agent in missing) lines.Append(agent.FirstContent().ToJsonString()).Append('\n');
            var tasks = client(Lead).Tasks;
            var import = await tasks.ImportAsync(Encoding.UTF8.GetBytes(lines.ToString()), dryRun: false, createOnly: true, null, stopping);
            await tasks.WaitAsync(import.Id, null, stopping);
            Report(missing.Count);
        }
        there.UnionWith(missing.Select(agent => agent.Id));
        return [.. DemonstrationAgent.All.Where(agent => there.Contains(agent.Id))];
    }

    /// <returns>Whether it has all of its history.</returns>
    private async Task<bool> WriteHistoryAsync(int index, DemonstrationAgent agent, CancellationToken stopping)
    {
        if (await client(Lead).Agents.FindAsync(agent.Id, stopping) is not { } known) return false;
        foreach (var step in DemonstrationStep.Of(index).Skip(known.Version - 1))
        {
            var agents = client(step.By).Agents;
            var options = new WriteOptions { IfMatch = known.Version };
            try
            {
                if (step.Patch is { } patch)
                {
                    var content = patch(agent);
                    content["note"] = step.Note;
                    known = await agents.PatchAsync(agent.Id, Element(content), options, stopping);
                }
                else known = await agents.ActivateAsync(agent.Id, step.Note, options, stopping);
            }
            catch (ApiException refusal) when (IsOfTier(refusal))
            {
                return false;
            }
            Report(1);
        }
        return true;
    }

    /// <summary>Two templates; an agent of the first has not come along to its second version.</summary>
    private async Task MakeTemplatesAsync(CancellationToken stopping)
    {
        var templates = client("carla").Templates;
        try
        {
            var desk = await templates.FindAsync("branch-desk", stopping)
                ?? await templates.CreateAsync(DemonstrationTemplates.BranchDesk(1), null, stopping);
            foreach (var (id, branch, city) in DemonstrationTemplates.Branches) await MakeAsync("branch-desk", id, branch, "city", city);
            if (desk.Version == 1)
            {
                await templates.ReplaceAsync("branch-desk", DemonstrationTemplates.BranchDesk(2), new() { IfMatch = 1 }, stopping);
                Report(1);
            }
            // The last branch has not come along.
            foreach (var (id, _, _) in DemonstrationTemplates.Branches.SkipLast(1))
            {
                if (await client(Lead).Agents.FindAsync(id, stopping) is not { TemplateVersion: 1, Version: 1 } agent) continue;
                await client("ben").Agents.UpgradeAsync(
                    id, new(2) { Note = "The new opening hours" }, new() { IfMatch = agent.Version }, stopping);
                Report(1);
            }
            if (await templates.FindAsync("field-report", stopping) is null)
            {
                await templates.CreateAsync(DemonstrationTemplates.FieldReport(), null, stopping);
            }
            await MakeAsync("field-report", "field-report-north", "Field reports north", "region", "the north");
        }
        catch (ApiException refusal) when (IsOfTier(refusal))
        {
            // There are none in this tier, or no more.
        }

        async Task MakeAsync(string template, string id, string name, string variable, string value)
        {
            if (await client(Lead).Agents.FindAsync(id, stopping) is not null) return;
            await templates.InstantiateAsync(template, name, id, Element(new() { [variable] = value }), null, null, stopping);
            Report(1);
        }
    }

    /// <summary>Labels with a history, a rollout that is under way, and a release that waits for somebody's approval.</summary>
    private async Task ReleaseAsync(CancellationToken stopping)
    {
        var (lead, labels) = (client(Lead), client(Lead).Labels);
        var notes = new HashSet<string?>();
        await foreach (var release in lead.Releases.ListAsync(null, stopping)) notes.Add(release.Note);
        if (await labels.FindAsync(Staging, stopping) is null)
        {
            await labels.SetAsync(Staging, new() { Description = "Where colleagues try it out" }, null, stopping);
        }
        if (await labels.FindAsync(Production, stopping) is null)
        {
            await labels.SetAsync(Production, new() { Description = "What customers talk to" }, null, stopping);
        }
        await StartAsync("ana", new(Staging, Items(Released, 6)) { Note = "The first round" });
        await StartAsync("ana", new(Production, Items(Released, 6)) { Note = "The beginning, after two weeks of trying" });
        await StartAsync("ben", new(Staging, Items(Released, 9)) { Note = "With the rule of the review" });
        await StartAsync("ben", new(Production, Items(Released, 9)) { Note = "With the rule of the review, as tried in staging" });
        if (await labels.FindAsync(Production, stopping) is { Approvals: 0 } production)
        {
            await labels.SetAsync(
                Production,
                production.ToPolicy() with { Approvals = 1, ExcludeAuthors = true, Note = "Nobody releases to customers alone" },
                new() { IfMatch = production.Version }, stopping);
            Report(1);
        }
        var steps = new Rollout([new(10_000, default, "approval"), new(50_000, default, "approval")]);
        await StartAsync(
            "ben", new(Staging, Items(Released.Take(3), 13)) { Note = "Shorter answers, for some of us first", Rollout = steps });
        await MakeAsync("david", new(Production, Items(Released.Skip(3), 12)) { Note = "Shorter answers for everybody" });

        async Task<Release?> MakeAsync(string by, ReleasePlan plan)
        {
            if (!notes.Add(plan.Note)) return null;
            var made = await client(by).Releases.CreateAsync(plan, null, stopping);
            Report(1);
            return made;
        }

        async Task StartAsync(string by, ReleasePlan plan)
        {
            if (await MakeAsync(by, plan) is { } made) await client(by).Releases.StartAsync(made.Id, null, stopping);
        }
    }

    private static List<PlannedItem> Items(IEnumerable<string> agents, int version) =>
        [.. agents.Select(agent => new PlannedItem(agent, version))];

    /// <summary>As far as the tier goes.</summary>
    private static bool IsOfTier(ApiException refusal) => refusal.Code is "quota_exceeded" or "invalid_content" or "permission_denied";

    private void Report(int more) => progress(_done += more);

    private static JsonElement Element(JsonObject content)
    {
        using var document = JsonDocument.Parse(content.ToJsonString());
        return document.RootElement.Clone();
    }
}
