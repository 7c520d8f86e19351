using System.Text.Json;
using AgentManagement.Bench.Client;

namespace AgentManagement.Bench.Import;

/// <summary>The file of real agents, which is not part of the repository.</summary>
public static class RealAgents
{
    /// <summary>Names the file.</summary>
    public const string PathVariable = "AGENT_MANAGEMENT_REAL_AGENTS";

    private const string SolutionFile = "AgentManagement.sln";

    /// <summary>The file's path; null when it is not there.</summary>
    public static string? FindPath()
    {
        if (Environment.GetEnvironmentVariable(PathVariable) is { Length: > 0 } given) return File.Exists(given) ? given : null;
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, SolutionFile))) folder = folder.Parent;
        var path = folder is null ? null : Path.Combine(folder.FullName, "..", "shared", "data", "real-agents.ndjson");
        return File.Exists(path) ? path : null;
    }

    /// <summary>The agents, mapped, and the texts that the mapping lost: there must be none.</summary>
    /// <param name="path">The file.</param>
    /// <param name="most">How many lines to read.</param>
    public static (ImmutableArray<MappedAgent> Agents, int Texts, ImmutableArray<string> Lost) Read(string path, int most)
    {
        var agents = ImmutableArray.CreateBuilder<MappedAgent>();
        var lost = ImmutableArray.CreateBuilder<string>();
        var texts = 0;
        foreach (var line in File.ReadLines(path).Where(line => line.Length > 0).Take(most))
        {
            using var source = JsonDocument.Parse(line);
            var agent = RealAgentMapping.Map(source.RootElement, $"agent-{agents.Count + 1}");
            agents.Add(agent);
            var sourceTexts = RelaxedJson.Texts(source.RootElement).ToList();
            texts += sourceTexts.Count;
            if (LostTexts(sourceTexts, agent.Body) is var count and > 0) lost.Add($"line {agents.Count}: the mapping lost {count} texts");
        }
        return (agents.ToImmutable(), texts, lost.ToImmutable());
    }

    /// <summary>How many texts of the source the body has not, each counted as often as it comes.</summary>
    private static int LostTexts(IEnumerable<string> source, string body)
    {
        using var document = JsonDocument.Parse(body);
        var there = RelaxedJson.Texts(document.RootElement).CountBy(text => text).ToDictionary();
        return source.CountBy(text => text).Sum(text => Math.Max(0, text.Value - there.GetValueOrDefault(text.Key)));
    }
}
