using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using AgentManagement.Client;

namespace AgentManagement.Cli;

/// <summary>Labels: where versions run, and what has to hold before one gets there.</summary>
internal static class LabelCommands
{
    public static Command Label() => new("label", "Lists, shows and sets labels.") { List(), Show(), Set() };

    public static CliException NoSuchLabel(string name) => new($"There is no label '{Plain.Line(name)}'.");

    private static Argument<string> LabelName() => new("LABEL") { Description = "The label's name." };

    private static Command List() => new Command("list", "Lists the tenant's labels.").Runs(async (_, client, output, stopping) =>
    {
        var labels = await client.Labels.ListAsync(stopping);
        await output.ListAsync(
            labels.ToAsyncEnumerable(), ["name", "agents", "revision", "approvals", "from", "under way", "description"],
            label => [label.Name, Text(label.Agents), Text(label.Revision), Text(label.Approvals), label.From,
                Text(label.UnfinishedReleases.Count), label.Description]);
        return ExitCodes.Done;
    });

    private static Command Show()
    {
        var name = LabelName();
        return new Command("show", "Tells what a label asks, and which versions it has.") { name }
            .Runs(async (parsed, client, output, stopping) =>
            {
                var id = parsed.GetRequiredValue(name);
                var label = await client.Labels.FindAsync(id, stopping) ?? throw NoSuchLabel(id);
                var assigned = await client.Labels.FindAssignmentsAsync(label.Name, stopping) ?? throw NoSuchLabel(label.Name);
                if (!output.IsForPeople)
                {
                    output.Write(JsonSerializer.SerializeToNode(new { label, assignments = assigned.Items }, Output.Indented)!);
                    return ExitCodes.Done;
                }
                Show(output, label);
                await output.ListAsync(
                    assigned.Items.ToAsyncEnumerable(), ["agent", "version", "candidate", "share", "before", "release"],
                    each => [each.Agent, Text(each.Stable), Text(each.Candidate),
                        each.Candidate is null ? null : Steps.PercentOf(each.Weight), Text(each.Previous), each.Release]);
                return ExitCodes.Done;
            });
    }

    private static Command Set()
    {
        var name = LabelName();
        var description = new Option<string?>("--description") { Description = "What it is for." };
        var approvals = new Option<int?>("--approvals") { Description = "How many must approve of a release." };
        var authors = new Option<bool?>("--exclude-authors") { Description = "Those who wrote what is released do not count; or false." };
        var rollback = new Option<bool?>("--rollback-needs-approval") { Description = "So does a rollback; or false." };
        var from = new Option<string?>("--from") { Description = "The label that must have a version before; '' for none." };
        var checks = new Option<string[]?>("--check") { Description = "A check that must have passed; several for all; '' for none." };
        var freeze = new Option<string[]>("--freeze")
        {
            Description = "FROM,TO,REASON: nothing is released in that time; added to those that are there.",
        };
        var thaw = new Option<bool>("--thaw") { Description = "Without the freezes that are there." };
        var note = ReleaseCommands.Note();
        var command = new Command("set", "Makes a label, or changes of its policy what is named.")
        {
            name, description, approvals, authors, rollback, from, checks, freeze, thaw, note,
        };
        return command.Runs(async (parsed, client, output, stopping) =>
        {
            var id = parsed.GetRequiredValue(name);
            var current = await client.Labels.FindAsync(id, stopping);
            var policy = current?.ToPolicy() ?? new();
            policy = policy with
            {
                Description = parsed.GetValue(description) ?? policy.Description,
                Approvals = parsed.GetValue(approvals) ?? policy.Approvals,
                ExcludeAuthors = parsed.GetValue(authors) ?? policy.ExcludeAuthors,
                RollbackNeedsApproval = parsed.GetValue(rollback) ?? policy.RollbackNeedsApproval,
                From = parsed.GetValue(from) switch { null => policy.From, "" => null, var other => other },
                Checks = parsed.GetValue(checks) is { Length: > 0 } named ? [.. named.Where(check => check.Length > 0)] : policy.Checks,
                Freezes =
                [
                    .. parsed.GetValue(thaw) ? [] : policy.Freezes, .. (parsed.GetValue(freeze) ?? []).Select(ReadFreeze),
                ],
                Note = parsed.GetValue(note),
            };
            var label = await client.Labels.SetAsync(id, policy, new() { IfMatch = current?.Version ?? 0 }, stopping);
            if (output.IsForPeople) Show(output, label);
            else output.Show(label);
            return ExitCodes.Done;
        });
    }

    private static Freeze ReadFreeze(string text)
    {
        const DateTimeStyles asItIs = DateTimeStyles.AssumeUniversal;
        return text.Split(',', 3) is [var first, var last, { Length: > 0 } reason]
            && DateTimeOffset.TryParse(first, CultureInfo.InvariantCulture, asItIs, out var from)
            && DateTimeOffset.TryParse(last, CultureInfo.InvariantCulture, asItIs, out var to)
            ? new(from, to, reason)
            : throw new CliException($"--freeze {Plain.Line(text)}: it is FROM,TO,REASON.", ExitCodes.Usage);
    }

    private static void Show(Output output, Label label) => output.Show(label,
        ("name", label.Name), ("description", label.Description), ("agents", Text(label.Agents)), ("revision", Text(label.Revision)),
        ("approvals", Text(label.Approvals) + (label.ExcludeAuthors ? ", not of authors" : "")
            + (label.RollbackNeedsApproval ? ", of rollbacks too" : "")),
        ("from", label.From), ("checks", string.Join(", ", label.Checks)),
        ("freezes", string.Join(", ", label.Freezes.Select(each =>
            $"{ReleaseCommands.Text(each.From)} to {ReleaseCommands.Text(each.To)} ({each.Reason})"))),
        ("under way", string.Join(", ", label.UnfinishedReleases)));

    private static string? Text(int? number) => number?.ToString(CultureInfo.InvariantCulture);
}
