using AgentManagement.Bench.Import;
using AgentManagement.Domain.Validation;

namespace AgentManagement.Tests.Validation;

public sealed class SecretRulesTests
{
    // Made up, and written with a gap, which is taken out: or whoever publishes these files would be told of keys.
    public static TheoryData<string> Shapes =>
    [
        "sk-¦Canary0a1B2c3D4e5F6g7H8i9J0", "sk-¦proj-Canary_0a1B2c3D4-e5F6g7H8", "sk-¦ant-api03-Canary0a1B2c3D4e5F6g7H8-_i9",
        "sk-¦or-v1-0123456789abcdef0123456789abcdef",
        "AKIA¦CANARY7EXAMPLE23", "ASIA¦CANARY7EXAMPLE23", "gh¦p_Canary0a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5",
        "gh¦s_Canary0a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5",
        "github¦_pat_11CANARY0a1B2c3D4e5F6g7_H8i9J0k1L2m3N4", "xox¦b-123456789012-Canary0a1B2c3D4e5F6",
        "xapp¦-1-A0CANARY1-2345678901234-abcdef0123456789",
        "AIza¦SyCanary-0a1B2c3D4e5F6g7H8i9J0k1L2", "sk_¦live_Canary0a1B2c3D4e5F6g7", "rk_¦live_Canary0a1B2c3D4e5F6g7",
        "glpat¦-Canary0a1B2c3D4e5F6",
        "hf¦_CanaryAbCdEfGhIjKlMnOpQrStUvWx0123", "SG¦.Canary0a1B2c3D4e5F6g.h7I8j9K0l1M2n3O4p5Q6r7S8t9",
        "amk_¦canary-tenant.0a1b2c3d4e5f6a7b.Canary0a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8s9T0u1V2",
        "eyJ¦hbGciOiJIUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.Canary0a1B2c3D4e5F6", "Bearer Canary0a1B2c3D4.e5F6-g7H8~",
        "authorization: bearer  Canary0a1B2c3D4e5F6g7H8",
        "-----BEGIN RSA PRI¦VATE KEY-----\nMIIEcanary0a1B2c3D4e5F6", "-----BEGIN PRI¦VATE KEY-----\\nMIIEcanary0a1B2c3D4e5F6",
        "-----BEGIN PGP PRI¦VATE KEY BLOCK-----\n\nVersion: canary",
        "-----BEGIN RSA PRI¦VATE KEY-----\nProc-Type: 4,ENCRYPTED canary", "postgres://canary:hunter2@db/x", "https://:canary@host/",
        "amqps://user:pa:ss@host", "npm¦_Canary0a1B2c3D4e5F6g7H8i9J0k1L2m3N4",
        "dop¦_v1_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "gsk¦_Canary0a1B2c3D4e5F6g7H8i9J0",
        "xai¦-Canary0a1B2c3D4e5F6g7H8i9J0k1", "r8¦_Canary0a1B2c3D4e5F6g7H8i9J0k1", "pplx¦-Canary0a1B2c3D4e5F6g7H8i9J0k1",
        "shp¦at_Canary0a1B2c3D4e5F6g7H8i9J0k1", "lin¦_api_Canary0a1B2c3D4e5F6g7H8i9J0k1", "ntn¦_Canary0a1B2c3D4e5F6g7H8i9J0k1",
        "hvb¦.Canary0a1B2c3D4e5F6g7H8i9J0k1", "dap¦iCanary0a1B2c3D4e5F6g7H8i9J0k1",
        "vercel¦_Canary0a1B2c3D4e5F6g7H8i9J0k1", "figd¦_Canary0a1B2c3D4e5F6g7H8i9J0k1",
        "dckr¦_pat_Canary0a1B2c3D4e5F6g7H8i9J0", "pypi¦-AgEIcHlwaSCanary0a1B2c3D4e5F6", "hvs¦.CAESIcanary0a1B2c3D4e5F6",
        "AccountName=canary;Account¦Key=Canary0a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6==;EndpointSuffix=core.windows.net",
        "Endpoint=sb://canary.example/;SharedAccessKeyName=Root;Shared¦AccessKey=Canary0a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5=",
        "Server=db;User Id=canary;Password=hunter2;", "redis.example.com:6380,password=hunter2,ssl=True", "Basic Y2FuYXJ5Omh1bnRlcjI=",
        "https://api.example.com/v1?code=Canary0a1B2c3D4e5F6&x=1",
        "https://h.example.com/b?sv=2024-01-01&sig=Canary0a1B2c3D4%2Fe5F6g7H8%3D",
        "https://mcp.example.com/sse?a=b&key=0123456789canaryabcdef",
    ];

