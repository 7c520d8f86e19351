namespace AgentManagement.Tests.Validation;

/// <summary>A section of a configuration for each family of rules, with the one error that it has.</summary>
internal static class InvalidConfigurations
{
    public static TheoryData<string, string, string> All => new()
    {
        { "unknown_field", "/config/mcp", """ "mcp":[] """ },
        { "out_of_range", "/config/limits/maxIterations", """ "limits":{"maxIterations":0} """ },
        { "duplicate", "/config/tools/1/id", """ "tools":[{"id":"a"},{"id":"a"}] """ },
        { "invalid_address", "/config/mcpServers/0/url", """ "mcpServers":[{"name":"a","url":"https://h:99999/"}] """ },
        { "forbidden_address", "/config/mcpServers/0/url", """ "mcpServers":[{"name":"a","url":"https://0xA9FEA9FE/"}] """ },
        { "credentials_in_address", "/config/mcpServers/0/url", """ "mcpServers":[{"name":"a","url":"https://me@host/"}] """ },
        { "invalid_json_schema", "/config/output/schema/type", """ "output":{"schema":{"type":"text"}} """ },
        { "invalid_json_schema", "/config/tools/0/inputSchema/type", """ "tools":[{"id":"a","inputSchema":{"type":"array"}}] """ },
        { "schema_remote_ref", "/config/output/schema/$ref", """ "output":{"schema":{"$ref":"https://host/schema"}} """ },
        { "secret_in_content", "/config/tools/0/config/apiKey", """ "tools":[{"id":"a","config":{"apiKey":"hunter2"}}] """ },
        { "handoff_self", "/config/handoffs/0/agentId", """ "handoffs":[{"agentId":"bot"}] """ },
    };
}
