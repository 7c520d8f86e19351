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
        { "exclusive_fields", "/config/mcpServers/0", """ "mcpServers":[{"name":"a","url":"https://h","registry":"io.x"}] """ },
        { "exclusive_fields", "/config/mcpServers/0", """ "mcpServers":[{"name":"a"}] """ },
        { "exclusive_fields", "/config/mcpServers/0/transport", """ "mcpServers":[{"name":"a","command":"x","transport":"sse"}] """ },
        { "exclusive_fields", "/config/mcpServers/0/transport", """ "mcpServers":[{"name":"a","url":"https://h","transport":"stdio"}] """ },
        { "exclusive_fields", "/config/tools/0/invocation", """ "tools":[{"id":"a","invocation":{"client":{},"function":{"ref":"f"}}}] """ },
        { "exclusive_fields", "/config/tools/0/openapi", """ "tools":[{"id":"a","openapi":{"ref":"x","document":{}}}] """ },
        { "exclusive_fields", "/config/handoffs/0", """ "handoffs":[{"prompt":"x"}] """ },
        { "duplicate", "/config/memory/blocks/1/label", """ "memory":{"blocks":[{"label":"a","value":""},{"label":"a","value":"x"}]} """ },
        { "forbidden_address", "/config/tools/0/invocation/http/url",
            """ "tools":[{"id":"a","invocation":{"http":{"method":"GET","url":"http://169.254.169.254/"}}}] """ },
        { "forbidden_address", "/config/handoffs/0/external/url",
            """ "handoffs":[{"external":{"url":"http://169.254.169.254/","protocol":"a2a"}}] """ },
        { "forbidden_address", "/config/knowledge/sources/0/ref",
            """ "knowledge":{"sources":[{"type":"site","ref":"http://169.254.169.254/"}]} """ },
        { "handoff_self", "/config/handoffs/0/agentId", """ "handoffs":[{"agentId":"bot"}] """ },
    };
}
