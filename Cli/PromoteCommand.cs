using System.CommandLine;
using System.Globalization;
using AgentManagement.Client;

namespace AgentManagement.Cli;

/// <summary>A release of what one label has differently from another.</summary>
internal static class PromoteCommand
{
    private const string Latest = "latest";
    private const int MaxItems = 100;

    // What others have to do first: everything else is told before a release is made.
    private const string ApprovalRequired = "approval_required";

    public static Command Promote()
    {
        var from = new Argument<string>("FROM") { Description = $"The label whose versions are taken; {Latest} for the current ones." };
        var to = new Argument<string>("TO") { Description = "The label that is to have them." };
        var agents = new Option<string?>("--agents")
        {
            Description = $"Of these only, as a,b; of {Latest} by default those that TO has, else all that FROM has.",
        };
        var (steps, onFailure, note, wait) = (Steps.Option(), Steps.OnFailure(), ReleaseCommands.Note(), ReleaseCommands.Wait());
        var dryRun = new Option<bool>("--dry-run") { Description = "Tells what would be released, and what would keep it." };
        var command = new Command("promote", "Releases to a label what another has differently, all of it at once.")
        {
            from, to, agents, steps, onFailure, note, dryRun, wait,
        };
        return command.Runs(async (parsed, client, output, stopping) =>
        {
            var (source, target) = (parsed.GetRequiredValue(from), parsed.GetRequiredValue(to));
            var rollout = Steps.Read(parsed.GetValue(steps), parsed.GetValue(onFailure));
            var items = await DifferencesAsync(client, source, target, parsed.GetValue(agents)?.Split(','), stopping);
            if (items.Count == 0)
            {
                output.Say($"{target} has what {source} has.");
                return ExitCodes.Done;
            }
            if (items.Count > MaxItems)
            {
                throw new CliException(
                    $"{items.Count} agents differ, and a release has at most {MaxItems}: say which with --agents.", ExitCodes.Usage);
            }
            foreach (var item in items)
            {
                output.Say(FormattableString.Invariant(
                    $"{item.Agent} {(item.Expect is 0 ? "none" : item.Expect)} -> {item.Version}"));
            }
            var plan = new ReleasePlan(target, items) { Rollout = rollout, Note = parsed.GetValue(note) ?? $"Promoted from {source}." };
            var tried = await client.Releases.DryRun.CreateAsync(plan, cancellationToken: stopping);
            var isKept = tried.Gates.Any(gate => gate.Code != ApprovalRequired);
            if (!tried.Valid || isKept || parsed.GetValue(dryRun))
            {
                if (!output.IsForPeople) output.Show(tried);
                foreach (var issue in tried.Valid ? [] : tried.Issues) output.Say($"  {issue.Pointer}: {issue.Message} ({issue.Code})");
                if (tried.Valid) ReleaseCommands.SayWhatKeeps(output, tried.Gates);
                output.Say(parsed.GetValue(dryRun) ? "Nothing was changed." : "Nothing was released.");
                return tried.Valid && !isKept ? ExitCodes.Done : ExitCodes.Error;
            }
            var release = await client.Releases.CreateAsync(plan, cancellationToken: stopping);
            if (release.Status == "ready") release = await client.Releases.StartAsync(release.Id, cancellationToken: stopping);
            return await ReleaseCommands.SayAsync(client, output, release, parsed.GetValue(wait), stopping);
        });
    }

    /// <summary>What the target is to have, each with what it is expected to have until then.</summary>
    private static async Task<List<PlannedItem>> DifferencesAsync(
        AgentManagementClient client, string source, string target, string[]? only, CancellationToken stopping)
    {
        var there = (await client.Labels.FindAssignmentsAsync(target, stopping) ?? throw LabelCommands.NoSuchLabel(target)).Items
            .ToDictionary(each => each.Agent, each => each.Stable, StringComparer.Ordinal);
        var versions = source == Latest
            ? await client.Agents.ListAsync(new() { PageSize = 200 }, stopping)
                .Where(agent => (only ?? [.. there.Keys]).Contains(agent.Id, StringComparer.Ordinal))
                .ToDictionaryAsync(agent => agent.Id, agent => agent.Version, StringComparer.Ordinal, stopping)
            : (await client.Labels.FindAssignmentsAsync(source, stopping) ?? throw LabelCommands.NoSuchLabel(source)).Items
                .Where(each => each.Stable is not null)
                .ToDictionary(each => each.Agent, each => each.Stable!.Value, StringComparer.Ordinal);
        if ((only ?? []).FirstOrDefault(agent => !versions.ContainsKey(agent)) is { } unknown)
        {
            throw new CliException($"{Plain.Line(source)} has no version of '{Plain.Line(unknown)}'.");
        }
        return
        [
            .. versions.Where(pair => (only is null || only.Contains(pair.Key, StringComparer.Ordinal))
                    && there.GetValueOrDefault(pair.Key) != pair.Value)
                .OrderBy(pair => pair.Key, StringComparer.Ordinal)
                .Select(pair => new PlannedItem(pair.Key, pair.Value) { Expect = there.GetValueOrDefault(pair.Key) ?? 0 }),
        ];
    }
}
