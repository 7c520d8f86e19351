namespace AgentManagement.Tests.WebGateway;

[Collection(typeof(GatewayTests))]
public sealed class PermissionTests(Gateway gateway)
{
    [Theory]
    [MemberData(nameof(Routes.Names), MemberType = typeof(Routes))]
    public async Task Each_role_may_what_its_permissions_say(string method, string path)
    {
        var route = Routes.Find(method, path);
        foreach (var (role, permissions) in Permissions.ByRole)
        {
            var response = await gateway.Client(role)
                .SendAsync(method, path.Replace("{id}", "absent", StringComparison.Ordinal), route.Body);
            if (route.Permission == Routes.AnyCaller || permissions.Contains(route.Permission))
            {
                Assert.NotEqual(403, (int)response.StatusCode);
            }
            // What the whole resource asks comes before what one of its operations does.
            else if (!permissions.Contains("agents:read")) await response.ShouldBeProblemAsync(403, "permission_denied");
            else await ShouldNameAsync(response, route.Permission == "agents:purge" && !permissions.Contains("agents:delete")
                ? "agents:delete" : route.Permission);
        }
    }

    [Theory]
    [MemberData(nameof(Routes.Names), MemberType = typeof(Routes))]
    public async Task Without_a_token_nothing_is_answered(string method, string path) =>
        await (await gateway.Anonymous().SendAsync(
            method, path.Replace("{id}", "absent", StringComparison.Ordinal), Routes.Find(method, path).Body))
            .ShouldBeProblemAsync(401, "unauthenticated");

    [Fact]
    public async Task The_table_of_the_tests_has_every_route_of_the_document()
    {
        var document = await gateway.Anonymous().GetAsync("/openapi/v1.json", 200);
        var documented = document.GetProperty("paths").EnumerateObject()
            .Where(path => path.Name.StartsWith("/api/", StringComparison.Ordinal)
                || path.Name.StartsWith("/internal/", StringComparison.Ordinal))
            // The same routes by another address: DryRunTests.
            .Where(path => !path.Name.StartsWith("/api/v1/dry-run/", StringComparison.Ordinal))
            .Sum(path => path.Value.EnumerateObject().Count());

        Assert.Equal(documented, Routes.All.Select(route => (route.Method, route.Path.Split('?')[0])).Distinct().Count());
    }

    private static async Task ShouldNameAsync(HttpResponseMessage response, string permission)
    {
        var problem = await response.ShouldBeProblemAsync(403, "permission_denied");
        Assert.Contains($"'{permission}'", problem.Text("detail"), StringComparison.Ordinal);
    }
}