    [Theory, MemberData(nameof(Shapes))]
    public void A_credential_is_refused_wherever_it_stands_and_never_told(string shape)
    {
        var secret = shape.Replace("¦", "", StringComparison.Ordinal);
        foreach (var text in new[] { secret, $"Use {secret} for it.", $"key=\"{secret}\"", $"\n{secret}\n" })
        {
            Refused("/name", secret, content => content["name"] = text.Trim());
            Refused("/config/instructions/template", secret, content => content["config"]!["instructions"]!["template"] = text);
            Refused("/config/tools/0/config/a/1", secret, content => content["config"]!["tools"] =
                new JsonArray(new JsonObject { ["id"] = "t", ["config"] = new JsonObject { ["a"] = new JsonArray("x", text) } }));
            Refused("/metadata/a~1b", secret, content => content["metadata"] = new JsonObject { ["a/b"] = text });
        }
    }

    [Theory, MemberData(nameof(Shapes))]
    public void A_name_that_is_a_credential_is_told_by_what_holds_it(string shape)
    {
        var secret = shape.Replace("¦", "", StringComparison.Ordinal);
        Refused("/metadata/keys", secret, content =>
            content["metadata"] = new JsonObject { ["keys"] = new JsonObject { [secret] = new JsonObject { ["password"] = "x" } } });
        // A field that there is not is told by its name: not this one.
        Refused("", secret, content => content[secret] = 1);
        Refused("/config", secret, content => content["config"]![secret] = 1);
    }

    [Theory]
    [InlineData("apiKey"), InlineData("api_key"), InlineData("API-KEY"), InlineData("X-Api-Key"), InlineData("openaiApiKey"),
        InlineData("password")]
    [InlineData("db_password"), InlineData("secret"), InlineData("clientSecret"), InlineData("client_secret"), InlineData("token"),
        InlineData("accessToken")]
    [InlineData("access_token"), InlineData("refreshToken"), InlineData("Authorization"), InlineData("privateKey"),
        InlineData("passphrase")]
    public void A_member_named_for_a_credential_holds_a_reference_or_a_variable(string name)
    {
        Assert.Equal($"error secret_in_content /metadata/a/{name}", FoundIn(name, "hunter2"));
        Assert.Equal($"error secret_in_content /metadata/a/{name}", FoundIn(name, "secret://"));
        Assert.Equal("", FoundIn(name, "secret://vault/name"));
        Assert.Equal("", FoundIn(name, "{{key}}"));
        Assert.Equal("", FoundIn(name, "Bearer {{ key }}"));
        const string Key = "9f8e7d6c5b4a39281706";
        Assert.Equal($"error secret_in_content /metadata/a/{name}", FoundIn(name, $"{Key} {{{{key}}}}"));
        Assert.Equal($"error secret_in_content /metadata/a/{name}", FoundIn(name, "{{user}}:hunter2"));
        Assert.Equal($"error secret_in_content /metadata/a/{name}/0", FoundIn(name, new JsonArray(Key)));
        Assert.Equal($"error secret_in_content /metadata/a/{name}s/1", FoundIn($"{name}s", new JsonArray("a", Key)));
        Assert.Equal($"error secret_in_content /metadata/a/{name}/prod/b", FoundIn(name, new JsonObject
        {
            ["prod"] = new JsonObject { ["b"] = Key, ["type"] = "oauth2_client_credentials", ["url"] = "https://h/a1" },
        }));
        Assert.Equal("error secret_in_content /metadata/a/headers/0/value", FoundIn("headers", new JsonArray(
            new JsonObject { ["name"] = name, ["value"] = "hunter2" }, new JsonObject { ["name"] = name, ["value"] = "${KEY}" })));
        foreach (var value in new JsonNode?[] { null, "", "  ", 1, true, new JsonObject(), new JsonArray("a") })
        {
            Assert.Equal("", FoundIn(name, value));
        }
    }

    [Theory]
    [InlineData("tokensPerDay"), InlineData("maxTokens"), InlineData("tokenizer"), InlineData("tokenType"), InlineData("secretRef"),
        InlineData("passwordField")]
    [InlineData("secretary"), InlineData("authorizationUrl"), InlineData("keyword"), InlineData("key"), InlineData("author"),
        InlineData("apiKeyName")]
    public void A_name_that_only_looks_like_one_is_fine(string name) => Assert.Equal("", FoundIn(name, "Something 1234567890123456"));

    [Theory, InlineData("eosToken", "<|begin_of_text|>"), InlineData("stopToken", "</s>"), InlineData("padToken", "[PAD]"),
        InlineData("nextToken", "the next one, if any")]
    public void Tokens_of_models_open_nothing(string name, string text) => Assert.Equal("", FoundIn(name, text));

