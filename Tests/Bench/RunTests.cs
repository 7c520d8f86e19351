using System.Xml.Linq;
using AgentManagement.Bench.Run;
using Sample = AgentManagement.Bench.Run.Sample;

namespace AgentManagement.Tests.Bench;

/// <summary>What <c>bench/run</c> reads, and what it makes of its figures.</summary>
public sealed class RunTests
{
    private const string WrkOutput = """
        Running 4s test @ http://127.0.0.1:18080/
          2 threads and 32 connections
          Thread Stats   Avg      Stdev     Max   +/- Stdev
            Latency     1.22ms    2.09ms  31.40ms   91.50%
            Req/Sec    23.76k     4.09k   30.97k    67.50%
          Latency Distribution
             50%  612.00us
             75%    1.02ms
             90%    2.50ms
             99%    1.05s
          189415 requests in 4.01s, 470.42MB read
        Requests/sec:  47235.66
        Transfer/sec:    117.31MB

        """;

    private const string PgBenchOutput = """
        pgbench (15.18 (Debian 15.18-0+deb12u1))
        transaction type: script.sql
        scaling factor: 1
        query mode: prepared
        number of clients: 32
        number of threads: 2
        maximum number of tries: 1
        duration: 4 s
        number of transactions actually processed: 65210
        number of failed transactions: 3 (0.005%)
        latency average = 1.961 ms
        initial connection time = 31.402 ms
        tps = 16317.402611 (without initial connection time)

        """;

    [Fact]
    public void The_figures_of_wrk_are_read()
    {
        Assert.Equal(new(189_415, 47_235.66, 0.612, 1_050, Errors: 0), Wrk.Parse(WrkOutput));
    }

    [Fact]
    public void What_wrk_says_of_failures_is_counted()
    {
        var output = WrkOutput.Replace(
            "Requests/sec", "  Socket errors: connect 1, read 2, write 3, timeout 4\n  Non-2xx or 3xx responses: 50\nRequests/sec",
            StringComparison.Ordinal);

        Assert.Equal(60, Wrk.Parse(output).Errors);
    }

    [Fact]
    public void An_output_without_figures_is_no_result() =>
        Assert.Throws<FormatException>(() => Wrk.Parse("unable to connect to 127.0.0.1:1 Connection refused"));

    [Fact]
    public void The_figures_of_pgbench_are_read_with_the_percentiles_of_its_log()
    {
        var log = Enumerable.Range(1, 201).Select(number => $"{number % 32} {number} {number * 100} 0 1764446400 {number}");

        Assert.Equal(new(65_210, 16_317.402611, 10.1, 19.9, Errors: 3), PgBench.Parse(PgBenchOutput, log));
    }

    [Fact]
    public void A_run_of_pgbench_without_a_transaction_is_no_result() =>
        Assert.Throws<FormatException>(() => PgBench.Parse(PgBenchOutput, []));

    [Theory]
    [InlineData("42 (postgres) S 7 42 42 0 -1 4194560 900 0 0 0 11 5 3 2 20 0 1 0 900 200 100", 42, 7, 21)]
    [InlineData("43 (a ) (b) R 42 42 42 0 -1 4194560 900 0 0 0 100 20 0 0 20 0 1 0 900 200 100", 43, 42, 120)]
    public void Processor_time_is_that_of_a_process_and_its_ended_children(string line, int id, int parent, long ticks) =>
        Assert.Equal((id, parent, ticks), ProcessSet.ParseStat(line));

    [Theory]
    [InlineData(new[] { 3.0 }, 3, 3, 3)]
    [InlineData(new[] { 5.0, 1, 3 }, 3, 1, 5)]
    [InlineData(new[] { 4.0, 1, 2, 9 }, 3, 1, 9)]
    public void A_spread_is_median_least_and_most(double[] figures, double median, double min, double max) =>
        Assert.Equal(new(median, min, max), Spread.Of(figures));

    [Theory]
    [InlineData(new double[0], new bool[0])]
    [InlineData(new[] { 100.0, 119, 81, 100 }, new[] { false, false, false, false })]
    [InlineData(new[] { 100.0, 121, 79, 100, 100 }, new[] { false, true, true, false, false })]
    public void A_round_is_void_when_its_baseline_is_a_fifth_from_the_median(double[] baselines, bool[] isVoid) =>
        Assert.Equal(isVoid, Drift.FindVoid(baselines));

    [Fact]
    public void A_void_round_does_not_count_and_is_told()
    {
        // The third would make the goal.
        var found = Find([(50, 100), (40, 100), (90, 50)], new Goal("X", "x", Goal.Rate) { AtLeast = 0.6 });

        Assert.Equal((new Spread(0.45, 0.4, 0.5), 3, 1), (found.Figure, found.Rounds, found.Void));
        Assert.False(found.IsReached);
        Assert.Contains("1 of 3 rounds void", found.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_goal_is_not_reached_by_less_than_half_of_the_rounds()
    {
        var found = Find([(100, 100), (100, 50), (100, 200)], new Goal("X", "x", Goal.Rate) { AtLeast = 0.6 });

        Assert.Equal((new Spread(1, 1, 1), 2), (found.Figure, found.Void));
        Assert.False(found.IsReached);
    }

    [Theory]
    [InlineData(0.5, null, true)]
    [InlineData(0.51, null, false)]
    [InlineData(null, 0.5, true)]
    [InlineData(null, 0.49, false)]
    [InlineData(null, null, null)]
    public void A_goal_is_a_bound_from_below_or_above_or_none(double? atLeast, double? atMost, bool? reached) =>
        Assert.Equal(reached, Find([(50, 100)], new Goal("X", "x", Goal.Rate) { AtLeast = atLeast, AtMost = atMost }).IsReached);

    [Fact]
    public void Results_are_a_table_an_object_and_a_picture()
    {
        var report = new RunReport(
            [Find([(50, 100), (60, 100)], new Goal("R1", "reads", Goal.Rate) { AtLeast = 0.6 })], ["a machine"])
        { Problems = [] };

        var result = Results.Json(report)["R1"]!;
        Assert.Equal(
            """{"median":0.55,"min":0.5,"max":0.6,"goal":0.6,"reached":false,"unit":"ratio","rounds":2,"void":0}""", result.ToJsonString());
        Assert.Contains("| R1 | reads | 0.55 | 0.50–0.60 | ≥ 0.60 | no | 0 of 2 |", Results.Markdown(report), StringComparison.Ordinal);
        Assert.Equal("svg", XDocument.Parse(Plot.Draw(report.Findings)).Root!.Name.LocalName);
    }

    private static Finding Find(IEnumerable<(double Service, double Reference)> rates, Goal goal) => new Comparison(
        [.. rates.Select(each => (new Sample { PerSecond = each.Service }, new Sample { PerSecond = each.Reference }))], [goal]).Find()
            .Single();
}
