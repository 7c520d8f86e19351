using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentManagement.Client;
using Spectre.Console;

namespace AgentManagement.Cli;

/// <summary>
/// Agents as code. There is no file of state: the service keeps what each manager applied last, and compares file and agent with it.
/// </summary>
internal static class ApplyCommands
{
    private const string Create = "create";
    private const string Change = "change";

    // Content and file are the same, and the manager has not applied it before: it is compared by it from here on.
    private const string Adopt = "adopt";
    private const string Archive = "archive";
    private const string Same = "unchanged";
    private const string Conflict = "conflict";
    private const string Invalid = "invalid";

    // As many as a tenant's share of a gateway bears beside its people.
    private const int AtOnce = 4;
    private const int FilesOfALine = 100;

    private static readonly Option<string[]> Files = new("--file", "-f")
    {
        Description = "Files, or folders of files, with an agent each; - for the standard input.", Required = true,
    };

    private static readonly Option<string> Manager = new("--manager", "-m")
    {
        Description = "Whose files these are: what it applied last is what they are compared by.", DefaultValueFactory = _ => "agents-cli",
    };

    private static readonly Option<bool> Prune = new("--prune")
    {
        Description = "Archives the agents that were made of this manager's files and have none any more.",
    };

    private static readonly Option<string[]> Take = new("--take")
    {
        Description = "Resolves a conflict: PATH=file or PATH=live, of one agent only as ID:PATH=file.",
    };

    public static IEnumerable<Command> All() => [Plan(), Apply()];

    private static Command Plan() => new Command("plan", "Tells what apply would change, field by field; ends with 3 when anything.")
    {
        Files, Manager, Prune, Take,
    }.Runs(PlanAsync);

    private static Command Apply()
    {
        var note = new Option<string?>("--note") { Description = "Kept in the history." };
        var dryRun = new Option<bool>("--dry-run") { Description = "The same as plan." };
        return new Command("apply", "Brings agents to what files have, and keeps what others changed meanwhile.")
        {
            Files, Manager, Prune, Take, note, dryRun,
        }.Runs((parsed, client, output, stopping) => parsed.GetValue(dryRun)
            ? PlanAsync(parsed, client, output, stopping)
            : ApplyAsync(parsed, parsed.GetValue(note), client, output, stopping));
    }

    private static async Task<int> PlanAsync(
        ParseResult parsed, AgentManagementClient client, Output output, CancellationToken stopping)
    {
        var files = await FilesOf(parsed, stopping);
        var steps = await WithProgressAsync("plan", files, parsed, output, async file => await TryAsync(client, file, stopping), stopping);
        steps.AddRange((await GoneAsync(parsed, client, files, stopping)).Select(id => new Step(id, Archive)));
        return Print(steps, output);
    }

    private static async Task<int> ApplyAsync(
        ParseResult parsed, string? note, AgentManagementClient client, Output output, CancellationToken stopping)
    {
        var (files, watch) = (await FilesOf(parsed, stopping), Stopwatch.StartNew());
        var steps = await WithProgressAsync(
            "apply", files, parsed, output,
            async file => await DoAsync(client, file with { Body = file.Body with { Note = note } }, stopping), stopping);
        foreach (var id in await GoneAsync(parsed, client, files, stopping))
        {
            await client.Agents.ArchiveAsync(id, cancellationToken: stopping);
            steps.Add(new(id, Archive));
        }
        var code = Print(steps, output);
        var requests = ((CliInvocation)parsed.InvocationConfiguration).Requests;
        output.Say(FormattableString.Invariant($"{files.Count} files in {watch.Elapsed.TotalSeconds:0.0} s, {requests} requests."));
        return code == ExitCodes.Differences ? ExitCodes.Done : code;
    }

    private static async Task<Step> TryAsync(AgentManagementClient client, AgentFile file, CancellationToken stopping)
    {
        var tried = await client.Agents.DryRun.ApplyAsync(file.Id, file.Body, cancellationToken: stopping);
        if (tried.Conflicts is { Count: > 0 } conflicts) return new(file.Id, Conflict) { Conflicts = conflicts };
        if (!tried.Valid) return new(file.Id, Invalid) { Problems = [.. tried.Issues] };
        var does = tried.Effect switch
        {
            null => Same,
            { Kind: "agent_created" } => Create,
            { Differences: [] } => Adopt,
            _ => Change,
        };
        var step = new Step(file.Id, does)
        {
            Differences = tried.Effect?.Differences ?? [], Risks = tried.Effect?.Risks ?? [], Kept = tried.Merged ?? [],
        };
        // Whose change is kept is told, and that takes a look at who made it.
        return step.Kept.Count == 0 ? step : step with { Live = await client.Agents.FindAsync(file.Id, stopping) };
    }