    [Theory]
    [InlineData("$OPENAI_API_KEY"), InlineData("${OPENAI_API_KEY}"), InlineData("${{ secrets.MY_KEY }}"), InlineData("{{ env.MY_KEY }}")]
    [InlineData("op://vault/item/field"), InlineData("op://Private/My item/password"), InlineData("vault://kv/data/app#key1")]
    [InlineData("@Microsoft.KeyVault(SecretUri=https://v1.vault.azure.net/secrets/a/0123456789abcdef)"), InlineData("=Env.OPENAI_API_KEY")]
    [InlineData("arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/key-AbC123"), InlineData("projects/p1/secrets/key/versions/3")]
    [InlineData("<your key>"), InlineData("<YOUR_API_KEY_2>"), InlineData("***"), InlineData("**********"), InlineData("xxxxxxxxxxxx")]
    [InlineData("Bearer ${TOKEN_2}"), InlineData("Bearer $ACCESS_TOKEN"), InlineData("Basic <base64>"), InlineData("sk-...")]
    [InlineData("your-api-key-here"), InlineData("YOUR_API_KEY_2"), InlineData("changeme"), InlineData("REDACTED")]
    [InlineData("%API_KEY1%")]
    [InlineData("$(API_KEY_1)"), InlineData("$env:KEY1"), InlineData("process.env.KEY1"), InlineData("os.environ['KEY1']")]
    [InlineData("/run/secrets/key1"), InlineData("https://myvault1.vault.azure.net/secrets/key1"), InlineData("env:KEY1")]
    [InlineData("ref+vault://kv/app#/key1")]
    [InlineData("none"), InlineData("oauth2"), InlineData("OAuth2.0"), InlineData("bearer"), InlineData("api_key"), InlineData("••••••••")]
    [InlineData("oauth2_client_credentials"), InlineData("required"), InlineData("The key of the shop, as its owner gives it.")]
    [InlineData("At least 8 characters, 1 digit")]
    public void What_stands_for_a_credential_is_none(string text)
    {
        foreach (var name in (string[])["apiKey", "password", "authorization", "token", "client_secret"])
        {
            Assert.Equal("", FoundIn(name, text));
            Assert.Equal("", FoundIn(name, new JsonArray(text)));
            Assert.Equal("", FoundIn(name, new JsonObject { ["value"] = text }));
        }
    }

    [Theory, InlineData("basic"), InlineData("Something else"), InlineData("ApiKeyAuth")]
    public void A_word_is_no_key(string text) => Assert.Equal("", FoundIn("apiKey", text));

    [Theory]
    [InlineData("letmein"), InlineData("correct horse"), InlineData("$ecret123"), InlineData("{{user}}hunter2"), InlineData("P@ssw0rd!")]
    public void A_password_may_be_a_word(string text) =>
        Assert.Equal("error secret_in_content /metadata/a/password", FoundIn("password", text));

    [Theory]
    [InlineData("AbCdEfGhIjKlMnOpQrStUvWx"), InlineData("9f8e7d6c5b4a39281706fedc {{x}}"), InlineData("{{x}}9f8e7d6c5b4a39281706fedc")]
    [InlineData("${A}AbCdEfGhIjKlMnOpQrStUvWx"), InlineData("client_9f8e7d6c5b4a39281706"), InlineData("a9 b8 c7d6e5f4")]
    [InlineData("secret:///"), InlineData("Bearer 9f8e7d6c")]
    public void A_key_is_one_whatever_stands_beside_it(string text) =>
        Assert.Equal("error secret_in_content /metadata/a/apiKey", FoundIn("apiKey", text));

    [Fact]
    public void A_key_among_arguments_is_one()
    {
        Assert.Equal("error secret_in_content /metadata/a/args/2", FoundIn("args", new JsonArray("-y", "--api-key", "hunter2")));
        Assert.Equal("", FoundIn("args", new JsonArray("-y", "--api-key", "$KEY", "hunter2")));
    }

    [Theory, InlineData("Flag strings such as AKIAIOSFODNN7EXAMPLE in a diff.")]
    [InlineData("https://h.example/?key=product-category-page-2")]
    [InlineData("https://h.example/?code=en-US&sig=none"), InlineData("Basic knowledge of databases"), InlineData("npm_config_registry")]
    [InlineData("https://h.example/?key={{key}}&code=<code>"), InlineData("Server=db;Password=${PASSWORD};")]
    [InlineData("Server=db2;Integrated Security=true")]
    [InlineData("basic authentication2024and2025")]
    public void What_documentation_shows_is_fine(string text) => Assert.Equal("", FoundIn("a", text));

    [Theory, InlineData("key"), InlineData("code"), InlineData("sig"), InlineData("signature"), InlineData("token"),
        InlineData("X-Amz-Signature")]
    public void A_key_in_an_address_is_told_once(string parameter) => Assert.Equal(
        "error credentials_in_address /config/mcpServers/0/url",
        Found.InConfig($$"""{"mcpServers":[{"name":"m","url":"https://mcp.example.com/sse?{{parameter}}=0123456789abcdef0123456789abcdef"}]}"""));

