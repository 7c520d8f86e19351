using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AgentManagement.Bench.Run;

/// <summary>Writes a run's results for people, for programs, and as a picture.</summary>
public static class Results
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes latest.md, latest.json and latest.svg.</summary>
    public static async Task WriteAsync(RunReport report, string folder)
    {
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "latest.md"), Markdown(report));
        await File.WriteAllTextAsync(Path.Combine(folder, "latest.json"), Json(report).ToJsonString(Indented) + "\n");
        await File.WriteAllTextAsync(Path.Combine(folder, "latest.svg"), Plot.Draw(report.Findings));
    }

    /// <summary>Each goal's figure, by its id.</summary>
    public static JsonObject Json(RunReport report) => new(report.Findings.Select(found => KeyValuePair.Create(
        found.Goal.Id, (JsonNode?)new JsonObject
        {
            ["median"] = Rounded(found.Figure?.Median), ["min"] = Rounded(found.Figure?.Min), ["max"] = Rounded(found.Figure?.Max),
            ["goal"] = found.Goal.Bound, ["reached"] = found.IsReached, ["unit"] = found.Goal.Unit, ["rounds"] = found.Rounds,
            ["void"] = found.Void,
        })));

    /// <summary>A table of figures, and one of what both sides did.</summary>
    public static string Markdown(RunReport report)
    {
        var text = new StringBuilder();
        text.AppendLine("# The service beside its references").AppendLine();
        foreach (var line in report.Environment) text.AppendLine($"- {line}");
        text.AppendLine().AppendLine("| | service / reference | median | min–max | goal | reached | rounds void |").AppendLine(
            "|---|---|---|---|---|---|---|");
        foreach (var found in report.Findings)
        {
            var bound = found.Goal.AtLeast is null ? '≤' : '≥';
            var goal = found.Goal.Bound is null ? "–" : $"{bound} {Figure(found.Goal.Bound)}";
            var unit = found.Goal.Unit == "ratio" ? "" : $" {found.Goal.Unit}";
            var range = found.Figure is { } spread ? $"{Figure(spread.Min)}–{Figure(spread.Max)}" : "–";
            var reached = found.IsReached switch { true => "yes", false => "no", null => "–" };
            text.AppendLine(
                $"| {found.Goal.Id} | {found.Goal.Title} | {Figure(found.Figure?.Median)}{unit} | {range} | {goal} | {reached} | "
                + $"{found.Void} of {found.Rounds} |");
        }
        text.AppendLine().AppendLine("![How far each goal is reached](latest.svg)").AppendLine();
        text.AppendLine("Medians over the rounds that count, of the service and, after the stroke, of its reference:").AppendLine();
        text.AppendLine("| | operations/s | p50, ms | p99, ms | CPU-µs an operation | peak memory, MB |").AppendLine(
            "|---|---|---|---|---|---|");
        foreach (var found in report.Findings.DistinctBy(each => each.Service))
        {
            text.AppendLine(
                $"| {found.Goal.Id} | {Both(each => each.PerSecond)} | {Both(each => each.P50)} | {Both(each => each.P99)} | "
                + $"{Both(each => each.CpuMicroseconds)} | {Both(each => each.PeakMegabytes)} |");

            string Both(Func<Sample, double?> figure) => $"{Figure(figure(found.Service))} / {Figure(figure(found.Reference))}";
        }
        text.AppendLine().AppendLine(
            "A round in which the reference is more than 20 % from its own median is void: the machine was not steady. Processor time is"
            + " that of all processes that serve, PostgreSQL and Redis included, the client not; memory that of the service or the"
            + " reference, without PostgreSQL and Redis.");
        foreach (var problem in report.Problems) text.AppendLine().AppendLine($"**Problem:** {problem}");
        return text.ToString().ReplaceLineEndings("\n");
    }

    private static double? Rounded(double? figure) => figure is { } known ? Math.Round(known, 3) : null;

    // Three digits that mean something.
    private static string Figure(double? figure) => figure is not { } known ? "–" : Math.Abs(known) switch
    {
        >= 100 => known.ToString("#,0", CultureInfo.InvariantCulture),
        >= 10 => known.ToString("0.0", CultureInfo.InvariantCulture),
        _ => known.ToString("0.00", CultureInfo.InvariantCulture),
    };
}
