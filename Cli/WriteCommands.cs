using System.CommandLine;
using AgentManagement.Client;

namespace AgentManagement.Cli;

/// <summary>What changes one agent.</summary>
internal static class WriteCommands
{
    private static readonly Option<int?> IfVersion = new("--if-version") { Description = "Only if this is the current version." };

    public static IEnumerable<Command> All() =>
    [
        Status("activate", "Makes an agent active.", (agents, id, reason, options, stopping) =>
            agents.ActivateAsync(id, reason, options, stopping)),
        Status("deactivate", "Makes an agent inactive.", (agents, id, reason, options, stopping) =>
            agents.DeactivateAsync(id, reason, options, stopping)),
        Rollback(), Clone(), Archive(), Restore(),
    ];

    private static Command Status(
        string name, string description,
        Func<AgentsApi, string, string?, WriteOptions, CancellationToken, Task<Agent>> change)
    {
        var (id, reason) = (ReadCommands.AgentId(), new Option<string?>("--reason") { Description = "Kept in the history." });
        return new Command(name, description) { id, reason, IfVersion }.Runs(async (parsed, client, output, stopping) =>
            Say(output, await change(client.Agents, parsed.GetRequiredValue(id), parsed.GetValue(reason), OptionsOf(parsed), stopping)));
    }

    private static Command Rollback()
    {
        var id = new Argument<string>("WHAT") { Description = "An agent's id, or a label." };
        var version = new Argument<int?>("VERSION")
        {
            Description = "Of an agent: whose content is to be its again.", Arity = ArgumentArity.ZeroOrOne,
        };
        var note = new Option<string?>("--note", "--reason") { Description = "Kept in the history." };
        return new Command("rollback", "Takes back the last release of a label; with a version, makes an agent what it was then.")
        {
            id, version, note, IfVersion,
        }.Runs(async (parsed, client, output, stopping) => parsed.GetValue(version) is { } number
            ? Say(output, await client.Agents.RollBackAsync(
                parsed.GetRequiredValue(id), number, parsed.GetValue(note), OptionsOf(parsed), stopping))
            : await ReleaseCommands.RollBackLastAsync(client, output, parsed.GetRequiredValue(id), parsed.GetValue(note), stopping));
    }

    private static Command Clone()
    {
        var (id, name) = (ReadCommands.AgentId(), new Argument<string>("NAME") { Description = "What the new one is called." });
        var newId = new Option<string?>("--id") { Description = "Its id; made by the service by default." };
        var command = new Command("clone", "Makes a new agent with the same content.") { id, name, newId };
        return command.Runs(async (parsed, client, output, stopping) =>
            Say(output, await client.Agents.CloneAsync(
                parsed.GetRequiredValue(id), parsed.GetRequiredValue(name), parsed.GetValue(newId), cancellationToken: stopping)));
    }

    private static Command Archive()
    {
        var id = ReadCommands.AgentId();
        return new Command("archive", "Archives an agent; for 30 days it can be restored.") { id, IfVersion }
            .Runs(async (parsed, client, output, stopping) =>
            {
                await client.Agents.ArchiveAsync(parsed.GetRequiredValue(id), options: OptionsOf(parsed), cancellationToken: stopping);
                output.Say($"{parsed.GetValue(id)} is archived.");
                return ExitCodes.Done;
            });
    }

    private static Command Restore()
    {
        var id = ReadCommands.AgentId();
        return new Command("restore", "Brings an archived agent back.") { id }.Runs(async (parsed, client, output, stopping) =>
            Say(output, await client.Agents.RestoreAsync(parsed.GetRequiredValue(id), cancellationToken: stopping)));
    }

    private static WriteOptions OptionsOf(ParseResult parsed) => new() { IfMatch = parsed.GetValue(IfVersion) };

    private static int Say(Output output, Agent agent)
    {
        if (output.IsForPeople) output.Say($"{agent.Id} is {agent.Status}, version {agent.Version}.");
        else output.Show(agent);
        foreach (var warning in agent.Warnings ?? []) output.Say($"  warning: {warning.Pointer}: {warning.Message}");
        return ExitCodes.Done;
    }
}
