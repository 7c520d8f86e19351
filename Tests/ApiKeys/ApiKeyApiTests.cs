using System.Security.Cryptography;
using System.Text;
using AgentManagement.ApiKeys;
using AgentManagement.Tests.WebGateway;
using AgentManagement.WebGateway.ApiKeys;

namespace AgentManagement.Tests.ApiKeys;

/// <summary>API keys over REST: their life, what they may, and what they may not.</summary>
public sealed class ApiKeyApiTests(ApiKeyTests.Host host) : ApiKeyTests(host), IClassFixture<ApiKeyTests.Host>
{
    [Fact]
    public async Task A_key_is_made_used_listed_rotated_and_revoked_and_all_of_it_is_in_the_log()
    {
        var response = await Admin.SendAsync("POST", Keys, """{"name":"ci","role":"editor"}""");
        Assert.True(response.Headers.CacheControl!.NoStore);
        var made = await response.ShouldBeAsync(201);
        var (id, secret) = (made.GetProperty("apiKey").Text("id"), made.Text("secret"));
        Assert.Equal($"{Keys}/{id}", response.Headers.Location!.OriginalString);
        Assert.StartsWith($"amk_{Tenant}.{id}.", secret, StringComparison.Ordinal);
        Assert.Equal(Permissions.ByRole["editor"].Order(StringComparer.Ordinal), made.GetProperty("apiKey").GetProperty("permissions")
            .EnumerateArray().Select(each => each.GetString()));

        await Using(secret).CreateAsync();
        Assert.Equal("ci", (await Admin.GetAsync($"{Keys}/{id}", 200)).Text("name"));
        var list = await Admin.GetAsync(Keys, 200);
        Assert.Equal(id, Assert.Single(list.GetProperty("items").EnumerateArray()).Text("id"));
        Assert.DoesNotContain(secret.Split('.')[2], list.GetRawText(), StringComparison.Ordinal);

        var next = (await (await Admin.SendAsync("POST", $"{Keys}/{id}/rotate")).ShouldBeAsync(200)).Text("secret");
        Assert.Equal((401, 200), (await StatusAsync(secret), await StatusAsync(next)));
        Assert.Equal(204, (int)(await Admin.SendAsync("DELETE", $"{Keys}/{id}")).StatusCode);
        Assert.Equal(401, await StatusAsync(next));
        await (await Admin.SendAsync("DELETE", $"{Keys}/{id}")).ShouldBeProblemAsync(404, "not_found");
        await (await Admin.SendAsync("GET", $"{Keys}/{id}")).ShouldBeProblemAsync(404, "not_found");

        var log = (await Admin.GetAsync("/api/v1/audit", 200)).GetProperty("items").EnumerateArray().Reverse().ToList();
        Assert.Equal(["api_key_created", "agent_created", "api_key_rotated", "api_key_revoked"], log.Select(change => change.Text("kind")));
        Assert.Equal(("ann", id, "ci"), (log[0].Text("actor"), log[0].Text("apiKeyId"), log[0].Text("apiKeyName")));
        Assert.Equal(($"api-key/{id}", "key"), (log[1].Text("actor"), log[1].Text("role")));
        Assert.True((await Admin.GetAsync("/api/v1/audit/verify", 200)).GetProperty("valid").GetBoolean());
    }