    private static async Task<Step> DoAsync(AgentManagementClient client, AgentFile file, CancellationToken stopping)
    {
        try
        {
            var after = await client.Agents.ApplyAsync(file.Id, file.Body, cancellationToken: stopping);
            var does = after.Change switch { "none" => Same, "agent_created" => Create, _ => Change };
            if (after.Merged is not { Count: > 0 } kept) return new(file.Id, does);
            // Whose change is kept is told, and that takes a look at who made it.
            var before = does == Same ? after.Version : after.Version - 1;
            return new(file.Id, does) { Kept = kept, Live = await client.Agents.FindVersionAsync(file.Id, before, stopping) };
        }
        catch (ApiException refusal) when (refusal.Problem.Conflicts is { Count: > 0 } conflicts)
        {
            return new(file.Id, Conflict) { Conflicts = conflicts };
        }
        catch (ApiException refusal) when ((int)refusal.Status is 404 or 409 or 412 or 422)
        {
            var problem = refusal.Problem;
            return new(file.Id, Invalid)
            {
                Problems = problem.Errors is { Count: > 0 } errors
                    ? [.. errors.Select(error => new Issue("error", error.Code, error.Pointer, error.Message))]
                    : [new Issue("error", problem.Code, "", problem.Detail)],
            };
        }
    }

    /// <summary>The agents of this manager that have no file any more.</summary>
    private static async Task<IReadOnlyList<string>> GoneAsync(
        ParseResult parsed, AgentManagementClient client, IReadOnlyList<AgentFile> files, CancellationToken stopping)
    {
        if (!parsed.GetValue(Prune)) return [];
        var there = files.Select(file => file.Id).ToHashSet(StringComparer.Ordinal);
        var filter = new AgentFilter { Manager = parsed.GetValue(Manager), PageSize = 200 };
        return await client.Agents.ListAsync(filter, stopping).Select(agent => agent.Id).Where(id => !there.Contains(id))
            .ToListAsync(stopping);
    }

    private static async Task<IReadOnlyList<AgentFile>> FilesOf(ParseResult parsed, CancellationToken stopping)
    {
        var sources = await SourceFiles.ReadAsync(parsed.GetValue(Files) ?? [], CliInvocation.Of(parsed).Input, stopping);
        var agents = SourceFiles.AgentsOf(sources, format: null).SelectMany(result => result.Agents).ToList();
        var ids = agents.Select(agent => agent["id"]!.GetValue<string>()).ToHashSet(StringComparer.Ordinal);
        var decisions = DecisionsOf(parsed.GetValue(Take) ?? [], ids);
        return
        [
            .. agents.Select(agent =>
            {
                var id = agent["id"]!.GetValue<string>();
                agent.Remove("id");
                return new AgentFile(id, new(parsed.GetRequiredValue(Manager), JsonSerializer.SerializeToElement(agent))
                {
                    Decisions = decisions.Where(each => each.Id is null || each.Id == id)
                        .ToDictionary(each => each.Label, each => each.Side, StringComparer.Ordinal),
                });
            }),
        ];
    }

    private static List<(string? Id, string Label, string Side)> DecisionsOf(string[] texts, HashSet<string> ids) =>
    [
        .. texts.Select(text =>
        {
            var (sign, colon) = (text.LastIndexOf('='), text.IndexOf(':', StringComparison.Ordinal));
            if (sign <= 0 || text[(sign + 1)..] is not ("file" or "live"))
            {
                throw new CliException($"--take {Plain.Line(text)}: it is PATH=file or PATH=live.", ExitCodes.Usage);
            }
            var (path, side) = (text[..sign], text[(sign + 1)..]);
            return colon > 0 && colon < sign && ids.Contains(text[..colon])
                ? (text[..colon], path[(colon + 1)..], side) : ((string?)null, path, side);
        }),
    ];

