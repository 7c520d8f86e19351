namespace AgentManagement.Tests.WebGateway;

/// <summary>What a client wrote is what it gets back.</summary>
[Collection(typeof(GatewayTests))]
public sealed class FidelityTests(Gateway gateway)
{
    private const string Config =
        """{"model":{"params":{"temperature":0,"topP":1.0,"stop":[]},"id":"gpt-5-mini","provider":"openai"},"instructions":{"template":"Zeile 1\nZeile 2 — ünïcödé 😀 <b>&amp;</b>"},"tools":[],"metadata":{"z":null,"a":1e3,"m":{"b":[3,1,2],"a":0.10}}}""";

    private const string Metadata = """{"zeta":1,"alpha":null,"big":12345678901234567890,"small":0.0000001,"text":"+/<>'é"}""";

    [Fact]
    public async Task Zero_null_empty_arrays_numbers_and_the_order_of_keys_are_kept()
    {
        var client = gateway.Client();
        var created =
            await client.CreateAsync($$"""{"id":"bot","name":"Bot","type":"rag","config":{{Config}},"metadata":{{Metadata}},"tags":[]}""");

        foreach (var agent in new[] { created, await client.GetAsync($"{Api.Agents}/bot", 200),
            await client.GetAsync($"{Api.Agents}/bot/versions/1", 200) })
        {
            Assert.Equal(Config, agent.GetProperty("config").GetRawText());
            Assert.Equal(Metadata, agent.GetProperty("metadata").GetRawText());
            Assert.Equal("[]", agent.GetProperty("tags").GetRawText());
        }
    }

    [Fact]
    public async Task The_text_of_names_is_kept_and_not_escaped()
    {
        var client = gateway.Client();
        var path = await client.CreatePathAsync(Api.Content("Ünïcödé <Bot> & 'Co'"));
        Assert.Contains("\"name\":\"Ünïcödé <Bot> & 'Co'\"", await client.GetStringAsync(path), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Characters_beyond_the_basic_plane_are_the_same_text()
    {
        var client = gateway.Client();
        var agent = await client.GetAsync(await client.CreatePathAsync(Api.Content("Bot 😀", text: "Hallo 👩‍👩‍👧")), 200);
        Assert.Equal("Bot 😀", agent.Text("name"));
        Assert.Equal("Hallo 👩‍👩‍👧", agent.GetProperty("config").GetProperty("instructions").Text("template"));
    }

    [Fact]
    public async Task Another_order_of_tags_is_another_version()
    {
        var client = gateway.Client();
        var path = await client.CreatePathAsync(Api.Content(tags: """["b","a"]"""));
        var replaced = await (await client.SendAsync("PUT", path, Api.Content(tags: """["a","b"]"""))).ShouldBeAsync(200);
        Assert.Equal(("""["a","b"]""", 2), (replaced.GetProperty("tags").GetRawText(), replaced.GetProperty("version").GetInt32()));
    }
}