    [Fact]
    public async Task A_secret_is_nowhere_but_in_its_answer()
    {
        var (id, secret) = await MakeAsync("""{"name":"ci","role":"admin"}""");
        var client = Using(secret);
        await client.CreateAsync();
        var rotated = (await (await client.SendAsync("POST", $"{Keys}/{id}/rotate", """{"graceSeconds":60}""")).ShouldBeAsync(200))
            .Text("secret");
        Assert.Equal((200, 200), (await StatusAsync(secret), await StatusAsync(rotated)));
        client = Using(rotated);
        await (await Using(secret[..^1] + '!').SendAsync("GET", Keys)).ShouldBeProblemAsync(401, "unauthenticated");
        var told = new StringBuilder();
        foreach (var path in new[] { Keys, $"{Keys}/{id}", "/api/v1/audit", "/api/v1/audit/refusals", "/api/v1/export", "/metrics" })
        {
            told.Append(await (await client.SendAsync("GET", path)).Content.ReadAsStringAsync());
        }
        await (await client.SendAsync("DELETE", $"{Keys}/{id}")).ShouldBeAsync(204);

        var kept = Directory.EnumerateFiles(Shared.DataDirectory, "*", SearchOption.AllDirectories).Select(ReadShared).ToList();
        Assert.NotEmpty(kept);
        Assert.Contains(kept, text => text.Contains(id, StringComparison.Ordinal));
        foreach (var random in new[] { secret.Split('.')[2][..43], rotated.Split('.')[2][..43] })
        {
            Assert.DoesNotContain(random, told.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain(Shared.Service.Logs.Lines, line => line.Contains(random, StringComparison.Ordinal));
            Assert.DoesNotContain(kept, text => text.Contains(random, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_key_may_what_it_was_given_and_nothing_else()
    {
        var reading = Using((await MakeAsync("""{"name":"reader","permissions":["agents:read"]}""")).Secret);
        await reading.GetAsync(Api.Agents, 200);
        await (await reading.SendAsync("POST", Api.Agents, Api.Content())).ShouldBeProblemAsync(403, "permission_denied");
        await (await reading.SendAsync("GET", "/api/v1/tenant")).ShouldBeProblemAsync(403, "permission_denied");
        await (await reading.SendAsync("GET", Keys)).ShouldBeProblemAsync(403, "permission_denied");
        await (await reading.SendAsync("PUT", $"/internal/v1/tenants/{Tenant}", """{"tier":"free"}"""))
            .ShouldBeProblemAsync(403, "permission_denied");
        await (await reading.SendAsync("GET", $"/internal/v1/tenants/{Tenant}/agents")).ShouldBeProblemAsync(403, "permission_denied");
    }

    [Fact]
    public async Task The_routes_for_services_are_open_to_a_key_that_was_given_them_and_for_its_tenant_alone()
    {
        var giver = Using(Tokens.Make(change: claims =>
        {
            claims.Remove("role");
            (claims["tenant_id"], claims["permissions"]) =
                (Tenant, new[] { "keys:manage", "agents:read", "internal:read", "tenants:manage", "keys:verify" });
        }));
        await (await giver.SendAsync("GET", "/api/v1/tenant")).ShouldBeProblemAsync(403, "permission_denied");
        var made = await (await giver.SendAsync("POST", Keys, """{"name":"runner","permissions":["internal:read","agents:read"]}"""))
            .ShouldBeAsync(201);
        var runner = Using(made.Text("secret"));
        await runner.GetAsync($"/internal/v1/tenants/{Tenant}/agents", 200);
        await (await runner.SendAsync("GET", $"/internal/v1/tenants/{Gateway.NewTenant()}/agents")).ShouldBeProblemAsync(404, "not_found");
        await (await giver.SendAsync("PUT", $"/internal/v1/tenants/{Tenant}", """{"tier":"free"}"""))
            .ShouldBeProblemAsync(403, "permission_denied");
    }

    [Fact]
    public async Task The_silo_decides_by_the_keys_permissions_too()
    {
        var grains = Shared.Service.Services.GetRequiredService<IClusterClient>();
        Caller.Current = new Caller(Tenant, "api-key/0123456789abcdef", Caller.KeyRole, null, "c") { Granted = ["tenant:read"] };
        await grains.GetGrain<AgentManagement.Tenants.ITenantGrain>(GrainKeys.Tenant(Tenant)).GetAsync();
        await DeniedAsync(() => grains.GetGrain<IApiKeysGrain>(GrainKeys.Tenant(Tenant)).ListAsync());
        // Nor does a list give what a role lacks, or what is the platform's.
        foreach (var role in new[] { "viewer", Caller.KeyRole, Caller.ListedRole })
        {
            Caller.Current = new Caller(Tenant, "ann", role, null, "c") { Granted = ["tenants:manage", "keys:verify", "tasks:run"] };
            await DeniedAsync(() => grains.GetGrain<IApiKeysGrain>(GrainKeys.Tenant(Tenant)).VerifyAsync("0123456789abcdef", new("")));
            await DeniedAsync(() => grains.GetGrain<AgentManagement.Tenants.ITenantGrain>(GrainKeys.Tenant(Tenant))
                .ConfigureAsync(new("free", new("{}"))));
        }
        Caller.Current = new Caller(Tenant, "ann", "viewer", null, "c") { Granted = ["keys:manage", "tenant:read"] };
        await DeniedAsync(() => grains.GetGrain<IApiKeysGrain>(GrainKeys.Tenant(Tenant)).ListAsync());
    }

    [Theory]
    [InlineData("""["agents:read","tenants:manage","no:such"]""", 200, 403), InlineData("""[]""", 403, 403),
        InlineData("""["keys:manage","agents:write"]""", 403, 403)]
    [InlineData("\"agents:read\"", 401, 401), InlineData("[[\"agents:read\"]]", 401, 401), InlineData("{\"agents:read\":true}", 401, 401)]
    public async Task A_tokens_list_narrows_its_role_and_never_widens_it(string list, int reading, int managing)
    {
        var client = Using(Tokens.Make(change: claims => (claims["tenant_id"], claims["role"], claims["permissions"]) =
            (Tenant, "editor", JsonDocument.Parse(list).RootElement)));
        Assert.Equal((reading, managing),
            ((int)(await client.SendAsync("GET", Api.Agents)).StatusCode, (int)(await client.SendAsync("GET", Keys)).StatusCode));
    }

    private async Task<(string Id, string Secret)> MakeByAsync(string secret)
    {
        var made = await (await Using(secret).SendAsync("POST", Keys, """{"name":"made","permissions":["keys:manage","agents:read"]}"""))
            .ShouldBeAsync(201);
        return (made.GetProperty("apiKey").Text("id"), made.Text("secret"));
    }

    [Theory, InlineData("key"), InlineData("listed"), InlineData("gateway"), InlineData("silo")]
    public async Task No_token_claims_a_role_of_the_services_own(string role) =>
        Assert.Equal(401, await StatusAsync(Tokens.Make(change: claims =>
        (claims["tenant_id"], claims["role"], claims["permissions"]) = (Tenant, role, new[] { "agents:read" }))));

    [Fact]
    public async Task Nobody_gets_more_by_a_key_than_they_have()
    {
        await (await Client(Tenant, "editor").SendAsync("POST", Keys, """{"name":"ci","role":"viewer"}"""))
            .ShouldBeProblemAsync(403, "permission_denied");
        await (await Admin.SendAsync("POST", Keys, """{"name":"ci","role":"service"}""")).ShouldBeProblemAsync(403, "permission_denied");
        var maker = Using((await MakeAsync("""{"name":"maker","permissions":["keys:manage","agents:read"]}""")).Secret);
        await (await maker.SendAsync("POST", Keys, """{"name":"more","permissions":["agents:write"]}"""))
            .ShouldBeProblemAsync(403, "permission_denied");
        await (await maker.SendAsync("POST", Keys, """{"name":"same","permissions":["agents:read"]}""")).ShouldBeAsync(201);
        var (strong, _) = await MakeAsync("""{"name":"strong","role":"admin"}""");
        await (await maker.SendAsync("POST", $"{Keys}/{strong}/rotate")).ShouldBeProblemAsync(403, "permission_denied");
    }

    [Fact]
    public async Task What_a_key_made_ends_with_it_at_once()
    {
        var (parent, secret) = await MakeAsync("""{"name":"parent","permissions":["keys:manage","agents:read"]}""");
        var child = await MakeByAsync(secret);
        var grandchild = await MakeByAsync(child.Secret);
        Assert.Equal(
            [child.Id, grandchild.Id], (await Admin.GetAsync($"{Keys}/{parent}", 200)).GetProperty("descendants").EnumerateArray()
                .Select(id => id.GetString()));
        Assert.Equal((200, 200, 200), (await StatusAsync(secret), await StatusAsync(child.Secret), await StatusAsync(grandchild.Secret)));

        await (await Using(grandchild.Secret).SendAsync("DELETE", $"{Keys}/{parent}")).ShouldBeProblemAsync(403, "permission_denied");
        await (await Admin.SendAsync("DELETE", $"{Keys}/{child.Id}?revokeDescendants=false")).ShouldBeAsync(204);
        Assert.Equal((200, 401, 200), (await StatusAsync(secret), await StatusAsync(child.Secret), await StatusAsync(grandchild.Secret)));
        var another = await MakeByAsync(secret);
        Assert.Equal(200, await StatusAsync(another.Secret));
        await (await Admin.SendAsync("DELETE", $"{Keys}/{parent}")).ShouldBeAsync(204);
        Assert.Equal((401, 401), (await StatusAsync(secret), await StatusAsync(another.Secret)));
    }

    [Fact]
    public async Task A_secret_in_its_grace_reads_and_manages_no_keys()
    {
        var (id, secret) = await MakeAsync("""{"name":"parent","permissions":["keys:manage","agents:read"]}""");
        var child = await MakeByAsync(secret);
        var next = (await (await Using(secret).SendAsync("POST", $"{Keys}/{id}/rotate", """{"graceSeconds":3600}""")).ShouldBeAsync(200))
            .Text("secret");
        Assert.Equal(200, await StatusAsync(secret));
        await (await Using(secret).SendAsync("POST", Keys, """{"name":"more","permissions":["agents:read"]}"""))
            .ShouldBeProblemAsync(403, "permission_denied");
        await (await Using(secret).SendAsync("POST", $"{Keys}/{id}/rotate")).ShouldBeProblemAsync(403, "permission_denied");
        Assert.Equal((200, 200), (await StatusAsync(next), await StatusAsync(child.Secret)));
        var rotated = await (await Using(next).SendAsync("POST", $"{Keys}/{id}/rotate", """{"revokeDescendants":true}"""))
            .ShouldBeAsync(200);
        Assert.Empty(rotated.GetProperty("apiKey").GetProperty("descendants").EnumerateArray());
        Assert.Equal(401, await StatusAsync(child.Secret));
    }

    [Theory]
    [InlineData("{}", "required /name"), InlineData("""{"name":"a"}""", "required /permissions"),
        InlineData("""{"name":"a","role":"viewer","permissions":["agents:read"]}""", "required /permissions")]
    [InlineData("""{"name":"a","permissions":[]}""", "wrong_count /permissions"),
        InlineData("""{"name":"a","permissions":["tenants:manage"]}""", "wrong_format /permissions/0")]
    [InlineData("""{"name":"a","role":"platform_admin"}""", "wrong_format /role"),
        InlineData("""{"name":"a","role":"viewer","expiresAt":"2001-01-01T00:00:00Z"}""", "out_of_range /expiresAt")]
    [InlineData("""{"name":"a","role":"viewer","expiresAt":"tomorrow"}""", "wrong_format /expiresAt"),
        InlineData("""{"name":"a","role":"viewer","expiresAt":"2999-01-01T00:00:00"}""", "wrong_format /expiresAt")]
    [InlineData("""{"name":" ","role":"viewer"}""", "wrong_format /name"),
        InlineData("""{"name":"a","role":"viewer","secret":"mine"}""", "unknown_field /secret")]
    public async Task What_is_no_key_is_refused_by_field(string body, string expected)
    {
        var problem = await (await Admin.SendAsync("POST", Keys, body)).ShouldBeProblemAsync(422, "invalid_content");
        Assert.Contains(expected, problem.Errors().Select(error => $"{error.Item1} {error.Item2}"));
    }

    [Fact]
    public async Task An_idempotency_key_is_refused_since_a_kept_answer_would_be_a_kept_secret()
    {
        await (await Admin.SendAsync("POST", Keys, """{"name":"ci","role":"viewer"}""", ("Idempotency-Key", "a")))
            .ShouldBeProblemAsync(400, "invalid_header");
        var (id, _) = await MakeAsync("""{"name":"ci","role":"viewer"}""");
        await (await Admin.SendAsync("POST", $"{Keys}/{id}/rotate", null, ("Idempotency-Key", "a")))
            .ShouldBeProblemAsync(400, "invalid_header");
    }

    [Fact]
    public async Task A_key_ends_at_its_time_though_it_was_found_good_just_before()
    {
        var (_, secret) =
            await MakeAsync(
            $$"""{"name":"ci","role":"viewer","expiresAt":"{{Shared.Clock.GetUtcNow().AddMinutes(10):yyyy-MM-ddTHH:mm:ssZ}}"}""");
        Assert.Equal(200, await StatusAsync(secret));
        Shared.Clock.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromSeconds(10));
        Assert.Equal(200, await StatusAsync(secret));
        Shared.Clock.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(401, await StatusAsync(secret));
    }

    [Fact]
    public async Task A_secret_goes_on_for_its_grace()
    {
        var (id, secret) = await MakeAsync("""{"name":"ci","role":"viewer"}""");
        await (await Admin.SendAsync("POST", $"{Keys}/{id}/rotate", """{"graceSeconds":3600}""")).ShouldBeAsync(200);
        Assert.Equal(200, await StatusAsync(secret));
        Shared.Clock.Advance(TimeSpan.FromSeconds(3601));
        Assert.Equal(401, await StatusAsync(secret));
        await (await Admin.SendAsync("POST", $"{Keys}/{id}/rotate", """{"graceSeconds":86401}"""))
            .ShouldBeProblemAsync(422, "invalid_content");
    }

    [Fact]
    public async Task What_another_gateway_ends_works_here_for_no_longer_than_an_answer_is_kept()
    {
        var (id, secret) = await MakeAsync("""{"name":"ci","role":"viewer"}""");
        Assert.Equal(200, await StatusAsync(secret));
        Caller.Current = new Caller(Tenant, "ann", "admin", null, "c");
        Assert.True((await Shared.Service.Services.GetRequiredService<IClusterClient>().GetGrain<IApiKeysGrain>(GrainKeys.Tenant(Tenant))
            .ApplyAsync(new RevokeApiKey { KeyId = id })).IsOk);
        Assert.Equal(200, await StatusAsync(secret));
        Shared.Clock.Advance(KnownApiKey.FreshTime);
        Assert.Equal(401, await StatusAsync(secret));
    }

    [Fact]
    public async Task Of_rotations_at_the_same_time_one_has_the_secret()
    {
        var (id, _) = await MakeAsync("""{"name":"ci","role":"viewer"}""");
        var answers = await Task.WhenAll(Enumerable.Range(0, 8)
            .Select(_ => Admin.SendAsync("POST", $"{Keys}/{id}/rotate", """{"version":1}""")));
        Assert.Equal(7, answers.Count(answer => (int)answer.StatusCode == 409));
        var winner = Assert.Single(answers, answer => answer.IsSuccessStatusCode);
        Assert.Equal(200, await StatusAsync((await winner.ShouldBeAsync(200)).Text("secret")));

        var all = await Task.WhenAll(Enumerable.Range(0, 4)
            .Select(async _ => (await (await Admin.SendAsync("POST", $"{Keys}/{id}/rotate")).ShouldBeAsync(200)).Text("secret")));
        var statuses = new List<int>();
        foreach (var secret in all) statuses.Add(await StatusAsync(secret));
        Assert.Equal([200, 401, 401, 401], statuses.Order());
    }

    [Fact]
    public async Task Another_tenants_key_is_missing_and_its_secret_of_no_use_under_another_tenants_name()
    {
        var (id, secret) = await MakeAsync("""{"name":"ci","role":"admin"}""");
        var other = Gateway.NewTenant();
        var theirs = Client(other, "admin");
        foreach (var (method, path) in new[] { ("GET", ""), ("DELETE", ""), ("POST", "/rotate") })
        {
            var missing = await (await theirs.SendAsync(
                method, $"{Keys}/0123456789abcdef{path}", null, ("X-Correlation-ID", "same"))).Content.ReadAsStringAsync();
            var response = await theirs.SendAsync(method, $"{Keys}/{id}{path}", null, ("X-Correlation-ID", "same"));
            Assert.Equal((404, missing), ((int)response.StatusCode, await response.Content.ReadAsStringAsync()));
        }
        // With the check made right again, as whoever reads the documentation can.
        Assert.Equal(401, await StatusAsync(Checked($"amk_{other}.{id}.{secret.Split('.')[2][..43]}")));
        // Where there is such an id, too.
        var (mine, _) = await MakeAsync("""{"name":"mine","role":"viewer"}""");
        Assert.Equal(401, await StatusAsync(Checked($"amk_{Tenant}.{mine}.{secret.Split('.')[2][..43]}")));
        // What else a request says of a tenant is not listened to.
        Assert.Equal(Tenant, (await (await Using(secret).SendAsync("GET", "/api/v1/tenant", null, ("X-Tenant-ID", other)))
            .ShouldBeAsync(200)).Text("id"));
    }

    [Fact]
    public async Task What_is_cut_off_or_changed_is_refused()
    {
        var (id, secret) = await MakeAsync("""{"name":"ci","role":"viewer"}""");
        var random = secret.Split('.')[2][..43];
        string[] wrong =
        [
            secret[..^1], secret[..^8], secret + "0", secret.ToUpperInvariant(), $"amk_{Tenant}.{id}", $"amk_{Tenant}.{id}.", "amk_",
            "amk_..", $"{secret}.{secret}",
            Checked($"amk_{Tenant}.{id}.{(random[0] == 'A' ? 'B' : 'A')}{random[1..]}"), Checked($"amk_{Tenant}.{id}.{random[..^1]}"),
            Checked($"amk_{Tenant}.0123456789abcdef.{random}"), $"amk_{new string('a', 8_000)}",
        ];
        foreach (var key in wrong) await (await Using(key).SendAsync("GET", Api.Agents)).ShouldBeProblemAsync(401, "unauthenticated");
        Assert.Equal(200, await StatusAsync(secret));
    }

    [Fact]
    public async Task A_hundred_guesses_are_a_hundred_times_401()
    {
        var guesses = Enumerable.Range(0, 100)
            .Select(number => ApiKeyText.Make(number % 2 == 0 ? Tenant : Gateway.NewTenant(), ApiKeyText.NewId()).Text).ToList();
        foreach (var again in new[] { false, true })
        {
            var statuses = await Task.WhenAll(guesses.Select(StatusAsync));
            Assert.All(statuses, status => Assert.Equal(401, status));
        }
    }

    private static string Checked(string text) => text + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..8];

    private static async Task DeniedAsync(Func<Task> call) =>
        Assert.Equal("permission_denied", (await Assert.ThrowsAsync<AccessDeniedException>(call)).Code);

    /// <summary>The file as it is, whoever has it open.</summary>
    private static string ReadShared(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(file, Encoding.Latin1);
        return reader.ReadToEnd();
    }
}
