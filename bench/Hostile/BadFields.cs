namespace AgentManagement.Bench.Hostile;

/// <summary>Values that no agent's content may have in these places.</summary>
internal static class BadFields
{
    private const string Reasonable = "config.model.params";

    public static readonly (string Path, string Value)[] All =
    [
        .. Each("name", "null", "5", "true", "[]", "{}", "\"\"", "\"   \"", Text(201), @"""a\nb""", @"""a\u0007""", @"""a\u009f"""),
        .. Each("type", "null", "1", "\"robot\"", "\"Conversational\"", "[\"rag\"]"),
        .. Each("description", "5", "{}", Text(4_001)),
        .. Each("config", "[]", "\"x\"", "1", "false"),
        .. Each("tags", "\"a\"", "[1]", "[\"\"]", "[null]", "[\"a\",\"a\"]", "{}", @"[""a\u0007""]", $"[{Text(65)}]",
            Many(51, index => $"\"{index}\"")),
        .. Each("metadata", "[]", "\"x\"", "1", $$"""{"x":{{Text(300_000)}}}"""),
        .. Each("id", "5", "\"\"", "\"UPPER\"", "\"../x\"", "\"a b\"", "\"-a\"", Text(64), @"""a\n"""),
        .. Each("status", "\"live\""), .. Each("version", "999999"), .. Each("tenantId", "\"bystander\""),
        .. Each("tenant_id", "\"bystander\""),
        .. Each("createdBy", "\"x\""), .. Each("__proto__", "{}"), .. Each("Name", "\"x\""), .. Each("clonedFrom", "\"x\""),
        .. Each("config.unknown", "{}"), .. Each("config.schemaVersion", "2", "0", "\"1\"", "1.5"),
        .. Each("config.model", "[]", "\"gpt\"", """{"provider":"openai"}""", """{"provider":"Open AI","id":"x"}""",
            """{"provider":"openai","id":""}"""),
        .. Each("config.model.apiKey", "\"sk-secret\""),
        .. Each($"{Reasonable}.temperature", "\"0.7\"", "2.0001", "-0.1", "1e400", "-1e400", "true", "[]", "1e309"),
        .. Each($"{Reasonable}.maxTokens", "0", "-1", "1.5", "\"100\"", "99999999999999999999", "1e10", "2147483648"),
        .. Each($"{Reasonable}.seed", "9007199254740993", "1e300", "0.5"), .. Each($"{Reasonable}.topK", "0", "10001", "1e-400"),
        .. Each($"{Reasonable}.stop", "[\"\"]", "\"x\"", Many(17, index => $"\"{index}\"")),
        .. Each($"{Reasonable}.reasoningEffort", "\"extreme\""),
        .. Each("config.instructions", "\"text\"", "{}", "[]", """{"template":5}""", """{"template":"x","unknown":1}"""),
        .. Each("config.instructions.template", "5", "{}", Text(256_001)), .. Each("config.instructions.firstMessage", Text(8_001), "[]"),
        .. Each("config.instructions.language", "\"not a tag!\"", "5", "\"e\""),
        .. Each("config.instructions.variables", "[]", """{"1x":{"type":"string"}}""", """{"x":{"type":"text"}}""",
            """{"x":{"type":"number","default":"1"}}"""),
        .. Each("config.tools", "{}", "[1]", "[{}]", "[{\"id\":\"\"}]", "[{\"id\":\"a\"},{\"id\":\"a\"}]",
            "[{\"id\":\"a\",\"approval\":\"maybe\"}]",
            "[{\"id\":\"a b\"}]", "[{\"id\":\"a\",\"config\":[]}]", Many(129, index => $$"""{"id":"tool-{{index}}"}""")),
        .. Each("config.mcpServers", "[{\"name\":\"x\",\"url\":\"ftp://host\"}]", "[{\"name\":\"x\",\"url\":\"http://user:secret@host/\"}]",
            "[{\"name\":\"x\",\"url\":\"https://host\",\"auth\":{\"secretRef\":\"plain\"}}]",
            "[{\"name\":\"x\",\"url\":\"https://host\",\"auth\":{\"token\":\"x\"}}]",
            Many(21, index => $$"""{"name":"server-{{index}}","url":"https://host"}""")),
        .. Each("config.knowledge.topK", "0", "1001", "\"5\""), .. Each("config.knowledge.similarityThreshold", "1.01", "-0.01", "\"1\""),
        .. Each("config.knowledge.collections", "[\"a\",\"a\"]", "[1]", Many(51, index => $"\"{index}\"")),
        .. Each("config.limits.timeoutSeconds", "0", "86401"), .. Each("config.limits.tokensPerDay", "1000000000001", "1e30"),
        .. Each("config.limits.budget", """{"amount":-1,"currency":"EUR","period":"day"}""",
            """{"amount":1,"currency":"eur","period":"day"}""", """{"amount":1e400,"currency":"EUR","period":"day"}"""),
        .. Each("config.output", "{\"format\":\"xml\"}", "{\"schema\":[]}"), .. Each("config.memory.window", "0", "1e9"),
        .. Each("config.handoffs", "[{\"agentId\":\"A B\"}]", "[{\"agentId\":\"a\",\"version\":1,\"label\":\"x\"}]",
            "[{\"agentId\":\"a\",\"version\":0}]"),
        .. Each("config.handoffs", "[{}]", "[{\"agentId\":\"a\",\"external\":{\"url\":\"https://host\",\"protocol\":\"a2a\"}}]",
            "[{\"external\":{\"url\":\"http://169.254.169.254/\",\"protocol\":\"a2a\"}}]"),
        .. Each("config.mcpServers", "[{\"name\":\"x\"}]", "[{\"name\":\"x\",\"url\":\"https://host\",\"command\":\"npx\"}]",
            "[{\"name\":\"x\",\"command\":\"npx\",\"transport\":\"http\"}]",
            "[{\"name\":\"x\",\"command\":\"npx\",\"env\":{\"API_KEY\":\"hunter2hunter2\"}}]"),
        .. Each("config.model.inherit", "true", "\"yes\""), .. Each("config.model.endpoint", "{\"baseUrl\":\"http://169.254.169.254/\"}"),
        .. Each("config.tools", "[{\"id\":\"a*b\"}]", "[{\"id\":\"a\",\"invocation\":{}}]", "[{\"id\":\"a\",\"openapi\":{}}]",
            "[{\"id\":\"a\",\"invocation\":{\"http\":{\"method\":\"GET\",\"url\":\"http://169.254.169.254/\"}}}]"),
        .. Each("config.starters", "[{}]", "[{\"text\":\"\"}]", Many(21, index => $$"""{"text":"{{index}}"}""")),
        .. Each("config.voice", "{\"provider\":\"x\",\"voiceId\":\"y\",\"speed\":9}"),
        .. Each("config.speech", "{\"turnTaking\":\"never\"}"),
        .. Each("config.memory.blocks", """[{"label":"a","value":""},{"label":"a","value":""}]"""),
        .. Each("config.knowledge.sources", "[{\"type\":\"url\",\"ref\":\"ftp://host\"}]", "[{\"type\":\"shelf\",\"ref\":\"x\"}]"),
        .. Each("icon", "\"\"", "5"), .. Each("homepage", "\"example\""),
        .. Each("config.attachments", "[{\"blobRef\":\"http://x\"}]", "[{\"blobRef\":\"blob://x\",\"size\":-1}]",
            "[{\"blobRef\":\"blob://x\\n\"}]"),
    ];

    private static (string, string)[] Each(string path, params string[] values) => [.. values.Select(value => (path, value))];

    private static string Text(int characters) => $"\"{new string('x', characters)}\"";

    private static string Many(int count, Func<int, string> item) => $"[{string.Join(',', Enumerable.Range(0, count).Select(item))}]";
}
