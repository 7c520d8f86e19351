using System.CommandLine;
using AgentManagement.Client;

namespace AgentManagement.Cli;

/// <summary>The program: its commands, and how it ends.</summary>
internal static class AgentsCommand
{
    private static readonly Option<string?> ProfileOption = new("--profile", "-p")
    {
        Description = "The profile to use; the one of the last login by default.", Recursive = true,
    };

    private static readonly Option<string> OutputOption = new("--output", "-o")
    {
        Description = "table, json or yaml.", DefaultValueFactory = _ => Output.Table, Recursive = true,
    };

    static AgentsCommand() => OutputOption.AcceptOnlyFromAmong(Output.Table, Output.Json, Output.Yaml);

    public static async Task<int> RunAsync(string[] args, Surroundings surroundings)
    {
        var error = surroundings.Error;
        var root = new RootCommand("The agents of a tenant: read, changed, followed. Exit codes: 0 done, 1 error, 2 usage, "
            + "3 differences, 4 conflict.")
        {
            ProfileOption, OutputOption,
        };
        Command[] commands =
        [
            LoginCommands.Login(), .. ReadCommands.All(), .. WriteCommands.All(), EditCommand.Edit(), .. ApplyCommands.All(),
            .. TransferCommands.All(), ReleaseCommands.Release(), LabelCommands.Label(), PromoteCommand.Promote(), KeyCommands.Keys(),
            DoctorCommand.Doctor(), CompletionCommand.Completion(),
        ];
        foreach (var command in commands) root.Add(command);
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var message in parsed.Errors.Select(problem => problem.Message).Distinct()) await error.WriteLineAsync(message);
            var typed = parsed.CommandResult.Command;
            await error.WriteLineAsync(typed == root ? "See: agents --help" : $"See: agents {typed.Name} --help");
            return ExitCodes.Usage;
        }
        try
        {
            return await parsed.InvokeAsync(new CliInvocation(surroundings));
        }
        catch (CliException exception)
        {
            await error.WriteLineAsync(exception.Message);
            return exception.ExitCode;
        }
        catch (ApiException refusal)
        {
            await ReportAsync(refusal, error);
            return (int)refusal.Status is 409 or 412 ? ExitCodes.Conflict : ExitCodes.Error;
        }
        catch (HttpRequestException exception)
        {
            await error.WriteLineAsync($"The service could not be reached: {exception.Message}");
            return ExitCodes.Error;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync(exception.Message);
            return ExitCodes.Error;
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Error;
        }
    }

    /// <summary>Has a command run with a client of the profile that was asked for.</summary>
    public static Command Runs(
        this Command command, Func<ParseResult, AgentManagementClient, Output, CancellationToken, Task<int>> run)
    {
        command.SetAction(async (parsed, stopping) =>
        {
            var invocation = (CliInvocation)parsed.InvocationConfiguration;
            var profile = Profiles.Load(invocation.Surroundings.Variable).Find(parsed.GetValue(ProfileOption));
            using var http = HttpOf(profile.Address, invocation);
            var pause = new SharedPause(until => invocation.OnPause(until));
            var client = new AgentManagementClient(
                http, new() { Token = (_, _) => new(profile.Token), Pause = pause }, invocation.Surroundings.Time);
            return await run(parsed, client, OutputOf(parsed), stopping);
        });
        return command;
    }

    public static HttpClient HttpOf(Uri address, CliInvocation? counting = null)
    {
        var http = new HttpClient(new CountingHandler(counting)) { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.UserAgent.ParseAdd("agents-cli/1.0");
        return http;
    }

    public static Output OutputOf(ParseResult parsed) =>
        new(parsed.InvocationConfiguration.Output, parsed.GetValue(OutputOption) ?? Output.Table);

    public static string? ProfileOf(ParseResult parsed) => parsed.GetValue(ProfileOption);

    private static async Task ReportAsync(ApiException refusal, TextWriter error)
    {
        var problem = refusal.Problem;
        await error.WriteLineAsync(Plain.Text($"{problem.Code}: {problem.Detail}"));
        foreach (var field in problem.Errors ?? [])
        {
            await error.WriteLineAsync(Plain.Text($"  {field.Pointer}: {field.Message} ({field.Code})"));
        }
        foreach (var conflict in problem.Conflicts ?? []) await error.WriteLineAsync(Plain.Text($"  {conflict.Label}\n{conflict.Text}"));
        if (problem.CurrentVersion is { } version) await error.WriteLineAsync($"  The current version is {version}.");
        if (refusal.RetryAfter is { } wait) await error.WriteLineAsync($"  Try again in {Math.Ceiling(wait.TotalSeconds)} s.");
        if (problem.CorrelationId is { } id) await error.WriteLineAsync($"  In the service's logs: {id}");
    }

    private sealed class CountingHandler(CliInvocation? invocation)
        : DelegatingHandler(new SocketsHttpHandler { AllowAutoRedirect = false })
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            invocation?.CountRequest();
            return base.SendAsync(request, cancellationToken);
        }
    }
}