    /// <summary>Has all files worked on, some at once; what came of each, in their order.</summary>
    private static async Task<List<Step>> EachAsync(
        IReadOnlyList<AgentFile> files, Func<AgentFile, Task<Step>> work, Action advance, CancellationToken stopping)
    {
        var steps = new Step[files.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stopping };
        await Parallel.ForAsync(0, files.Count, options, async (index, _) =>
        {
            steps[index] = await work(files[index]);
            advance();
        });
        return [.. steps];
    }

    private static int Print(List<Step> steps, Output output)
    {
        if (!output.IsForPeople) output.Write(JsonSerializer.SerializeToNode(steps, Output.Indented)!);
        foreach (var step in steps.Where(step => step.Does != Same || step.Kept.Count > 0)) Print(step, output);
        var counts = steps.GroupBy(step => step.Does).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => $"{group.Count()} {group.Key}");
        output.Say(steps.Count == 0 ? "There is nothing to do." : $"In all: {string.Join(", ", counts)}.");
        return steps.Any(step => step.Does == Invalid) ? ExitCodes.Error
            : steps.Any(step => step.Does == Conflict) ? ExitCodes.Conflict
            : steps.Any(step => step.Does != Same) ? ExitCodes.Differences : ExitCodes.Done;
    }

    private static void Print(Step step, Output output)
    {
        output.Say($"{step.Does,-10} {step.Id}");
        foreach (var risk in step.Risks) output.Say($"  {ReadCommands.LineOf(risk)}");
        var lines = step.Differences.SelectMany(difference => ReadCommands.LineOf(difference).Split('\n'));
        foreach (var line in lines) output.Say($"  {line}");
        foreach (var label in step.Kept)
        {
            output.Say($"  kept: {label}, which somebody changed since; {step.Live?.UpdatedBy} made version {step.Live?.Version}");
        }
        foreach (var conflict in step.Conflicts)
        {
            output.Say($"  {conflict.Label}\n    file: {Value(conflict.Mine)}\n    live: {Value(conflict.Theirs)}\n"
                + $"    --take '{step.Id}:{conflict.Label}=file' or =live");
        }
        foreach (var issue in step.Problems) output.Say($"  {issue.Pointer} {issue.Message} ({issue.Code})");

        static string Value(JsonElement? value) => value is { ValueKind: not JsonValueKind.Undefined } some ? some.ToString() : "(nothing)";
    }

    /// <summary>
    /// Has all files worked on, and says how far it is, and when it waits: by a bar on a terminal, else by a line now and then.
    /// </summary>
    private static async Task<List<Step>> WithProgressAsync(
        string what, IReadOnlyList<AgentFile> files, ParseResult parsed, Output output, Func<AgentFile, Task<Step>> work,
        CancellationToken stopping)
    {
        var invocation = (CliInvocation)parsed.InvocationConfiguration;
        if (output.IsForPeople && invocation.Surroundings.Error == Console.Error && !Console.IsErrorRedirected && files.Count > 0)
        {
            var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
            return await console.Progress().StartAsync(async progress =>
            {
                var bar = progress.AddTask(what, maxValue: files.Count);
                invocation.OnPause = until => bar.Description = $"{what}, waits until {until:u}";
                return await EachAsync(files, work, () =>
                {
                    bar.Description = what;
                    bar.Increment(1);
                }, stopping);
            });
        }
        var (done, error) = (0, TextWriter.Synchronized(invocation.Surroundings.Error));
        invocation.OnPause = until => error.WriteLine(
            $"{what}: {Volatile.Read(ref done)} of {files.Count} files. {CliInvocation.PauseUntil(until)}");
        return await EachAsync(files, work, () =>
        {
            var count = Interlocked.Increment(ref done);
            if (count % FilesOfALine == 0) error.WriteLine($"{what}: {count} of {files.Count} files.");
        }, stopping);
    }

    private sealed record AgentFile(string Id, AppliedFile Body);

    /// <summary>What becomes of one agent.</summary>
    /// <param name="Does">create, change, adopt, archive, unchanged, conflict or invalid.</param>
    private sealed record Step(string Id, string Does)
    {
        public IReadOnlyList<Difference> Differences { get; init; } = [];
        public IReadOnlyList<Risk> Risks { get; init; } = [];

        /// <summary>Where somebody else's change is kept.</summary>
        public IReadOnlyList<string> Kept { get; init; } = [];
        public IReadOnlyList<Conflict> Conflicts { get; init; } = [];
        public IReadOnlyList<Issue> Problems { get; init; } = [];

        [System.Text.Json.Serialization.JsonIgnore]
        public Agent? Live { get; init; }
    }
}
