using System.Text.RegularExpressions;
using AgentManagement.Catalog;
using AgentManagement.Releases;
using AgentManagement.Runtimes;
using AgentManagement.Tests.WebGateway;

namespace AgentManagement.Tests.ApiKeys;

/// <summary>Keys that are for some labels only.</summary>
public sealed partial class ApiKeyLabelTests(ApiKeyTests.Host host) : ApiKeyTests(host), IClassFixture<ApiKeyTests.Host>
{
    // Where the label is not in the path: how it is asked for.
    private static readonly Dictionary<string, (string Path, string? Body)> Elsewhere = new()
    {
        ["GET /api/v1/releases"] = ("/api/v1/releases?label={label}", null),
        ["POST /api/v1/releases"] = ("/api/v1/releases", """{"label":"{label}","items":[{"agent":"bot","version":1}]}"""),
        ["GET /internal/v1/tenants/{tenant}/agents/{id}/config"] =
            ("/internal/v1/tenants/{tenant}/agents/{id}/config?label={label}", null),
        ["POST /internal/v1/tenants/{tenant}/resolve"] =
            ("/internal/v1/tenants/{tenant}/resolve", """{"ids":["bot"],"label":"{label}"}"""),
        ["GET /api/v1/runtimes"] = ("/api/v1/runtimes?label={label}", null),
        ["PUT /internal/v1/tenants/{tenant}/runtimes/{instance}"] =
            ("/internal/v1/tenants/{tenant}/runtimes/any", """{"label":"{label}","labelRevision":1,"applied":[]}"""),
    };

    [Fact]
    public async Task Of_another_label_it_may_nothing_whatever_is_asked()
    {
        var releases = new Dictionary<string, string>();
        foreach (var label in new[] { "staging", "production" }) releases[label] = await PrepareAsync(label);
        var key = Using(await MakeNarrowedAsync("staging"));
        var (open, closed) = (new List<string>(), new List<string>());
        foreach (var operation in await OperationsOfLabelsAsync())
        {
            var method = operation.Split(' ')[0];
            var (path, body) = Elsewhere.TryGetValue(operation, out var asked) ? asked : Routes.All
                .Where(each => $"{each.Method} {each.Path}" == operation).Select(each => (each.Path, each.Body)).First();
            if (await AskAsync("production") is not (403, "permission_denied") and var other) open.Add($"{operation}: {other}");
            if (await AskAsync("staging") is (403, _)) closed.Add(operation);

            async Task<(int, string?)> AskAsync(string label)
            {
                var answer = await key.SendAsync(method, Fill(path, label)!, Fill(body, label));
                var text = await answer.Content.ReadAsStringAsync();
                return ((int)answer.StatusCode, (int)answer.StatusCode < 400 ? null : JsonNode.Parse(text)!["code"]!.GetValue<string>());
            }

            string? Fill(string? text, string label) => text?.Replace("{label}", label, StringComparison.Ordinal)
                .Replace("{release}", releases[label], StringComparison.Ordinal).Replace("{id}", "bot", StringComparison.Ordinal)
                .Replace("{tenant}", Tenant, StringComparison.Ordinal);
        }
        Assert.Empty(open);
        Assert.Empty(closed);
    }

    [Fact]
    public async Task Lists_leave_other_labels_out()
    {
        foreach (var label in new[] { "staging", "production" }) await PrepareAsync(label);
        var key = Using(await MakeNarrowedAsync("staging"));
        var labels = await key.GetAsync("/api/v1/labels", 200);
        Assert.Equal(["staging"], labels.GetProperty("items").EnumerateArray().Select(label => label.Text("name")));
        var releases = await key.GetAsync("/api/v1/releases", 200);
        Assert.Equal(["staging"], releases.GetProperty("items").EnumerateArray().Select(release => release.Text("label")).Distinct());
        Assert.Equal("""["staging"]""", (await key.GetAsync("/api/v1/me", 200)).GetProperty("labels").GetRawText());
        // A label that is not there is no other answer.
        await (await key.SendAsync("GET", "/api/v1/labels/nowhere")).ShouldBeProblemAsync(403, "permission_denied");

        var both = Using(await MakeNarrowedAsync("staging", "production"));
        await (await both.SendAsync("GET", "/api/v1/releases")).ShouldBeProblemAsync(403, "permission_denied");
        Assert.Equal(1, (await both.GetAsync("/api/v1/releases?label=production", 200)).GetProperty("items").GetArrayLength());
        // What is of no label is as its permissions say.
        await (await key.SendAsync("PUT", "/api/v1/agents/other", Api.Content())).ShouldBeAsync(201);
    }

