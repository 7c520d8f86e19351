using AgentManagement.Tasks;

namespace AgentManagement.Tests.Access;

public sealed class GrainKeysTests
{
    private static readonly string[] NoTenants = ["", " ", "a b", "a/b", "a+b", "a.b", "é", "a\n", "\0", "a\0", new('a', 65), "../a", "a:b",
        "%2F", "ａ"];
    private static readonly string[] NoAgents = ["", "-a", "A", "_ab", "a/b", "a b", "a\n", "a+b", "é", "a.b", new('a', 64)];

    [Theory, InlineData("a"), InlineData("Tenant_1-X"), InlineData("tenant"), InlineData("-"), InlineData("0"),
        InlineData("1234567890123456789012345678901234567890123456789012345678901234")]
    public void A_tenants_key_is_read_as_that_tenant(string tenantId)
    {
        Assert.True(GrainKeys.IsTenantId(tenantId));
        Assert.True(GrainKeys.TryReadTenant(GrainKeys.Tenant(tenantId), out var read));
        Assert.Equal(tenantId, read);
    }

    [Theory, InlineData("a", "b"), InlineData("tenant", "acme"), InlineData("T", "0-1"),
        InlineData("123", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde")]
    public void An_agents_key_is_read_as_that_agent(string tenantId, string agentId)
    {
        Assert.True(GrainKeys.TryReadAgent(GrainKeys.Agent(tenantId, agentId), out var tenant, out var agent));
        Assert.Equal((tenantId, agentId), (tenant, agent));
    }

    [Theory, InlineData("a"), InlineData("tenant"), InlineData("task")]
    public void A_tasks_key_is_read_as_that_task_and_as_nothing_else(string tenantId)
    {
        var (taskId, key) = (TaskId.New(), "");
        Assert.True(GrainKeys.TryReadTask(key = GrainKeys.Task(tenantId, taskId), out var tenant, out var task));
        Assert.Equal((tenantId, taskId), (tenant, task));
        Assert.True(GrainKeys.TryReadOwner(key, out var owner));
        Assert.Equal(tenantId, owner);
        Assert.False(GrainKeys.TryReadTenant(key, out _));
        Assert.False(GrainKeys.TryReadAgent(key, out _, out _));
    }

    [Theory, InlineData("a/task/"), InlineData("/task/0123456789abcdef0123456789abcdef"),
        InlineData("a/task/0123456789ABCDEF0123456789abcdef"), InlineData("a/task/0123456789abcdef0123456789abcdef0"),
        InlineData("a/b/task/0123456789abcdef0123456789abcdef")]
    public void What_is_no_tasks_key_is_not_read_as_one(string key) => Assert.False(GrainKeys.TryReadTask(key, out _, out _));

    [Fact]
    public void What_is_no_id_makes_no_key()
    {
        Assert.All(NoTenants, text => Assert.False(GrainKeys.IsTenantId(text)));
        Assert.All(NoTenants, text => Assert.Throws<ArgumentException>(() => GrainKeys.Tenant(text)));
        Assert.All(NoTenants, text => Assert.Throws<ArgumentException>(() => GrainKeys.Agent(text, "a")));
        Assert.All(NoAgents, text => Assert.False(GrainKeys.IsAgentId(text)));
        Assert.All(NoAgents, text => Assert.Throws<ArgumentException>(() => GrainKeys.Agent("a", text)));
        Assert.False(GrainKeys.IsTenantId(null));
        Assert.False(GrainKeys.IsAgentId(null));
    }

    [Theory, InlineData(""), InlineData("tenant"), InlineData("tenant/"), InlineData("tenant//"), InlineData("tenant/a/b"),
        InlineData("Tenant/a"), InlineData("a/b"), InlineData("/a"), InlineData("tenant/a\n"), InlineData(" tenant/a")]
    public void What_is_no_tenants_key_is_not_read_as_one(string key)
    {
        Assert.False(GrainKeys.TryReadTenant(key, out var tenantId));
        Assert.Null(tenantId);
    }

    [Theory, InlineData(""), InlineData("a"), InlineData("a/"), InlineData("/a"), InlineData("a/b/c"), InlineData("a//b"),
        InlineData("a/B"), InlineData("a b/c"), InlineData("a/b\n"), InlineData("a/-")]
    public void What_is_no_agents_key_is_not_read_as_one(string key)
    {
        Assert.False(GrainKeys.TryReadAgent(key, out var tenantId, out var agentId));
        Assert.Equal((null, null), (tenantId, agentId));
    }

    [Fact]
    public void The_agents_of_a_tenant_called_tenant_are_its_own()
    {
        // "tenant/acme" is the agent acme of the tenant "tenant" to an agent's grain, and the tenant acme to a tenant's:
        // which of them it is the interface says, never the key.
        Assert.Equal(GrainKeys.Tenant("acme"), GrainKeys.Agent("tenant", "acme"));
        Assert.True(GrainKeys.TryReadAgent("tenant/acme", out var tenantId, out _));
        Assert.Equal("tenant", tenantId);
    }

    [Fact]
    public void The_storage_provider_takes_no_key_for_a_number_a_guid_or_an_extended_key()
    {
        string[] keys = [GrainKeys.Tenant("0123456789abcdef"), GrainKeys.Agent("0123456789abcdef0123456789abcdef", "0")];
        Assert.All(keys, key => Assert.Contains('/', key));
        Assert.All(keys, key => Assert.DoesNotContain('+', key));
    }
}
