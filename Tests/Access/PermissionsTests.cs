namespace AgentManagement.Tests.Access;

public sealed class PermissionsTests
{
    [Theory]
    [InlineData("viewer", "agents:read runtimes:read tenant:read")]
    [InlineData("service", "agents:read internal:read runtimes:report tenant:read")]
    [InlineData("editor",
        "agents:activate agents:delete agents:read agents:write audit:read releases:create releases:report releases:run "
        + "runtimes:read templates:write tenant:read")]
    [InlineData("admin",
        "agents:activate agents:delete agents:purge agents:read agents:write audit:read keys:manage labels:manage refusals:read "
        + "releases:approve releases:bypass releases:create releases:report releases:run runtimes:read templates:write "
        + "tenant:read webhooks:manage")]
    [InlineData("key", "")]
    [InlineData("listed", "")]
    [InlineData("platform_admin", "refusals:read tenants:manage")]
    [InlineData("gateway", "keys:verify refusals:record")]
    [InlineData("silo", "agents:mark tasks:run")]
    [InlineData("Admin", "")]
    [InlineData("", "")]
    [InlineData("owner", "")]
    public void A_role_has_exactly_its_permissions(string role, string expected)
    {
        string[] all = [.. typeof(Permissions).GetFields().Select(field => (string)field.GetRawConstantValue()!)
            .Order(StringComparer.Ordinal)];
        var caller = new Caller("acme", "ana", role, null, "c");
        Assert.Equal(expected, string.Join(' ', all.Where(caller.May)));
    }
}