    [Fact]
    public async Task It_makes_none_for_other_labels_nor_for_all()
    {
        await MakeAsync("""{"name":"maker","permissions":["agents:read"],"labels":["staging","test","staging"]}""", 422);
        var narrowed = Using((await MakeAsync(
            """{"name":"maker","permissions":["keys:manage","agents:read"],"labels":["test","staging"]}""")).Secret);
        foreach (var labels in (string[])["null", """["production"]""", """["staging","production"]"""])
        {
            await (await narrowed.SendAsync("POST", Keys, $$"""{"name":"k","permissions":["agents:read"],"labels":{{labels}}}"""))
                .ShouldBeProblemAsync(403, "permission_denied");
        }
        var made = await (await narrowed.SendAsync(
            "POST", Keys, """{"name":"k","permissions":["agents:read"],"labels":["staging"]}""")).ShouldBeAsync(201);
        Assert.Equal("""["staging"]""", made.GetProperty("apiKey").GetProperty("labels").GetRawText());

        // A new secret is as good as a new key, and nobody ends what may more.
        var (wide, _) = await MakeAsync("""{"name":"wide","permissions":["agents:read"]}""");
        await (await narrowed.SendAsync("POST", $"{Keys}/{wide}/rotate")).ShouldBeProblemAsync(403, "permission_denied");
        await (await narrowed.SendAsync("DELETE", $"{Keys}/{wide}")).ShouldBeProblemAsync(403, "permission_denied");
        foreach (var labels in (string[])["[]", """["latest"]""", """["v7"]""", """["A"]""", "\"staging\""])
        {
            await MakeAsync($$"""{"name":"k","permissions":["agents:read"],"labels":{{labels}}}""", 422);
        }
        var logged = await Admin.GetAsync("/api/v1/audit?kind=api_key_created", 200);
        Assert.Contains("; for staging test", logged.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_has_its_secret_of_before_is_narrowed_too()
    {
        await PrepareAsync("production");
        var (id, secret) = await MakeAsync("""{"name":"k","permissions":["agents:read"],"labels":["staging"]}""");
        await (await Admin.SendAsync("POST", $"{Keys}/{id}/rotate", """{"graceSeconds":600}""")).ShouldBeAsync(200);
        await (await Using(secret).SendAsync("GET", "/api/v1/labels/production")).ShouldBeProblemAsync(403, "permission_denied");
        await (await Using(secret).SendAsync("GET", "/api/v1/labels/staging")).ShouldBeAsync(404);
    }

    [Fact]
    public async Task Of_runtimes_it_knows_those_of_its_labels_and_of_none()
    {
        foreach (var label in new[] { "staging", "production" }) await PrepareAsync(label);
        var (narrowed, all) = (Using(await MakeNarrowedAsync("staging")), Using(await MakeNarrowedAsync("staging", "production")));
        var runtimes = $"/internal/v1/tenants/{Tenant}/runtimes";
        foreach (var (name, label, revision) in ((string, string, string)[])[
            ("one", "\"staging\"", "1"), ("two", "\"production\"", "1"), ("three", "null", "null")])
        {
            var body = $$"""{"label":{{label}},"labelRevision":{{revision}},"applied":[{"agent":"bot","version":1}]}""";
            await (await all.SendAsync("PUT", $"{runtimes}/{name}", body)).ShouldBeAsync(200);
        }
        Assert.Equal(["one", "three"], await NamesAsync("/api/v1/runtimes"));
        Assert.Equal(["one", "three"], await NamesAsync("/api/v1/agents/bot/applied"));
        await (await narrowed.SendAsync("GET", "/api/v1/runtimes/one")).ShouldBeAsync(200);
        await (await narrowed.SendAsync("GET", "/api/v1/runtimes/two")).ShouldBeProblemAsync(403, "permission_denied");
        await (await narrowed.SendAsync("DELETE", $"{runtimes}/two")).ShouldBeProblemAsync(403, "permission_denied");
        // Nor does it speak for one of another label.
        await (await narrowed.SendAsync("PUT", $"{runtimes}/two", """{"label":"staging","labelRevision":1,"applied":[]}"""))
            .ShouldBeProblemAsync(403, "permission_denied");
        await (await narrowed.SendAsync("DELETE", $"{runtimes}/one")).ShouldBeAsync(204);

        async Task<IEnumerable<string>> NamesAsync(string path) =>
            (await narrowed.GetAsync(path, 200)).GetProperty("items").EnumerateArray().Select(item => item.Text("instance"));
    }

    /// <summary>
    /// Calls of a label's own grain are guarded by the filter. Whatever else tells of labels or changes them has to look itself, which this
    /// list says that it does: add to it what does, and to <see cref="Of_another_label_it_may_nothing_whatever_is_asked"/>.
    /// </summary>
    [Fact]
    public void Every_other_method_of_a_grain_that_has_to_do_with_labels_is_known()
    {
        var methods = typeof(ILabelGrain).Assembly.GetTypes().Where(type => type.IsInterface && typeof(IGrain).IsAssignableFrom(type))
            .Where(type => type != typeof(ILabelGrain))
            .SelectMany(type => type.GetMethods())
            .Where(method => Mentions().IsMatch(method.Name)
                || method.GetParameters().Any(parameter => Mentions().IsMatch(parameter.Name!) || IsOfReleases(parameter.ParameterType))
                || IsOfReleases(method.ReturnType))
            .Select(method => $"{method.DeclaringType!.Name}.{method.Name}").Order(StringComparer.Ordinal);

        Assert.Equal(
        [
            "ICatalogGrain.FindReleaseAsync", "ICatalogGrain.ListChecksAsync", "ICatalogGrain.ListLabelsAsync",
            "ICatalogGrain.ListReleasesAsync", "ICatalogGrain.ReportCheckAsync", "IRuntimesGrain.EndAsync", "IRuntimesGrain.GetAsync",
            "IRuntimesGrain.ListAppliedAsync", "IRuntimesGrain.ListAsync", "IRuntimesGrain.ReportAsync",
        ], methods);

        static bool IsOfReleases(Type type) => type.Namespace == typeof(Release).Namespace || type.Namespace == typeof(Runtime).Namespace
            || type.GetGenericArguments().Any(IsOfReleases) || (type.GetElementType() is { } element && IsOfReleases(element));
    }

    [GeneratedRegex("(?<=.)(Label|Release)|^(label|release)")]
    private static partial Regex Mentions();

    /// <summary>The operations of the OpenAPI document that name a label or a release.</summary>
    private async Task<List<string>> OperationsOfLabelsAsync()
    {
        var document = await Admin.GetAsync("/openapi/v1.json", 200);
        var schemas = document.GetProperty("components").GetProperty("schemas");
        var found = document.GetProperty("paths").EnumerateObject()
            .Where(path => !path.Name.StartsWith("/api/v1/dry-run/", StringComparison.Ordinal))
            .SelectMany(path => path.Value.EnumerateObject().Where(operation => IsOfLabel(path.Name, operation.Value))
                .Select(operation => $"{operation.Name.ToUpperInvariant()} {path.Name}")).ToList();
        Assert.NotEmpty(found);
        // Deleting comes last: what is asked of the label afterwards is not there.
        return [.. found.OrderBy(operation => operation.StartsWith("DELETE", StringComparison.Ordinal))];

        bool IsOfLabel(string path, JsonElement operation) => path.Contains("{label}", StringComparison.Ordinal)
            || path.Contains("{release}", StringComparison.Ordinal)
            || (operation.TryGetProperty("parameters", out var parameters)
                && parameters.EnumerateArray().Any(parameter => parameter.Text("name") is "label" or "release"))
            || (operation.TryGetProperty("requestBody", out var body) && body.GetProperty("content").EnumerateObject().Any(
                content => content.Value.TryGetProperty("schema", out var schema) && HasLabel(schema)));

        bool HasLabel(JsonElement schema) => schema.TryGetProperty("$ref", out var reference)
            ? HasLabel(schemas.GetProperty(reference.GetString()!.Split('/')[^1]))
            : schema.TryGetProperty("properties", out var properties) && properties.TryGetProperty("label", out _);
    }

    /// <summary>A label with an agent, and a release of it that has not ended.</summary>
    private async Task<string> PrepareAsync(string label)
    {
        await Admin.SendAsync("PUT", "/api/v1/agents/bot", Api.Content());
        await (await Admin.SendAsync("PUT", $"/api/v1/labels/{label}", "{}")).ShouldBeAsync(201);
        var made = await (await Admin.SendAsync(
            "POST", "/api/v1/releases", $$"""{"label":"{{label}}","items":[{"agent":"bot","version":1}]}""")).ShouldBeAsync(201);
        return made.Text("id");
    }

    /// <summary>A key with all permissions that a key can have, for some labels.</summary>
    private async Task<string> MakeNarrowedAsync(params string[] labels)
    {
        var maker = Using(Tokens.Make(change: claims =>
        {
            (claims["tenant_id"], claims["tier"]) = (Tenant, "enterprise");
            claims.Remove("role");
            claims["permissions"] = Permissions.Grantable.ToArray();
        }));
        var body = JsonSerializer.Serialize(new { name = "pipeline", permissions = Permissions.Grantable, labels });
        return (await (await maker.SendAsync("POST", Keys, body)).ShouldBeAsync(201)).Text("secret");
    }

    private async Task<(string Id, string Secret)> MakeAsync(string body, int status)
    {
        var made = await (await Admin.SendAsync("POST", Keys, body)).ShouldBeAsync(status);
        return status == 201 ? (made.GetProperty("apiKey").Text("id"), made.Text("secret")) : ("", "");
    }
}
