using System.CommandLine;

namespace AgentManagement.Cli;

/// <summary>Prints what a shell needs to complete commands and options: it asks this program what may come next.</summary>
internal static class CompletionCommand
{
    private static readonly ImmutableSortedDictionary<string, string> Scripts = new Dictionary<string, string>
    {
        ["bash"] = """
            _agents() {
                local IFS=$'\n' words
                words="$(agents "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)"
                COMPREPLY=($(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}"))
            }
            complete -o default -F _agents agents
            """,
        ["zsh"] = """
            _agents() { compadd -- ${(f)"$(agents "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)"}; }
            compdef _agents agents
            """,
        ["fish"] = """
            complete -f -c agents -a "(agents '[suggest:'(commandline -C)']' (commandline) 2>/dev/null)"
            """,
        ["powershell"] = """
            Register-ArgumentCompleter -Native -CommandName agents -ScriptBlock {
                param($word, $line, $position)
                agents "[suggest:$position]" "$line" | ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }
            }
            """,
    }.ToImmutableSortedDictionary(StringComparer.Ordinal);

    public static Command Completion()
    {
        var shell = new Argument<string>("SHELL") { Description = string.Join(", ", Scripts.Keys) };
        shell.AcceptOnlyFromAmong([.. Scripts.Keys]);
        var command = new Command("completion", "Prints a script that completes commands: source <(agents completion bash)") { shell };
        command.SetAction(parsed => parsed.InvocationConfiguration.Output.WriteLine(Scripts[parsed.GetRequiredValue(shell)]));
        return command;
    }
}
