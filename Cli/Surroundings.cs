using System.CommandLine;

namespace AgentManagement.Cli;

/// <summary>What a run of the program has around it.</summary>
/// <param name="Variable">The environment.</param>
internal sealed record Surroundings(TextWriter Output, TextWriter Error, TextReader Input, Func<string, string?> Variable);

/// <summary>An invocation that knows its surroundings.</summary>
internal sealed class CliInvocation : InvocationConfiguration
{
    public CliInvocation(Surroundings surroundings)
    {
        (Surroundings, Output, Error) = (surroundings, surroundings.Output, surroundings.Error);
        EnableDefaultExceptionHandler = false;
    }

    private int _requests;

    public Surroundings Surroundings { get; }

    /// <summary>How many requests were sent, repetitions included.</summary>
    public int Requests => Volatile.Read(ref _requests);

    public void CountRequest() => Interlocked.Increment(ref _requests);

    public static Surroundings Of(ParseResult parsed) => ((CliInvocation)parsed.InvocationConfiguration).Surroundings;
}
