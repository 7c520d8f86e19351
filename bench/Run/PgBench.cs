using System.Globalization;
using System.Text.RegularExpressions;
using AgentManagement.Bench.Servers;
using Npgsql;

namespace AgentManagement.Bench.Run;

/// <summary>Runs PostgreSQL's own client for measurements, and reads what it prints.</summary>
public static partial class PgBench
{
    private const int Threads = 2;

    /// <summary>Whether there is a program to start.</summary>
    public static bool IsInstalled => PostgreSqlServer.Program("pgbench") is not null;

    /// <summary>Runs a script over and over, its statements prepared.</summary>
    /// <param name="connectionString">Of the database.</param>
    /// <param name="script">In pgbench's language.</param>
    /// <param name="variables">Texts that the script's statements get as parameters.</param>
    /// <param name="clients">Connections, of which each waits for its answer.</param>
    /// <param name="duration">In whole seconds.</param>
    public static async Task<LoadResult> RunAsync(
        string connectionString, string script, IReadOnlyDictionary<string, string> variables, int clients, TimeSpan duration)
    {
        var program = PostgreSqlServer.Program("pgbench") ?? throw new FileNotFoundException("pgbench is not installed.");
        var address = new NpgsqlConnectionStringBuilder(connectionString);
        var directory = Directory.CreateTempSubdirectory("agent-management-pgbench-").FullName;
        try
        {
            await File.WriteAllTextAsync(Path.Combine(directory, "script.sql"), script);
            var output = await Tool.RunAsync(
                program,
                [
                    "-n", "-M", "prepared", "-l", "-f", "script.sql", "-c", Invariant(clients), "-j", Invariant(Math.Min(Threads, clients)),
                    "-T", Invariant((int)duration.TotalSeconds),
                    .. variables.SelectMany(each => new[] { "-D", $"{each.Key}={each.Value}" }),
                    "-h", address.Host!, "-p", Invariant(address.Port), "-U", address.Username!, address.Database!,
                ],
                new Dictionary<string, string> { ["PGPASSWORD"] = address.Password ?? "" }, directory);
            return Parse(output, Directory.EnumerateFiles(directory, "pgbench_log.*").SelectMany(File.ReadLines));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <summary>Reads pgbench's output.</summary>
    /// <param name="output">What it printed.</param>
    /// <param name="log">The lines of its transaction log, whose third column is the duration in microseconds.</param>
    /// <exception cref="FormatException">It is none.</exception>
    public static LoadResult Parse(string output, IEnumerable<string> log)
    {
        double[] sorted = [.. log.Select(line => double.Parse(line.Split(' ')[2], CultureInfo.InvariantCulture) / 1000).Order()];
        if (sorted.Length == 0) throw new FormatException($"pgbench logged no transaction:\n{output}");
        return new(
            (long)Figure(ProcessedLine(), output), Figure(RateLine(), output), sorted[(int)(0.5 * (sorted.Length - 1))],
            sorted[(int)(0.99 * (sorted.Length - 1))], FailedLine().IsMatch(output) ? (long)Figure(FailedLine(), output) : 0);
    }

    private static double Figure(Regex line, string output) => line.Match(output) is { Success: true } match
        ? double.Parse(match.Groups["figure"].Value, CultureInfo.InvariantCulture)
        : throw new FormatException($"pgbench printed no figures:\n{output}");

    private static string Invariant(int number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^number of transactions actually processed: (?<figure>\d+)", RegexOptions.Multiline)]
    private static partial Regex ProcessedLine();

    [GeneratedRegex(@"^number of failed transactions: (?<figure>\d+)", RegexOptions.Multiline)]
    private static partial Regex FailedLine();

    [GeneratedRegex(@"^tps = (?<figure>[\d.]+) \(without initial", RegexOptions.Multiline)]
    private static partial Regex RateLine();
}
