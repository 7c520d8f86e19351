namespace AgentManagement.Tests.WebGateway;

/// <summary>Who runs which versions, over HTTP.</summary>
[Collection(typeof(GatewayTests))]
public sealed class RuntimeApiTests(Gateway gateway)
{
    [Fact]
    public async Task A_runtime_says_what_it_runs_and_people_see_how_far_a_release_has_come()
    {
        var tenant = Gateway.NewTenant();
        var (admin, service) = (gateway.Client("admin", tenant), gateway.Client("service", tenant));
        await admin.CreateAsync(Api.Content(id: "bot"));
        await (await admin.SendAsync("PUT", "/api/v1/labels/production", "{}")).ShouldBeAsync(201);
        var release = await (await admin.SendAsync("PUT", "/api/v1/agents/bot/labels/production", """{"version":1}""")).ShouldBeAsync(200);
        var adoption = $"/api/v1/releases/{release.Text("id")}/adoption";
        var none = await (await admin.SendAsync("GET", adoption)).ShouldBeAsync(202);
        Assert.Equal((0, false), (none.GetProperty("live").GetInt32(), none.GetProperty("converged").GetBoolean()));
        var revision = none.GetProperty("labelRevision").GetInt32();

        await ReportAsync("pod-1", revision - 1, 200);
        var behind = await (await admin.SendAsync("GET", adoption)).ShouldBeAsync(202);
        Assert.Equal("pod-1", Assert.Single(behind.GetProperty("behind").EnumerateArray()).Text("instance"));
        // Whoever waits is answered when it has come.
        var waiting = admin.SendAsync("GET", $"{adoption}?wait=60");
        await ReportAsync("pod-1", revision, 200);
        var all = await (await waiting).ShouldBeAsync(200);
        Assert.Equal((1, 1, 0), (
            all.GetProperty("live").GetInt32(), all.GetProperty("adopted").GetInt32(), all.GetProperty("behind").GetArrayLength()));

        var listed = Assert.Single((await admin.GetAsync("/api/v1/runtimes?label=production", 200)).GetProperty("items").EnumerateArray());
        Assert.Equal(("pod-1", "live", "python/1"), (listed.Text("instance"), listed.Text("status"), listed.Text("sdk")));
        var runtime = await admin.GetAsync("/api/v1/runtimes/pod-1", 200);
        Assert.Equal("bot", runtime.GetProperty("applied")[0].Text("agent"));
        var applied = await admin.GetAsync("/api/v1/agents/bot/applied", 200);
        Assert.Equal("pod-1", Assert.Single(applied.GetProperty("items").EnumerateArray()).Text("instance"));
        var before = await admin.GetAsync("/api/v1/agents/bot/applied?at=2020-01-01T00:00:00Z", 200);
        Assert.Empty(before.GetProperty("items").EnumerateArray());

        await (await service.SendAsync("DELETE", Path("pod-1"))).ShouldBeAsync(204);
        await (await service.SendAsync("DELETE", Path("pod-1"))).ShouldBeProblemAsync(404, "not_found");
        await (await admin.SendAsync("GET", "/api/v1/runtimes/pod-1")).ShouldBeProblemAsync(404, "not_found");
        await (await admin.SendAsync("GET", "/api/v1/agents/nobody/applied")).ShouldBeProblemAsync(404, "not_found");

        // A viewer reads all this, and only services say it, each of its own tenant.
        await gateway.Client("viewer", tenant).GetAsync("/api/v1/runtimes", 200);
        await (await admin.SendAsync("PUT", Path("pod-2"), """{"applied":[]}""")).ShouldBeProblemAsync(403, "permission_denied");
        await (await gateway.Client("service", Gateway.NewTenant()).SendAsync("PUT", Path("pod-2"), """{"applied":[]}"""))
            .ShouldBeProblemAsync(404, "not_found");

        string Path(string instance) => $"/internal/v1/tenants/{tenant}/runtimes/{instance}";

        async Task ReportAsync(string instance, int labelRevision, int status) => await (await service.SendAsync(
            "PUT", Path(instance),
            $$"""{"label":"production","labelRevision":{{labelRevision}},"applied":[{"agent":"bot","version":1}],"sdk":"python/1"}"""))
            .ShouldBeAsync(status);
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"applied":null}""")]
    [InlineData("""{"applied":[{"agent":"bot"}]}""")]
    [InlineData("""{"applied":[{"agent":"bot","version":"1"}]}""")]
    [InlineData("""{"applied":[],"label":"production"}""")]
    [InlineData("""{"applied":[],"label":"v1","labelRevision":1}""")]
    [InlineData("""{"applied":[],"labelRevision":1}""")]
    [InlineData("""{"applied":[],"key":"user-1"}""")]
    [InlineData("""{"applied":[{"agent":"bot","version":1},{"agent":"bot","version":1}]}""")]
    public async Task What_cannot_be_run_is_refused(string body)
    {
        var tenant = Gateway.NewTenant();
        var answer = await gateway.Client("service", tenant).SendAsync("PUT", $"/internal/v1/tenants/{tenant}/runtimes/pod-1", body);
        Assert.InRange((int)answer.StatusCode, 400, 422);
        Assert.Empty((await gateway.Client("viewer", tenant).GetAsync("/api/v1/runtimes", 200)).GetProperty("items").EnumerateArray());
    }
}
