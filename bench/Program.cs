using System.CommandLine;
using AgentManagement.Bench.Alerts;
using AgentManagement.Bench.Chaos;
using AgentManagement.Bench.Crash;
using AgentManagement.Bench.Follow;
using AgentManagement.Bench.Hostile;
using AgentManagement.Bench.Import;
using AgentManagement.Bench.Isolation;
using AgentManagement.Bench.Jobs;
using AgentManagement.Bench.Load;
using AgentManagement.Bench.Outage;
using AgentManagement.Bench.Quota;
using AgentManagement.Bench.Releases;
using AgentManagement.Bench.Report;
using AgentManagement.Bench.Run;
using AgentManagement.Bench.Scale;
using AgentManagement.Bench.Service;
using AgentManagement.Bench.Templates;
using AgentManagement.Bench.Update;

var database = new Option<string>("--database")
{
    Description = "sqlite, or postgresql://user:password@host:port/database of a login that may create databases; for chaos also own",
    DefaultValueFactory = _ => DataLocation.Sqlite,
    Recursive = true,
};
var seed = new Option<int>("--seed") { Description = "Of everything random", DefaultValueFactory = _ => 1 };
var rounds = new Option<int>("--rounds") { Description = "How often", DefaultValueFactory = _ => 50 };
var kills = new Option<int>("--kills") { Description = "How often", DefaultValueFactory = _ => 50 };
var quotaRounds = new Option<int>("--rounds") { Description = "How often", DefaultValueFactory = _ => 10 };
var requests = new Option<int>("--requests") { Description = "How many", DefaultValueFactory = _ => 10_000 };
var first = new Option<int>("--first")
{
    Description = "Number of the first; with --requests 1, repeats and shows it", DefaultValueFactory = _ => 0,
};
var history = new Option<int>("--history") { Description = "Versions of the old agent", DefaultValueFactory = _ => 10_000 };
var samples = new Option<int>("--samples") { Description = "Of each request", DefaultValueFactory = _ => 1_000 };
var changes = new Option<int>("--changes") { Description = "How many", DefaultValueFactory = _ => 10_000 };
var sockets = new Option<int>("--sockets") { Description = "Idle ones that are open meanwhile", DefaultValueFactory = _ => 0 };
var fault = new Argument<string[]>("fault")
{
    Description = $"{string.Join(", ", Faults.Names)}; several take turns", Arity = ArgumentArity.OneOrMore,
};
fault.AcceptOnlyFromAmong([.. Faults.Names]);
var minutes = new Option<double>("--minutes") { Description = "How long faults come", DefaultValueFactory = _ => 10 };
var quotaSilos = new Option<int>("--silos")
{
    Description = "A cluster of so many, killed at random, on PostgreSQL; 0 for one process", DefaultValueFactory = _ => 0,
};
var attempts = new Option<int>("--attempts") { Description = "How many", DefaultValueFactory = _ => 100_000 };
var seconds = new Option<int>("--seconds") { Description = "How long each time", DefaultValueFactory = _ => 10 };
var silos = new Option<int>("--silos") { Description = "How many", DefaultValueFactory = _ => 3 };
var outages = new Argument<string[]>("outages")
{
    Description = "Some of " + string.Join(", ", OutageExperiment.Names) + "; all that can be made here",
};
outages.AcceptOnlyFromAmong([.. OutageExperiment.Names]);
outages.Arity = ArgumentArity.ZeroOrMore;
var outageSilos = new Option<int>("--silos") { Description = "A cluster of so many; 0 for one process", DefaultValueFactory = _ => 0 };
var outageSeconds = new Option<int>("--seconds") { Description = "How long each lasts", DefaultValueFactory = _ => 30 };
var previous = new Argument<string>("previous") { Description = "Folder artifacts of the other build, of the same configuration" };
var updateSeconds = new Option<int>("--seconds") { Description = "How long both run after each step", DefaultValueFactory = _ => 10 };
var agents = new Option<int>("--agents") { Description = "That are active", DefaultValueFactory = _ => 1_000 };
var steadyMinutes = new Option<double>("--minutes")
{
    Description = "How long; the first half is warming up", DefaultValueFactory = _ => 30,
};
var rate = new Option<int>("--rate") { Description = "Requests a second", DefaultValueFactory = _ => 60 };
var rules = new Argument<string>("rules") { Description = "The file of rules", DefaultValueFactory = _ => "monitoring/alerts.yaml" };
var only = new Option<string>("--only")
{
    Description = $"Some of {string.Join(",", RunExperiment.Parts)}", DefaultValueFactory = _ => "",
};
var runRounds = new Option<int>("--rounds") { Description = "How often each side is measured", DefaultValueFactory = _ => 5 };
var runSeconds = new Option<int>("--seconds")
{
    Description = "How long each time; in R3, R5 and R7 half of it", DefaultValueFactory = _ => 4,
};
var results = new Option<string>("--results") { Description = "Folder to write to", DefaultValueFactory = _ => "bench/results" };
var tenants = new Option<int>("--tenants") { Description = "Of the large population, with 50 agents each", DefaultValueFactory = _ => 200 };
var watchers = new Option<int>("--watchers") { Description = "Idle ones while changes are followed", DefaultValueFactory = _ => 1_000 };
var port = new Option<int>("--port") { Description = "Of this machine", Required = true };
var body = new Option<string>("--body") { Description = "A file with the bytes of every answer", Required = true };
var select = new Option<string?>("--select") { Description = "Connection string; answers are then read from its database" };
var path = new Argument<string?>("path")
{
    Description = $"The file real-agents.ndjson; else {RealAgents.PathVariable} or ../shared/data", DefaultValueFactory = _ =>
        RealAgents.FindPath(),
};

