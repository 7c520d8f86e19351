using System.CommandLine;

namespace AgentManagement.Cli;

/// <summary>What a run of the program has around it.</summary>
/// <param name="Variable">The environment.</param>
internal sealed record Surroundings(TextWriter Output, TextWriter Error, TextReader Input, Func<string, string?> Variable)
{
    /// <summary>The clock of waits.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}

/// <summary>An invocation that knows its surroundings.</summary>
internal sealed class CliInvocation : InvocationConfiguration
{
    public CliInvocation(Surroundings surroundings)
    {
        (Surroundings, Output, Error) = (surroundings, surroundings.Output, surroundings.Error);
        EnableDefaultExceptionHandler = false;
        OnPause = until => surroundings.Error.WriteLine(PauseUntil(until));
    }

    private int _requests;

    public Surroundings Surroundings { get; }

    /// <summary>How many requests were sent, repetitions included.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>Told until when all requests wait, because the tenant's rate is used up.</summary>
    public Action<DateTimeOffset> OnPause { get; set; }

    public static string PauseUntil(DateTimeOffset until) => $"The tenant's rate is used up: all requests wait until {until:u}.";

    public void CountRequest() => Interlocked.Increment(ref _requests);

    public static Surroundings Of(ParseResult parsed) => ((CliInvocation)parsed.InvocationConfiguration).Surroundings;
}
