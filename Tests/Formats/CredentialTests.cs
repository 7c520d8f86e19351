using AgentManagement.Domain.Validation;
using AgentManagement.Formats;
using static AgentManagement.Tests.Formats.FormatTesting;

namespace AgentManagement.Tests.Formats;

/// <summary>Placeholders become references and come back; credentials are told of by their place, and never repeated.</summary>
public sealed class CredentialTests
{
    public static TheoryData<string, string> Placeholder => new()
    {
        { "$TIDE_KEY", "TIDE_KEY" },
        { "${TIDE_KEY}", "TIDE_KEY" },
        { "${env:TIDE_KEY}", "TIDE_KEY" },
        { "${TIDE_KEY:-none}", "TIDE_KEY" },
        { "${input:tide-key}", "tide-key" },
        { "{{ env.TIDE_KEY }}", "TIDE_KEY" },
        { "{{tide_key}}", "tide_key" },
        { "${{ secrets.TIDE_KEY }}", "TIDE_KEY" },
        { "<your tide key>", "your-tide-key" },
        { "YOUR_TIDE_KEY", "YOUR_TIDE_KEY" },
        { "Bearer ${TIDE_KEY}", "TIDE_KEY" },
        { "Basic ${TIDE_USER}:${TIDE_PASSWORD}", "TIDE_USER" },
        { "=Env.TIDE_KEY", "TIDE_KEY" },
        { "os.environ/TIDE_KEY", "TIDE_KEY" },
        { "%TIDE_KEY%", "TIDE_KEY" },
        { "**********", "X-API-KEY" },
        { "xxxxxxxx", "X-API-KEY" },
        { "sk-xxxxxxxx", "X-API-KEY" },
        { "oauth2", "X-API-KEY" },
        { "changeme", "X-API-KEY" },
    };

    [Theory, MemberData(nameof(Placeholder))]
    public void A_placeholder_is_a_reference_here_and_itself_again_outside(string placeholder, string name)
    {
        var file = new JsonObject
        {
            ["mcpServers"] = new JsonObject
            {
                ["tide"] = new JsonObject
                {
                    ["url"] = "https://tide.example.com/mcp", ["headers"] = new JsonObject { ["X-API-KEY"] = placeholder },
                    ["password"] = placeholder,
                },
            },
        };
        var result = Import("mcp", "port/.mcp.json", file.ToJsonString());
        var content = Assert.Single(result.Agents);
        var expected = name == "X-API-KEY" ? "secret://X-API-KEY" : $"secret://{name}";
        Assert.Equal(expected, content["config"]!["mcpServers"]![0]!["headers"]!["X-API-KEY"]!.GetValue<string>());
        Assert.Contains(result.Report.Renamed, each => each.Kind == "credential" && each.From == "/mcpServers/tide/headers/X-API-KEY");
        AssertRoundTrip("mcp", content, file);
    }

    [Theory]
    [InlineData("hunter2")]
    [InlineData("9f8e7d6c5b4a39281706fedc ${X}")]
    [InlineData("Bearer 9f8e7d6c5b4a39281706fedc")]
    public void A_credential_where_one_is_expected_is_an_error_with_its_pointer(string value)
    {
        var text = new JsonObject
        {
            ["name"] = "Tide", ["model"] = "gpt-5", ["instructions"] = "Say.",
            ["x"] = new JsonArray(new JsonObject { ["client_secret"] = value }),
        };
        var result = Import("openai", "tide.json", text.ToJsonString());
        Assert.Empty(result.Agents);
        Assert.Equal("/x/0/client_secret", Assert.Single(result.Report.Errors).Pointer);
        Assert.DoesNotContain(value, result.Report.ToString(), StringComparison.Ordinal);
    }

    public static TheoryData<string, string, string, string> Anywhere => new()
    {
        { "claude", "tide.md", $"---\nname: tide\n---\nUse {Key("ghp_")}.\n", "/$body" },
        { "mcp", ".mcp.json", $$$$"""{"mcpServers":{"t":{"command":"t","args":["--key","{{{{Key("sk-")}}}}"]}}}""", "/mcpServers/t/args/1" },
        { "mcp", ".mcp.json", """{"mcpServers":{"t":{"url":"https://t.example.com/?api_key=0a1b2c3d4e5f"}}}""", "/mcpServers/t/url" },
        { "mcp", ".mcp.json", """{"mcpServers":{"t":{"url":"https://t.example.com/?key=0a1b2c3d4e5f60718293"}}}""", "/mcpServers/t/url" },
        { "mcp", ".mcp.json", """{"mcpServers":{"t":{"url":"https://me:0a1b2c@t.example.com/"}}}""", "/mcpServers/t/url" },
        { "mcp", ".mcp.json", """{"mcpServers":{"t":{"command":"t","env":{"DB_PASSWORD":"hunter2"}}}}""", "/mcpServers/t/env/DB_PASSWORD" },
        { "mcp", ".mcp.json", """{"mcpServers":{"t":{"command":"t","args":["--api-key","0a1b2c3d4e5f60718293"]}}}""", "/mcpServers/t/args/1" },
        { "openai", "t.json", """{"name":"t","model":"m","instructions":"x","y":[{"name":"X-API-Key","value":"0a1b2c3d4e5f6071"}]}""", "/y/0/value" },
        { "openai", "t.json", $$$"""{"name":"t","model":"m","instructions":"x","y":{"{{{Key("hf_")}}}":1}}""", "/y" },
    };

