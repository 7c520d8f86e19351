using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using AgentManagement.Client;

namespace AgentManagement.Cli;

/// <summary>Releases: which versions labels are to have.</summary>
internal static class ReleaseCommands
{
    private const int ShownOfHash = 12;
    private const int MinHashDigits = 8;

    public static Command Release() => new("release", "Makes releases, approves of them, runs them and takes them back.")
    {
        Create(), List(), Show(), Diff(), Approve(), Reject(),
        Action("start", "Starts a release that is ready.",
            (releases, id, stopping) => releases.StartAsync(id, cancellationToken: stopping)),
        Action("advance", "Goes on to the next step.", (releases, id, stopping) => releases.AdvanceAsync(id, cancellationToken: stopping)),
        Action("pause", "Stays at the step that holds.", (releases, id, stopping) => releases.PauseAsync(id, cancellationToken: stopping)),
        Action("resume", "Goes on with a release that was paused.",
            (releases, id, stopping) => releases.ResumeAsync(id, cancellationToken: stopping)),
        Action("cancel", "Ends a release that has not started.",
            (releases, id, stopping) => releases.CancelAsync(id, cancellationToken: stopping)),
        Rollback(),
    };

    public static Option<bool> Wait() => new("--wait") { Description = "Waits until the release has ended or is paused." };

    public static Option<string?> Note() => new("--note") { Description = "Kept in the history." };

    /// <summary>Takes back what a label got last.</summary>
    public static async Task<int> RollBackLastAsync(
        AgentManagementClient client, Output output, string label, string? reason, CancellationToken stopping)
    {
        if (await client.Labels.FindAsync(label, stopping) is null) throw LabelCommands.NoSuchLabel(label);
        var page = await client.Releases.ListPageAsync(new() { Label = label, PageSize = 200 }, cursor: null, stopping);
        var last = page.Items.Where(release => release.StepAt is not null).MaxBy(release => release.StepAt)
            ?? throw new CliException($"Nothing was released to {Plain.Line(label)}.");
        if (last.Kind == "rollback")
        {
            throw new CliException(
                $"The last that happened to {Plain.Line(label)} is a rollback of {last.RollbackOf}. "
                + "To take back another release: agents release rollback ID");
        }
        return Say(output, await client.Releases.RollBackAsync(last.Id, ReasonOf(reason), cancellationToken: stopping));
    }

    /// <summary>Tells how a release stands; with waiting, how it ends.</summary>
    public static async Task<int> SayAsync(
        AgentManagementClient client, Output output, Release release, bool waits, CancellationToken stopping)
    {
        if (!waits) return Say(output, release);
        var told = "";
        var ended = await client.Releases.WaitAsync(release.Id, new Each<Release>(now =>
        {
            if (LineOf(now) == told) return;
            output.Say(told = LineOf(now));
            if (now.Status == "open") SayHowToApprove(output, now);
        }), stopping);
        if (!output.IsForPeople) output.Show(ended);
        SayWhatKeeps(output, ended.Blocked);
        return ended.Status == "completed" ? ExitCodes.Done : ExitCodes.Error;
    }

    public static void SayWhatKeeps(Output output, IReadOnlyList<Gate> gates)
    {
        foreach (var gate in gates)
        {
            output.Say($"  kept: {(gate.Agent is null ? "" : $"{gate.Agent}: ")}{gate.Detail} ({gate.Code})");
        }
    }

    public static string Text(DateTimeOffset time) => time.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static Argument<string> ReleaseId() => new("RELEASE") { Description = "The release's id." };

