using System.Reflection;
using System.Text.RegularExpressions;
using AgentManagement.ServiceDefaults.Observability;
using AgentManagement.Tests.Deployment;
using Microsoft.Extensions.Logging;

namespace AgentManagement.Tests.Observability;

/// <summary>Every line has an event, and every event is documented.</summary>
public sealed partial class LogEventsTests
{
    private static readonly ImmutableArray<EventId> Events =
        [.. typeof(LogEvents).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (EventId)field.GetValue(null)!)];

    [Fact]
    public void The_table_is_that_of_the_code() => Assert.Equal(
        Events.Select(each => (each.Id, each.Name!)),
        Row().Matches(Repository.Read("docs/logs.md")).Select(row => (int.Parse(row.Groups[1].Value, null), row.Groups[2].Value)));

    [Fact]
    public void No_number_and_no_name_is_twice()
    {
        Assert.Equal(Events.Length, Events.Select(each => each.Id).Distinct().Count());
        Assert.Equal(Events.Length, Events.Select(each => each.Name).Distinct().Count());
        Assert.Equal(Events.Select(each => each.Id).Order(), Events.Select(each => each.Id));
    }

    [Fact]
    public void Every_line_that_is_written_names_its_event()
    {
        var calls = ((string[])["Domain", "Grains", "ServiceDefaults", "Silo", "WebGateway", "App", "ClusterClient"])
            .SelectMany(folder => Directory.EnumerateFiles(Repository.PathOf(folder), "*.cs", SearchOption.AllDirectories))
            .SelectMany(path => Call().Matches(File.ReadAllText(path)).Select(call => call.Groups[1].Value)).ToList();
        Assert.InRange(calls.Count, 50, 1_000);
        Assert.All(calls, first => Assert.Equal("LogEvents", first));
        Assert.Equal(
            Events.Select(each => each.Name).Order(StringComparer.Ordinal),
            ((string[])["Domain", "Grains", "ServiceDefaults", "Silo", "WebGateway", "App"])
                .SelectMany(folder => Directory.EnumerateFiles(Repository.PathOf(folder), "*.cs", SearchOption.AllDirectories))
                .SelectMany(path => Use().Matches(File.ReadAllText(path))
                    .Select(use => ((EventId)typeof(LogEvents).GetField(use.Groups[1].Value)!.GetValue(null)!).Name))
                .Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_line_has_its_event_and_those_of_frameworks_have_none()
    {
        using var logs = new LogCapture();
        logs.CreateLogger("AgentManagement.Grains.Tasks.TaskGrain").LogInformation(LogEvents.TaskWaitingForMaintenance, "It waits");
        logs.CreateLogger("Microsoft.Something").LogWarning(new EventId(7, "theirs"), "Something");
        Assert.Contains("\"event\":\"task_waiting_for_maintenance\",\"event_id\":1501,", logs.Lines[0], StringComparison.Ordinal);
        Assert.DoesNotContain("event", logs.Lines[1], StringComparison.Ordinal);
    }

    [GeneratedRegex(@"^\| (\d{4}) \| `([a-z_]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"[lL]ogger\.Log(?:Trace|Debug|Information|Warning|Error|Critical)\(\s*(\w+)")]
    private static partial Regex Call();

    [GeneratedRegex(@"LogEvents\.(\w+)")]
    private static partial Regex Use();
}
