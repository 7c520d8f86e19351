using static AgentManagement.Formats.Tables;

namespace AgentManagement.Formats;

/// <summary>Settings of Model Context Protocol clients: an agent that has nothing but servers.</summary>
internal static class McpTable
{
    internal static TableFormat Format { get; } = new("mcp", "Model Context Protocol: .mcp.json, .vscode/mcp.json")
    {
        OnlySyntax = Syntax.Json,
        WrittenAs = Syntax.Json,
        IsLike = text => text.Syntax == Syntax.Json && text.First is JsonObject members
            && (members["mcpServers"] is JsonObject
                || (members["servers"] is JsonObject servers && servers.All(server => server.Value is JsonObject)
                    && !members.ContainsKey("openapi"))),
        OldId = (_, path) => Paths.FolderOf(path) ?? (Paths.StemOf(path) is { } stem && !stem.EndsWith("mcp", StringComparison.Ordinal)
            ? stem
            : "mcp-servers"),
        FileName = context => $"{Paths.For(context)}/.mcp.json",
        Order = ["inputs"],
        Dialects = [new("mcp", _ => true, [Servers("mcpServers", "servers")])],
    };
}
