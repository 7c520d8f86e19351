using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace AgentManagement.Silo.Commands;

/// <summary>The command line of a program.</summary>
public static class CommandLine
{
    /// <summary>Exit code of a command line that is none.</summary>
    public const int Misused = 64;

    /// <summary>What was typed to start the program, where that was not its own name: ./run says it.</summary>
    private const string TypedName = "AGENT_MANAGEMENT_COMMAND";

    /// <param name="description">What the program is.</param>
    /// <param name="commands">What it can do.</param>
    public static Command Root(string description, params Command[] commands)
    {
        var root = new Command(Environment.GetEnvironmentVariable(TypedName) ?? RootCommand.ExecutableName, description)
        {
            new HelpOption(), new VersionOption(),
        };
        foreach (var command in commands) root.Add(command);
        return root;
    }

    /// <summary>Does what the arguments say; what is wrong with them is said in a line each.</summary>
    public static Task<int> RunAsync(Command root, string[] arguments)
    {
        var parsed = root.Parse(arguments);
        // Signals are the host's, which ends what is under way first.
        if (parsed.Action is not ParseErrorAction) return parsed.InvokeAsync(new() { ProcessTerminationTimeout = null });
        foreach (var problem in Problems(parsed)) Console.Error.WriteLine(problem);
        Console.Error.WriteLine($"{PathOf(parsed.CommandResult, root)} --help tells more.");
        return Task.FromResult(Misused);
    }

    /// <summary>Everything that is wrong with the arguments, with the names of those that are missing.</summary>
    internal static IReadOnlyList<string> Problems(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var missing = command.Arguments.Where(argument => argument.Arity.MinimumNumberOfValues > 0 && !argument.HasDefaultValue
            && parsed.GetResult(argument) is not { Tokens.Count: > 0 }).ToList();
        return missing.Count == 0
            ? [.. parsed.Errors.Select(error => error.Message).Distinct()]
            : [.. missing.Select(argument => $"{command.Name} needs <{argument.Name}>: {argument.Description}.")];
    }

    private static string PathOf(System.CommandLine.Parsing.CommandResult result, Command root) =>
        result.Command == root ? root.Name
        : result.Parent is System.CommandLine.Parsing.CommandResult parent ? $"{PathOf(parent, root)} {result.Command.Name}"
        : result.Command.Name;
}
