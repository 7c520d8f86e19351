using System.Net;

namespace AgentManagement.Tests.WebGateway;

[Collection(typeof(GatewayTests))]
public sealed class IsolationTests(Gateway gateway)
{
    [Theory]
    [MemberData(nameof(Routes.NamesOfOneAgent), MemberType = typeof(Routes))]
    public async Task Anothers_agent_a_missing_one_and_what_is_no_id_look_the_same(string method, string path)
    {
        // PUT makes an absent agent; with a condition it must not.
        (string, string)[] headers = method == "PUT" ? [("If-Match", "\"1\"")] : [];
        var (body, ours) = (Routes.Find(method, path).Body, gateway.Client("admin"));
        await gateway.Client("admin").CreateAsync(Api.Content(id: "their-agent"));

        var answers = new List<string>();
        foreach (var id in (string[])["their-agent", "no-agent"])
        {
            var response = await ours.SendAsync(
                method, path.Replace("{id}", id, StringComparison.Ordinal), body, [("X-Correlation-ID", "same"), .. headers]);
            answers.Add($"{(int)response.StatusCode} {response.Content.Headers} {await response.Content.ReadAsStringAsync()}");
        }

        Assert.Single(answers.Distinct());
        Assert.StartsWith(method == "PUT" ? "412" : "404", answers[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Upper")]
    [InlineData("-dash")]
    [InlineData("_score")]
    [InlineData("dot.dot")]
    [InlineData("%2e%2e")]
    [InlineData("a%0a")]
    [InlineData("a%2Fb")]
    [InlineData("%F0%9F%98%80")]
    [InlineData("a123456789012345678901234567890123456789012345678901234567890123")]
    public async Task What_cannot_be_an_id_is_missing(string id)
    {
        foreach (var route in Routes.OfOneAgent)
        {
            var response = await gateway.Client("admin").SendAsync(
                route.Method, route.Path.Replace("{id}", id, StringComparison.Ordinal), route.Body, ("X-Correlation-ID", "same"));
            Assert.Equal(await MissingAsync(), await response.Content.ReadAsStringAsync());
        }
    }

    [Theory]
    [InlineData("versions/0")]
    [InlineData("versions/-1")]
    [InlineData("versions/one")]
    [InlineData("versions/01")]
    [InlineData("versions/2")]
    [InlineData("versions/99999999999")]
    [InlineData("versions/1/diff/2")]
    [InlineData("versions/0/diff/1")]
    public async Task A_version_that_is_not_there_is_missing(string version)
    {
        var client = gateway.Client();
        var response = await client.SendAsync("GET", $"{await client.CreatePathAsync()}/{version}", null, ("X-Correlation-ID", "same"));
        Assert.Equal(await MissingAsync(), await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Tenants_do_not_see_each_others_lists_logs_or_counts()
    {
        var (ours, theirs) = (gateway.Client("admin"), gateway.Client("admin"));
        await theirs.CreateAsync();

        Assert.Equal(0, (await ours.GetAsync(Api.Agents, 200)).GetProperty("total").GetInt32());
        Assert.Empty((await ours.GetAsync("/api/v1/audit", 200)).GetProperty("items").EnumerateArray());
        Assert.Equal(0, (await ours.GetAsync("/api/v1/tenant", 200)).GetProperty("revision").GetInt32());
    }

    [Fact]
    public async Task An_id_with_an_underscore_is_one_on_every_route()
    {
        var client = gateway.Client("admin");
        await client.CreateAsync(Api.Content(id: "under_score"));
        foreach (var route in Routes.OfOneAgent.Where(route => route.Permission != "agents:purge"))
        {
            var path = route.Path.Replace("{id}", "under_score", StringComparison.Ordinal);
            var response = await client.SendAsync(route.Method, path, route.Body);
            Assert.NotEqual(HttpStatusCode.NotFound, response.StatusCode);
        }
    }

    [Fact]
    public async Task Two_tenants_may_use_the_same_id()
    {
        await gateway.Client().CreateAsync(Api.Content(id: "bot"));
        await gateway.Client().CreateAsync(Api.Content(id: "bot"));
    }

    private async Task<string> MissingAsync() =>
        await (await gateway.Client().SendAsync(
            "GET", $"{Api.Agents}/missing", null, ("X-Correlation-ID", "same"))).Content.ReadAsStringAsync();
}