    private static Command Create()
    {
        var label = new Argument<string>("LABEL") { Description = "Where to." };
        var items = new Argument<string[]>("AGENT@VERSION")
        {
            Description = "What, all of it at once; AGENT alone for its current version, AGENT@none to take it off the label.",
            Arity = ArgumentArity.OneOrMore,
        };
        var (steps, onFailure, note, wait) = (Steps.Option(), Steps.OnFailure(), Note(), Wait());
        var startAt = new Option<DateTimeOffset?>("--start-at") { Description = "When it starts by itself, once it is ready." };
        var expires = new Option<DateTimeOffset?>("--expires") { Description = "When it ends unless it has started." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Tells what would keep it from starting, and makes none." };
        var bypass = new Option<string?>("--bypass")
        {
            Description = "Runs it at once whatever the label asks, for this reason (administrators).",
        };
        var command = new Command("create", "Makes a release; it starts when it is told to, or at its time.")
        {
            label, items, steps, onFailure, note, startAt, expires, dryRun, bypass, wait,
        };
        return command.Runs(async (parsed, client, output, stopping) =>
        {
            var planned = new List<PlannedItem>();
            foreach (var text in parsed.GetRequiredValue(items)) planned.Add(await ReadItemAsync(client, text, stopping));
            var plan = new ReleasePlan(parsed.GetRequiredValue(label), planned)
            {
                Rollout = Steps.Read(parsed.GetValue(steps), parsed.GetValue(onFailure)), Note = parsed.GetValue(note),
                StartAt = parsed.GetValue(startAt), ExpiresAt = parsed.GetValue(expires),
            };
            if (parsed.GetValue(dryRun)) return Say(output, await client.Releases.DryRun.CreateAsync(plan, cancellationToken: stopping));
            var release = parsed.GetValue(bypass) is { } reason
                ? await client.Releases.BypassAsync(plan, reason, cancellationToken: stopping)
                : await client.Releases.CreateAsync(plan, cancellationToken: stopping);
            return await SayAsync(client, output, release, parsed.GetValue(wait), stopping);
        });
    }

    private static Command List()
    {
        var label = new Argument<string?>("LABEL") { Description = "Of this label.", Arity = ArgumentArity.ZeroOrOne };
        var status = new Option<string?>("--status") { Description = "open, ready, running, paused, completed, rolled_back …" };
        var limit = new Option<int>("--limit", "-n") { Description = "At most so many.", DefaultValueFactory = _ => 20 };
        return new Command("list", "Lists releases, newest first.") { label, status, limit }
            .Runs(async (parsed, client, output, stopping) =>
            {
                var filter = new ReleaseFilter { Label = parsed.GetValue(label), Status = parsed.GetValue(status) };
                await output.ListAsync(
                    client.Releases.ListAsync(filter, stopping).Take(parsed.GetValue(limit)),
                    ["id", "label", "kind", "status", "made", "by", "what", "note"],
                    release => [release.Id, release.Label, release.Kind, StatusOf(release), Text(release.CreatedAt), release.CreatedBy,
                        string.Join(", ", release.Items.Select(TextOf)), release.Note ?? release.Reason]);
                return ExitCodes.Done;
            });
    }

    private static Command Show()
    {
        var id = ReleaseId();
        return new Command("show", "Tells how a release stands, and what keeps it.") { id }.Runs(async (parsed, client, output, stopping) =>
        {
            var release = await FindAsync(client, parsed.GetRequiredValue(id), stopping);
            output.Show(release,
                ("id", release.Id), ("label", release.Label), ("kind", release.Kind), ("status", StatusOf(release)),
                ("items", string.Join(", ", release.Items.Select(TextOf))),
                ("steps", string.Join(", ", (release.Rollout?.Steps ?? []).Select(TextOf))), ("plan", release.PlanHash[..ShownOfHash]),
                ("made", $"{Text(release.CreatedAt)} by {release.CreatedBy}"),
                ("starts", release is { HasEnded: false, StartAt: { } start } ? Text(start) : null),
                ("expires", release.Status is "open" or "ready" ? Text(release.ExpiresAt) : null), ("note", release.Note),
                ("reason", release.Reason), ("takes back", release.RollbackOf),
                ("approvals", string.Join(", ", release.Approvals.Select(each =>
                    $"{each.Verdict} by {each.By}{(each.PlanHash == release.PlanHash ? "" : " (of another plan)")}"))),
                ("verdicts", string.Join(", ", release.Verdicts.Select(each => $"{each.Name} {(each.Ok ? "ok" : "not ok")}"))));
            SayWhatKeeps(output, release.Blocked);
            return ExitCodes.Done;
        });
    }

    private static Command Diff()
    {
        var id = ReleaseId();
        return new Command("diff", "Tells what a release changes of each agent; ends with 3 when anything.") { id }
            .Runs(async (parsed, client, output, stopping) =>
            {
                var items = await client.Releases.DiffAsync(parsed.GetRequiredValue(id), stopping);
                if (!output.IsForPeople) output.Write(JsonSerializer.SerializeToNode(items, Output.Indented)!);
                foreach (var item in items)
                {
                    output.Say(TextOf(item.Agent, item.From, item.To));
                    foreach (var risk in item.Risks ?? []) output.Say($"  {ReadCommands.LineOf(risk)}");
                    var lines = (item.Differences ?? []).SelectMany(difference => ReadCommands.LineOf(difference).Split('\n'));
                    foreach (var line in lines) output.Say($"  {line}");
                }
                return items.Any(item => item.From != item.To) ? ExitCodes.Differences : ExitCodes.Done;
            });
    }

    private static Command Approve()
    {
        var (id, comment) = (ReleaseId(), Comment());
        var plan = new Argument<string>("PLAN")
        {
            Description = $"The plan that was looked at: the first {MinHashDigits} digits or more of what show has.",
        };
        return new Command("approve", "Approves of a release, of exactly the plan that was looked at.") { id, plan, comment }
            .Runs(async (parsed, client, output, stopping) =>
            {
                var (release, looked) = (await FindAsync(client, parsed.GetRequiredValue(id), stopping), parsed.GetRequiredValue(plan));
                if (looked.Length < MinHashDigits)
                {
                    throw new CliException($"The first {MinHashDigits} digits of the plan are needed.", ExitCodes.Usage);
                }
                // Of another one the service would refuse it, too: it is asked for exactly this.
                if (!release.PlanHash.StartsWith(looked, StringComparison.OrdinalIgnoreCase))
                {
                    throw new CliException(
                        $"The plan is another by now: look at it again with agents release show {release.Id}", ExitCodes.Conflict);
                }
                return Say(output, await client.Releases.ApproveAsync(
                    release.Id, release.PlanHash, parsed.GetValue(comment), cancellationToken: stopping));
            });
    }

    private static Command Reject()
    {
        var (id, comment) = (ReleaseId(), Comment());
        return new Command("reject", "Ends a release that has not started.") { id, comment }
            .Runs(async (parsed, client, output, stopping) =>
            {
                var release = await FindAsync(client, parsed.GetRequiredValue(id), stopping);
                return Say(output, await client.Releases.RejectAsync(
                    release.Id, release.PlanHash, parsed.GetValue(comment), cancellationToken: stopping));
            });
    }

    private static Command Rollback()
    {
        var (id, reason) = (ReleaseId(), new Option<string?>("--reason") { Description = "Kept in the history." });
        return new Command("rollback", "Takes back all that a release did, or nothing.") { id, reason }
            .Runs(async (parsed, client, output, stopping) => Say(output, await client.Releases.RollBackAsync(
                parsed.GetRequiredValue(id), ReasonOf(parsed.GetValue(reason)), cancellationToken: stopping)));
    }

    private static Command Action(
        string name, string description, Func<ReleasesApi, string, CancellationToken, Task<Release>> act)
    {
        var (id, wait) = (ReleaseId(), Wait());
        return new Command(name, description) { id, wait }.Runs(async (parsed, client, output, stopping) => await SayAsync(
            client, output, await act(client.Releases, parsed.GetRequiredValue(id), stopping), parsed.GetValue(wait), stopping));
    }

    private static Option<string?> Comment() => new("--comment") { Description = "Kept in the history." };

    private static string ReasonOf(string? reason) => reason ?? "Taken back from the command line.";

    private static async Task<PlannedItem> ReadItemAsync(AgentManagementClient client, string text, CancellationToken stopping)
    {
        if (text.Split('@') is not ([_] or [_, _]) || text.StartsWith('@')) throw NoItem(text);
        if (!text.Contains('@', StringComparison.Ordinal))
        {
            return new(text, (await ReadCommands.FindAsync(client, text, version: null, stopping)).Version);
        }
        var (agent, version) = (text.Split('@')[0], text.Split('@')[1]);
        if (version == "none") return new(agent, null);
        return int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new(agent, number) : throw NoItem(text);
    }

    private static CliException NoItem(string text) =>
        new($"{Plain.Line(text)}: it is AGENT@VERSION, AGENT@none or AGENT.", ExitCodes.Usage);

    private static async Task<Release> FindAsync(AgentManagementClient client, string id, CancellationToken stopping) =>
        await client.Releases.FindAsync(id, stopping) ?? throw new CliException($"There is no release '{Plain.Line(id)}'.");

    private static int Say(Output output, ReleaseDryRun tried)
    {
        if (!output.IsForPeople) output.Show(tried);
        foreach (var issue in tried.Issues) output.Say($"  {issue.Pointer}: {issue.Message} ({issue.Code})");
        if (tried.Valid) output.Say(tried.Gates.Count == 0 ? "It would be made, and nothing would keep it." : "It would be made.");
        SayWhatKeeps(output, tried.Gates);
        return tried.Valid ? ExitCodes.Done : ExitCodes.Error;
    }

    private static int Say(Output output, Release release)
    {
        if (!output.IsForPeople) output.Show(release);
        output.Say(LineOf(release));
        if (release.Status == "open") SayHowToApprove(output, release);
        SayWhatKeeps(output, release.Blocked);
        return ExitCodes.Done;
    }

    private static void SayHowToApprove(Output output, Release release) =>
        output.Say($"  It waits for approval: agents release approve {release.Id} {release.PlanHash[..ShownOfHash]}");

    private static string LineOf(Release release) => $"{release.Id} is {StatusOf(release)}.";

    private static string StatusOf(Release release) => release is { HasEnded: false, Rollout.Steps: { } steps, Step: { } step }
        ? $"{release.Status}, {Steps.PercentOf(steps[step].Weight)} (step {step + 1} of {steps.Count})" : release.Status;

    private static string TextOf(ReleaseItem item) => TextOf(item.Agent, item.Expect, item.Version);

    private static string TextOf(string agent, int? from, int? to) => FormattableString.Invariant(
        $"{agent} {(from is { } before ? before : "none")} -> {(to is { } after ? after : "none")}");

    private static string TextOf(RolloutStep step) => Steps.PercentOf(step.Weight)
        + (step.MinDuration > TimeSpan.Zero ? FormattableString.Invariant($" for {step.MinDuration:c}") : "")
        + (step.Gate is null ? "" : $", then {step.Gate}");

    /// <summary>Reports at once, where <see cref="Progress{T}"/> reports later.</summary>
    private sealed class Each<T>(Action<T> report) : IProgress<T>
    {
        public void Report(T value) => report(value);
    }
}
