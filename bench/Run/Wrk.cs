using System.Globalization;
using System.Text.RegularExpressions;
using AgentManagement.Bench.Servers;

namespace AgentManagement.Bench.Run;

/// <summary>Runs wrk, and reads what it prints.</summary>
public static partial class Wrk
{
    private const int Threads = 2;

    // Above all that a request may take; beyond it wrk counts an error.
    private const string Timeout = "30s";

    /// <summary>Whether there is a program to start.</summary>
    public static bool IsInstalled => Programs.Find("wrk") is not null;

    /// <summary>Sends one request over and over.</summary>
    /// <param name="address">Of the request, a GET.</param>
    /// <param name="clients">Connections, of which each waits for its answer.</param>
    /// <param name="duration">In whole seconds.</param>
    /// <param name="headers">Of each request, as <c>Name: value</c>.</param>
    public static Task<LoadResult> GetAsync(Uri address, int clients, TimeSpan duration, params IEnumerable<string> headers) =>
        RunAsync([.. Options(clients, duration), .. headers.SelectMany(header => new[] { "-H", header }), address.AbsoluteUri]);

    /// <summary>Sends the requests of a file, in turns.</summary>
    /// <param name="service">Where to.</param>
    /// <param name="file">See <see cref="RequestFile"/>.</param>
    /// <param name="clients">Connections, of which each waits for its answer.</param>
    /// <param name="duration">In whole seconds.</param>
    public static Task<LoadResult> SendAsync(Uri service, string file, int clients, TimeSpan duration) => RunAsync(
    [
        .. Options(clients, duration), "-s", Path.Combine(AppContext.BaseDirectory, "Run", "requests.lua"), service.AbsoluteUri, "--", file,
        Guid.NewGuid().ToString("n"),
    ]);

    /// <summary>Reads the output of <c>wrk --latency</c>.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static LoadResult Parse(string output)
    {
        var requests = Required(RequestsLine().Match(output), output);
        var rate = Required(RateLine().Match(output), output);
        var errors = SocketErrorsLine().Match(output) is { Success: true } sockets
            ? sockets.Groups["count"].Captures.Sum(each => long.Parse(each.Value, CultureInfo.InvariantCulture)) : 0;
        if (RefusalsLine().Match(output) is { Success: true } refusals)
        {
            errors += long.Parse(refusals.Groups["count"].Value, CultureInfo.InvariantCulture);
        }
        return new(
            long.Parse(requests.Groups["count"].Value, CultureInfo.InvariantCulture),
            double.Parse(rate.Groups["rate"].Value, CultureInfo.InvariantCulture), Percentile("50"), Percentile("99"), errors);

        double Percentile(string part)
        {
            var line = PercentileLine().Matches(output).FirstOrDefault(match => match.Groups["part"].Value == part)
                ?? throw new FormatException($"wrk printed no percentile {part}:\n{output}");
            return double.Parse(line.Groups["time"].Value, CultureInfo.InvariantCulture) * MillisecondsOf(line.Groups["unit"].Value);
        }
    }

    private static string[] Options(int clients, TimeSpan duration) =>
    [
        "--latency", "--timeout", Timeout, "-t", Invariant(Math.Min(Threads, clients)), "-c", Invariant(clients), "-d",
        $"{Invariant((int)duration.TotalSeconds)}s",
    ];

    private static async Task<LoadResult> RunAsync(string[] arguments) =>
        Parse(await Tool.RunAsync(Programs.Find("wrk") ?? throw new FileNotFoundException("wrk is not installed."), arguments));

    private static double MillisecondsOf(string unit) => unit switch
    {
        "us" => 0.001,
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        _ => throw new FormatException($"wrk has no unit {unit}."),
    };

    private static Match Required(Match match, string output) =>
        match.Success ? match : throw new FormatException($"wrk printed no figures:\n{output}");

    private static string Invariant(int number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\s*(?<count>\d+) requests in ", RegexOptions.Multiline)]
    private static partial Regex RequestsLine();

    [GeneratedRegex(@"^Requests/sec:\s*(?<rate>[\d.]+)", RegexOptions.Multiline)]
    private static partial Regex RateLine();

    [GeneratedRegex(@"^\s*(?<part>\d+)%\s+(?<time>[\d.]+)(?<unit>us|ms|s|m)\s*$", RegexOptions.Multiline)]
    private static partial Regex PercentileLine();

    [GeneratedRegex(@"Socket errors:(,? \w+ (?<count>\d+))+")]
    private static partial Regex SocketErrorsLine();

    [GeneratedRegex(@"Non-2xx or 3xx responses: (?<count>\d+)")]
    private static partial Regex RefusalsLine();
}
