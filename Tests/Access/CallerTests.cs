namespace AgentManagement.Tests.Access;

/// <summary>What a caller may by its role, its list of permissions and its labels.</summary>
public sealed class CallerTests
{
    private const string Ungrantable = Permissions.TenantsManage;

    private static readonly Caller Viewer = new("acme", "ana", "viewer", null, "c");

    [Fact]
    public void A_list_narrows_a_role_and_adds_nothing_to_it()
    {
        Assert.True(Viewer.May(Permissions.AgentsRead));
        Assert.False(Viewer.May(Permissions.AgentsWrite));
        var listed = Viewer with { Granted = [Permissions.AgentsRead, Permissions.AgentsWrite] };
        Assert.True(listed.May(Permissions.AgentsRead));
        Assert.False(listed.May(Permissions.TenantRead));
        Assert.False(listed.May(Permissions.AgentsWrite));
        Assert.False((Viewer with { Granted = [] }).May(Permissions.AgentsRead));
    }

    [Theory, InlineData(Caller.KeyRole), InlineData(Caller.ListedRole)]
    public void Where_there_is_no_role_the_list_is_all_but_for_what_no_list_gives(string role)
    {
        var listed = Viewer with { Role = role, Granted = [Permissions.AgentsWrite, Ungrantable, Permissions.TasksRun] };
        Assert.True(listed.May(Permissions.AgentsWrite));
        Assert.False(listed.May(Permissions.AgentsRead));
        Assert.False(listed.May(Ungrantable));
        Assert.False(listed.May(Permissions.TasksRun));
        Assert.False((listed with { Granted = null }).May(Permissions.AgentsWrite));
    }

    [Fact]
    public void A_list_gives_nothing_of_the_platforms_or_the_services_own() => Assert.Equal(
        [
            Permissions.AgentsMark, Permissions.KeysVerify, Permissions.RefusalsRecord, Permissions.TasksRun, Permissions.TenantsManage,
        ],
        typeof(Permissions).GetFields().Select(field => (string)field.GetRawConstantValue()!).Except(Permissions.Grantable)
            .Order(StringComparer.Ordinal));

    [Fact]
    public void A_caller_with_labels_may_use_those_and_one_without_any()
    {
        Assert.True(Viewer.MayUse("live"));
        Assert.True((Viewer with { Labels = ["test", "live"] }).MayUse("live"));
        Assert.False((Viewer with { Labels = ["test"] }).MayUse("live"));
        Assert.False((Viewer with { Labels = [] }).MayUse("live"));
    }

    [Fact]
    public void The_services_own_callers_are_no_tenants_but_the_one_that_works_for_it()
    {
        Assert.Equal(("platform", Caller.ServiceSubject, Caller.GatewayRole), Of(Caller.Gateway));
        Assert.Equal(("platform", Caller.ServiceSubject, Caller.SiloRole), Of(Caller.Silo));
        Assert.Equal(("acme", Caller.ServiceSubject, "service"), Of(Caller.Service("acme")));

        static (string TenantId, string Subject, string Role) Of(Caller caller) => (caller.TenantId, caller.Subject, caller.Role);
    }
}