var root = new RootCommand("Experiments on the running service: each starts it as a process of its own and speaks to it over REST.")
{
    database,
    Experiment("import", "Real agents in, edited, rolled back, killed, and out byte for byte", [path], (parsed, output) =>
        parsed.GetValue(path) is { } file
            ? new ImportExperiment().RunAsync(new(parsed.GetValue(database)!, file), output).Report()
            : throw new FileNotFoundException("There is no file of real agents: name it.")),
    Experiment("upgrade", "Real agents as templates, upgraded twice and undone", [path, seed], (parsed, output) =>
        parsed.GetValue(path) is { } file
            ? new UpgradeExperiment().RunAsync(new(parsed.GetValue(database)!, file), parsed.GetValue(seed), output).Report()
            : throw new FileNotFoundException("There is no file of real agents: name it.")),
    Experiment("crash", "The service is killed while it is written to", [rounds, seed], (parsed, output) =>
        CrashExperiment.RunAsync(new(parsed.GetValue(database)!, parsed.GetValue(rounds), parsed.GetValue(seed)), output).Report()),
    Experiment("releases", "The service is killed in the middle of releases by steps", [kills, seed], (parsed, output) =>
        ReleasesExperiment.RunAsync(new(parsed.GetValue(database)!, parsed.GetValue(kills), parsed.GetValue(seed)), output).Report()),
    Experiment("jobs", "The service is killed in the middle of imports", [kills, seed], (parsed, output) =>
        new JobsExperiment().RunAsync(new(parsed.GetValue(database)!, parsed.GetValue(kills), parsed.GetValue(seed)), output).Report()),
    Experiment("quota", "Many requests at once meet a limit", [quotaRounds, quotaSilos, seed], (parsed, output) =>
    {
        var options = new QuotaOptions(
            parsed.GetValue(database)!, parsed.GetValue(quotaRounds), Silos: parsed.GetValue(quotaSilos), Seed: parsed.GetValue(seed));
        return options.Silos == 0 ? new QuotaExperiment().RunAsync(options, output).Report() : new QuotaChaos().RunAsync(options, output)
            .Report();
    }),
    Experiment("hostile", "Requests that must be refused, and change nothing", [requests, seed, first], (parsed, output) =>
        new HostileExperiment().RunAsync(
            new(parsed.GetValue(database)!, parsed.GetValue(requests), parsed.GetValue(seed), parsed.GetValue(first)), output).Report()),
    Experiment("isolation", "Intruders try everything on what is another tenant's", [attempts, seed], (parsed, output) =>
        new IsolationExperiment().RunAsync(new(parsed.GetValue(database)!, parsed.GetValue(attempts), parsed.GetValue(seed)), output)
            .Report()),
    Experiment("chaos", "Parts of a cluster fail while it is written to", [fault, minutes, silos, seed], (parsed, output) =>
        ChaosExperiment.RunAsync(
            new(parsed.GetValue(database)!, [.. parsed.GetValue(fault)!], TimeSpan.FromMinutes(parsed.GetValue(minutes)),
                MinDelay: TimeSpan.FromSeconds(10), MaxDelay: TimeSpan.FromSeconds(30), LongestFreeze: TimeSpan.FromSeconds(60),
                parsed.GetValue(seed), parsed.GetValue(silos)), output).Report()),
    Experiment("outage", "Servers that the service needs fail while it is read and written", [outages, outageSilos, outageSeconds, seed],
        (parsed, output) =>
        new OutageExperiment().RunAsync(
            new(parsed.GetValue(outages) is { Length: > 0 } names ? [.. names] : OutageExperiment.Possible,
                TimeSpan.FromSeconds(parsed.GetValue(outageSeconds)), parsed.GetValue(outageSilos), parsed.GetValue(seed)), output)
                    .Report()),
    Experiment(
        "alerts", "What goes wrong makes the alerts of monitoring/ fire in a real Prometheus", [rules, outageSilos], (parsed, output) =>
        AlertsExperiment.RunAsync(new(parsed.GetValue(rules)!, parsed.GetValue(outageSilos)), output).Report()),
    Experiment("steady", "All kinds of requests at a steady rate for a long time", [steadyMinutes, rate, seed], (parsed, output) =>
        new SteadyExperiment().RunAsync(
            new(parsed.GetValue(database)!, TimeSpan.FromMinutes(parsed.GetValue(steadyMinutes)), parsed.GetValue(rate),
                parsed.GetValue(seed)), output).Report()),
    Experiment("update", "A cluster of another build becomes one of this build while it is written to", [previous, updateSeconds, seed],
        (parsed, output) =>
        UpdateExperiment.RunAsync(
            new(parsed.GetValue(database)!, parsed.GetValue(previous)!, parsed.GetValue(seed),
                TimeSpan.FromSeconds(parsed.GetValue(updateSeconds))), output).Report()),
    Experiment("scale", "A silo joins two that hold many active agents, which are read and written", [agents, seed], (parsed, output) =>
        ScaleExperiment.RunAsync(new(parsed.GetValue(database)!, parsed.GetValue(agents), parsed.GetValue(seed)), output).Report()),
    Experiment("follow", "Subscribers drop and resume while the service and Redis are killed", [changes, seed], (parsed, output) =>
        new FollowExperiment().RunAsync(new(parsed.GetValue(database)!, parsed.GetValue(changes), parsed.GetValue(seed)), output).Report()),
    Experiment("latency", "How soon after its acknowledgement a change is heard of", [samples, sockets], (parsed, output) =>
        new LatencyExperiment().RunAsync(new(parsed.GetValue(database)!, parsed.GetValue(samples), parsed.GetValue(sockets)), output)
            .Report()),
    Experiment("neighbour", "A tenant asks 50 times its rate, and another one its own", [quotaRounds, seconds], (parsed, output) =>
        new NeighbourExperiment().RunAsync(
            new(parsed.GetValue(database)!, parsed.GetValue(quotaRounds), TimeSpan.FromSeconds(parsed.GetValue(seconds))), output)
                .Report()),
    Experiment("load", "What requests cost in relation to each other", [history, samples], (parsed, output) =>
        new LoadExperiment().RunAsync(new(parsed.GetValue(database)!, parsed.GetValue(history), parsed.GetValue(samples)), output)
            .Report()),
    Experiment(
        "run", "The service beside its references, in turns", [only, runRounds, runSeconds, results, tenants, watchers], (parsed, output) =>
        RunExperiment.RunAsync(
            new(parsed.GetResult(database) is { Implicit: false } ? parsed.GetValue(database) : null,
                [.. parsed.GetValue(only)!.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)],
                parsed.GetValue(runRounds), TimeSpan.FromSeconds(parsed.GetValue(runSeconds)), parsed.GetValue(results)!,
                parsed.GetValue(tenants), parsed.GetValue(watchers)), output).Report()),
    Reference(),
};
return await root.Parse(args).InvokeAsync();

Command Reference()
{
    var command = new Command(BareKestrel.Command, "The reference of run that answers with bytes and nothing else") { port, body, select };
    command.SetAction((parsed, _) =>
        BareKestrel.ServeAsync(parsed.GetValue(port), parsed.GetValue(body)!, parsed.GetValue(select)));
    return command;
}

static Command Experiment(
    string name, string description, IEnumerable<Symbol> inputs, Func<ParseResult, TextWriter, Task<ExperimentReport>> run)
{
    var command = new Command(name, description);
    foreach (var input in inputs)
    {
        if (input is Option option) command.Options.Add(option);
        if (input is Argument argument) command.Arguments.Add(argument);
    }
    command.SetAction(async (parsed, _) =>
    {
        Console.Out.WriteLine(name);
        var report = await run(parsed, Console.Out);
        report.Print(Console.Out);
        return report.IsGood ? 0 : 1;
    });
    return command;
}
