using System.Diagnostics;
using System.Text.RegularExpressions;
using AgentManagement.Bench.Servers;
using AgentManagement.Tests.Observability;

namespace AgentManagement.Tests.Deployment;

/// <summary>
/// monitoring/: alerts that can fire, each with its section of the runbook, and a dashboard, all on series that there are.
/// </summary>
public sealed partial class MonitoringTests
{
    private const string Folder = "monitoring";

    // What Prometheus adds to each target, and what a histogram's buckets have.
    private static readonly string[] CommonLabels = ["job", "instance", "le"];

    private static readonly IReadOnlyList<JsonNode> Rules =
        [.. Read("alerts.yaml")["groups"]!.AsArray().SelectMany(group => group!["rules"]!.AsArray()).Select(rule => rule!)];

    private static readonly IReadOnlyList<JsonNode> Alerts = [.. Rules.Where(rule => rule["alert"] is not null)];

    private static readonly IReadOnlyList<JsonNode> Cases = [.. Read("alerts.test.yaml")["tests"]!.AsArray().Select(each => each!)];

    public static TheoryData<string> AlertNames => [.. Alerts.Select(NameOf)];

    [Theory, InlineData("check", "rules", "alerts.yaml"), InlineData("test", "rules", "alerts.test.yaml")]
    public async Task Prometheus_takes_the_rules_and_they_fire_when_they_should_and_only_then(params string[] arguments)
    {
        var program = Programs.Find("promtool");
        if (program is null) Assert.Skip("Needs promtool, of the package prometheus.");
        using var process = Process.Start(new ProcessStartInfo(program!, arguments)
        {
            WorkingDirectory = Repository.PathOf(Folder), RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, said + await errors);
    }

    [Theory, MemberData(nameof(AlertNames))]
    public void An_alert_is_shown_firing_and_silent_on_a_usual_day(string name)
    {
        Assert.Contains(Cases.SelectMany(Checks), check => Query(check).Contains($"alertname=\"{name}\"", StringComparison.Ordinal)
            && check["exp_samples"] is not null);
        // The usual day is asked for any alert, so what it has to have is the series that this one looks at.
        var usual = Cases[0];
        Assert.All(Checks(usual),
            check => Assert.True(check["exp_samples"] is null && !Query(check).Contains("alertname", StringComparison.Ordinal)));
        var known = usual["input_series"]!.AsArray().SelectMany(series => PrometheusQuery.Series(series!["series"]!.ToString()))
            .ToHashSet();
        Assert.All(Series(Alerts.First(alert => NameOf(alert) == name)).Where(series => !IsRecorded(series)),
            series => Assert.Contains(series, known));
    }

    [Theory, MemberData(nameof(AlertNames))]
    public void An_alert_says_how_urgent_it_is_and_where_the_runbook_says_more(string name) =>
        Assert.All(Alerts.Where(alert => NameOf(alert) == name), alert =>
    {
        Assert.Contains(alert["labels"]!["severity"]!.ToString(), (string[])["critical", "warning"]);
        Assert.NotEmpty(alert["annotations"]!["summary"]!.ToString());
        // An address of the installation: Prometheus knows it as an external label.
        var address = alert["annotations"]!["runbook_url"]!.ToString().Split('#');
        Assert.Equal("{{ $externalLabels.runbook }}", address[0]);
        var section = Sections().Single(section => section.Anchor == address[1]);
        Assert.All(["Means: ", "Users see: ", "Do: "], part => Assert.Contains($"\n{part}", section.Text, StringComparison.Ordinal));
    });

    [Fact]
    public void Each_alert_has_a_section_of_its_own_and_the_runbook_no_other()
    {
        Assert.Equal(Sections().Select(section => section.Anchor).Order(),
            Alerts.Select(alert => alert["annotations"]!["runbook_url"]!.ToString().Split('#')[1]).Order());
        Assert.All(Alerts, alert => Assert.EndsWith($"#{NameOf(alert).ToLowerInvariant()}",
            alert["annotations"]!["runbook_url"]!.ToString(), StringComparison.Ordinal));
        Assert.EndsWith("docs/runbook.md",
            Read("prometheus.yaml")["global"]!["external_labels"]!["runbook"]!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Rules_look_at_series_and_labels_that_are_documented() => Assert.All(Rules, rule => CheckDocumented(Query(rule)));

    [Fact]
    public void The_jobs_that_rules_count_on_are_scraped_and_others_are_not()
    {
        var scraped = Read("prometheus.yaml")["scrape_configs"]!.AsArray().Select(job => job!["job_name"]!.ToString()).ToList();
        var used = Rules.SelectMany(rule => Job().Matches(Query(rule)).Select(match => match.Groups[1].Value)).Distinct().ToList();
        Assert.All(used, job => Assert.Contains(scraped, name => Regex.IsMatch(name, $"^({job})$")));
        Assert.Equal(["agent-management-backup", "agent-management-certificates", "agent-management-gateway", "agent-management-silo"],
            scraped.Order());
    }

    [Fact]
    public void The_dashboard_shows_series_that_are_documented_and_all_of_the_services_own()
    {
        var dashboard = JsonNode.Parse(Repository.Read($"{Folder}/grafana/agent-management.json"))!;
        var panels = dashboard["panels"]!.AsArray().Select(panel => panel!).ToList();
        Assert.Equal(panels.Count, panels.Select(panel => (int)panel["id"]!).Distinct().Count());
        var queries = panels.SelectMany(panel => panel["targets"]?.AsArray() ?? []).Select(Query).ToList();
        Assert.True(queries.Count > 40, "The queries were not found.");
        Assert.All(queries, CheckDocumented);
        var shown = queries.SelectMany(PrometheusQuery.Series).ToHashSet();
        Assert.All(MetricsTable.Rows, row => Assert.Contains(row.Name, shown));
    }

    [Theory]
    [InlineData("""sum by (le, a) (rate(x_y_bucket{b="c[d}\"e",f!~"g"}[5m])) / on (h) group_left (i) max(z) > 14.4 * 0.001""", "x_y z",
        "x_y.b x_y.f")]
    [InlineData("a:b:c_5m unless a offset 5m and time() - absent(d) > 3 * 86400 or e", "a:b:c_5m a d e", "")]
    public void The_names_of_a_query_are_found(string query, string series, string selectors)
    {
        Assert.Equal(series, string.Join(' ', PrometheusQuery.Series(query)));
        Assert.Equal(selectors, string.Join(' ', PrometheusQuery.Selectors(query).Select(each => $"{each.Series}.{each.Label}")));
    }

    private static void CheckDocumented(string query)
    {
        Assert.All(PrometheusQuery.Series(query).Where(series => !IsRecorded(series)),
            series => Assert.True(MetricsTable.All.ContainsKey(series), $"{series} is not in docs/metrics.md."));
        Assert.All(
            PrometheusQuery.Selectors(query), each => Assert.Contains(each.Label, MetricsTable.All[each.Series].Concat(CommonLabels)));
    }

    private static bool IsRecorded(string series) => Rules.Any(rule => rule["record"]?.ToString() == series);

    /// <summary>What an alert looks at, through what is recorded, too.</summary>
    private static IEnumerable<string> Series(JsonNode rule) => PrometheusQuery.Series(Query(rule)).SelectMany(series =>
        Rules.Where(other => other["record"]?.ToString() == series).SelectMany(Series).Append(series)).Distinct();

    private static IEnumerable<JsonNode> Checks(JsonNode test) => test["promql_expr_test"]!.AsArray().Select(check => check!);

    private static string Query(JsonNode? node) => node!["expr"]!.ToString();

    private static string NameOf(JsonNode alert) => alert["alert"]!.ToString();

    private static IEnumerable<(string Anchor, string Text)> Sections() => Repository.Read("docs/runbook.md").Split("\n## ").Skip(1)
        .Select(section => (section[..section.IndexOf('\n', StringComparison.Ordinal)].ToLowerInvariant(), section));

    private static JsonObject Read(string file) => Yaml.Parse(Repository.Read($"{Folder}/{file}")).Single();

    [GeneratedRegex("""job=~?"([^"]+)""")]
    private static partial Regex Job();
}