    [Theory, MemberData(nameof(Anywhere))]
    public void A_credential_is_an_error_wherever_it_is(string format, string path, string text, string pointer)
    {
        var result = Import(format, path, text);
        Assert.Empty(result.Agents);
        Assert.Equal(pointer, Assert.Single(result.Report.Errors).Pointer);
    }

    [Fact]
    public void A_placeholder_in_an_address_is_a_reference_there()
    {
        var text = """{"mcpServers":{"t":{"url":"https://t.example.com/mcp?zone=n&api_key=${TIDE_KEY}"}}}""";
        var content = ImportOne("mcp", "port/.mcp.json", text);
        Assert.Equal(
            "https://t.example.com/mcp?zone=n&api_key=secret://TIDE_KEY", content["config"]!["mcpServers"]![0]!["url"]!.GetValue<string>());
        AssertRoundTrip("mcp", content, JsonNode.Parse(text)!.AsObject());
    }

    [Fact]
    public void A_reference_that_was_there_is_not_taken_for_a_placeholder()
    {
        var text = """{"mcpServers":{"t":{"command":"t","env":{"A_TOKEN":"secret://A","B_TOKEN":"${A}","C_TOKEN":"$A","D_TOKEN":"${A}"}}}}""";
        var content = ImportOne("mcp", "port/.mcp.json", text);
        AssertSame(
            JsonNode.Parse("""{"A_TOKEN":"secret://A","B_TOKEN":"secret://A-3","C_TOKEN":"secret://A-2","D_TOKEN":"secret://A-3"}"""),
            content["config"]!["mcpServers"]![0]!["env"]);
        AssertRoundTrip("mcp", content, JsonNode.Parse(text)!.AsObject());
    }

    [Fact]
    public void Words_of_instructions_and_of_models_are_no_credentials()
    {
        var text = """{"name":"t","model":"m","instructions":"Tokens such as $TIDE or {{ env.X }} stay. Keys look like sk-xxxx.","max_tokens":5,"eos_token":"</s>"}""";
        var content = ImportOne("openai", "t.json", text);
        Assert.Contains("{{ env.X }} stay", content["config"]!["instructions"]!["template"]!.GetValue<string>(), StringComparison.Ordinal);
        AssertRoundTrip("openai", content, JsonNode.Parse(text)!.AsObject());
    }

    /// <summary>What the service would refuse as a credential, an import has refused.</summary>
    [Fact]
    public void What_looks_like_a_credential_to_the_service_does_so_here()
    {
        string[] shapes =
        [
            Key("sk-"), Key("sk-proj-"), Key("sk-ant-"), "AKIA" + "Q3EXAMPL7ZK2B4MN", Key("ghp_"), Key("gho_"), Key("github_pat_"),
            "xoxb-" + "1a2b3c4d5e6f7g8h",
            "xapp-" + "1a2b3c4d5e6f7g8h9i0j1k", Key("AIza"),
            "sk_live_" + "1a2b3c4d5e6f", "rk_test_" + "1a2b3c4d5e6f", Key("glpat-"), Key("hf_"),
            $"SG.{Key("")}.{Key("")}", $"eyJ{Key("")}.eyJ{Key("")}.{Key("")}", $"bearer {Key("")}", "https://me:pa55@example.com/",
            Key("npm_"), Key("gsk_"), $"AccountKey={Key("")}", "Basic " + Convert.ToBase64String("me:pa55word"u8),
            "Server=x;Password=pa55word;",
            "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA75",
        ];
        Assert.All(shapes, shape => Assert.Equal((shape, true, true), (shape, SecretShapes.IsIn(shape), CredentialShapes.IsIn(shape))));
    }

    // Put together here, so that no scanner takes this file for one with a key.
    private static string Key(string prefix) => prefix + "0a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8";
}
