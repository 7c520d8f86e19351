using System.Text.Json;
using AgentManagement.Domain.Tenants;
using AgentManagement.Domain.Tools;
using AgentManagement.ServiceDefaults.Outgoing;

namespace AgentManagement.Silo.ToolRegistry;

/// <summary>
/// Reads the answer of the registry. One that is not of its shape says nothing at all: half an answer would make tools vanish.
/// </summary>
internal static class ToolRegistryAnswer
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, AllowDuplicateProperties = false,
        RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true,
    };

    /// <summary>The tools of the answer.</summary>
    /// <exception cref="NoAnswerException">It is none.</exception>
    public static ImmutableArray<RegisteredTool> Read(ReadOnlySpan<byte> answer)
    {
        try
        {
            var tools = JsonSerializer.Deserialize<AnswerBody>(answer, Json)?.Tools;
            if (tools is not null && tools.All(IsTool) && tools.DistinctBy(tool => tool!.Id).Count() == tools.Count)
            {
                return [.. tools.Select(tool => ToTool(tool!))];
            }
        }
        catch (JsonException)
        {
            // Its message would repeat parts of the answer.
        }
        throw new NoAnswerException("The answer is not of the protocol.");
    }

    private static bool IsTool(AnswerTool? tool) =>
        tool is not null && ToolStatus.All.Contains(tool.Status)
        && (tool.Tier is null || Tiers.All.Contains(tool.Tier))
        && tool.Permissions?.Contains(null) != true
        && tool.Versions.All(version => version is not null && ToolStatus.All.Contains(version.Status));

    private static RegisteredTool ToTool(AnswerTool tool) => new(
        tool.Id, tool.Status, tool.Tier, tool.Permissions is { } permissions ? [.. permissions.Select(each => each!)] : null,
        [.. tool.Versions.Select(version => new RegisteredToolVersion(version!.Version, version.Status))]);

    private sealed record AnswerBody(IReadOnlyList<AnswerTool?> Tools);

    private sealed record AnswerTool(
        string Id, string Status, IReadOnlyList<AnswerVersion?> Versions, string? Tier = null, IReadOnlyList<string?>? Permissions = null);

    private sealed record AnswerVersion(string Version, string Status);
}