    [Fact]
    public void A_token_of_any_vendor_opens_something() =>
        Assert.Equal("error secret_in_content /metadata/a/acmeToken", FoundIn("acmeToken", "0a1b2c3d4e5f6g7h8"));

    [Fact]
    public void A_schema_may_speak_of_credentials() => Assert.Equal("", Found.InConfig("""
        {"tools":[{"id":"a","inputSchema":{"type":"object","required":["password","apiKey"],
          "properties":{"password":{"type":"string","description":"The password."},"apiKey":{"type":"string"},"token":true}}}]}
        """));

    [Theory]
    [InlineData("Never show keys such as sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxx or sk-YOUR_API_KEY."),
        InlineData("sk-learn-for-everybody-in-2024-and-later")]
    [InlineData("task-0123456789abcdef0123456789"), InlineData("ask-proj-0123456789abcdef0123456789"),
        InlineData("AKIA is how a key of AWS begins")]
    [InlineData("Authorization: Bearer <token>"), InlineData("Bearer {{token}}"), InlineData("bearer authentication-and-authorization"),
        InlineData("Bearer $ACCESS_TOKEN_OF_2024_AND_LATER")]
    [InlineData("Do not print -----BEGIN PRIVATE KEY----- lines."), InlineData("postgres://<user>:<password>@host/db"),
        InlineData("postgres://user:${PASSWORD}@host/db")]
    [InlineData("https://user:{{password}}@host/"), InlineData("https://host:8080/@me"),
        InlineData("see https://host/a, or mail: me@example.com"), InlineData("http://host:80 me@host")]
    [InlineData("eyJhbGciOi..."), InlineData("hf_hub_download"), InlineData("SG.example"), InlineData("xoxb-your-token"),
        InlineData("github_pat_xxxxxxxxxxxxxxxxxxxxxxxx")]
    [InlineData("glpat-XXXXXXXXXXXXXXXXXXXX"), InlineData("https://cdn.example.com:443/a/b/c@1.2.3/x.js"),
        InlineData("data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ")]
    public void Words_about_credentials_are_fine(string text) => Assert.Equal("", FoundIn("a", text));

    [Theory] // A pattern that tried each place over and over would not come back for minutes.
    [InlineData("sk-"), InlineData("sk-proj-"), InlineData("eyJ"), InlineData("eyJa.eyJ"), InlineData("-----BEGIN "), InlineData("://a:"),
        InlineData("://:")]
    [InlineData("basic "), InlineData("npm_"), InlineData("AccountKey="), InlineData("?key="), InlineData(";pwd="), InlineData("dapi")]
    [InlineData("bearer "), InlineData("gh"), InlineData("SG."), InlineData("xoxb-"), InlineData("AKIA"), InlineData("a"), InlineData("-"),
        InlineData("Bearer a")]
    public void A_megabyte_takes_milliseconds_whatever_it_holds(string part) =>
        Assert.False(SecretShapes.IsIn(string.Concat(Enumerable.Repeat(part, 1_048_576 / part.Length))));

    [Fact]
    public void Real_agents_are_accepted()
    {
        var path = RealAgents.FindPath();
        if (path is null) Assert.Skip($"Needs the file of real agents: set {RealAgents.PathVariable}.");
        var refused = RealAgents.Read(path, int.MaxValue).Agents
            .Select(agent => (agent.Id, Errors: Found.Issues(Given.Content(content => CopyTo(content, agent.Body)))
                .Where(issue => issue.Severity == IssueSeverity.Error).ToList()))
            .Where(agent => agent.Errors.Count > 0).Select(agent => $"{agent.Id}: {string.Join("; ", agent.Errors.Select(Found.Line))}");
        Assert.Empty(refused);
    }

    private static void CopyTo(JsonObject content, string body)
    {
        content.Clear();
        foreach (var (name, value) in JsonNode.Parse(body)!.AsObject().Where(member => member.Key != "id"))
        {
            content[name] = value?.DeepClone();
        }
    }

    private static string FoundIn(string name, JsonNode? value) =>
        Found.In(Given.Content(content => content["metadata"] = new JsonObject { ["a"] = new JsonObject { [name] = value?.DeepClone() } }));

    private static void Refused(string pointer, string secret, Action<JsonObject> change)
    {
        var issues = Found.Issues(Given.Content(change));
        Assert.Contains($"error secret_in_content {pointer}".TrimEnd(), issues.Select(Found.Line));
        Assert.All(issues, issue => Assert.DoesNotContain("canary", issue.ToString(), StringComparison.OrdinalIgnoreCase));
        Assert.All(issues, issue => Assert.DoesNotContain(secret, issue.ToString(), StringComparison.Ordinal));
    }
}
