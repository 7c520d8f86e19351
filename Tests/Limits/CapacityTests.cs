using AgentManagement.WebGateway.Limits;

namespace AgentManagement.Tests.Limits;

public sealed class CapacityTests
{
    private static readonly CapacityOwner Ana = new("acme", "ana");
    private static readonly CapacityOwner Ben = new("acme", "ben");
    private readonly Capacity _capacity = new(max: 10, maxOfTenant: 6, maxOfIdentity: 4);

    [Fact]
    public void One_identity_gets_its_part_a_tenant_its_own_and_all_no_more_than_there_is()
    {
        Assert.Null(_capacity.TryReserve(Ana, 4));
        Assert.Equal(CapacityShare.Identity, _capacity.TryReserve(Ana, 1));
        Assert.Null(_capacity.TryReserve(Ben, 2));
        Assert.Equal(CapacityShare.Tenant, _capacity.TryReserve(Ben, 1));
        // A subject of another tenant is another identity.
        Assert.Null(_capacity.TryReserve(Ana with { Tenant = "other" }, 4));
        Assert.Equal(CapacityShare.Whole, _capacity.TryReserve(new("third", "ana"), 1));
        Assert.Equal(10, _capacity.Reserved);
    }

    [Fact]
    public void What_is_released_is_there_again()
    {
        Assert.Null(_capacity.TryReserve(Ana, 4));
        _capacity.Release(Ana, 3);
        Assert.Null(_capacity.TryReserve(Ana, 3));
        _capacity.Release(Ana, 4);
        Assert.Equal(0, _capacity.Reserved);
        Assert.Null(_capacity.TryReserve(Ben, 4));
    }

    [Fact]
    public void Services_are_not_told_apart() => Assert.Equal(
        [null, CapacityShare.Tenant], new[] { 6, 1 }.Select(amount => _capacity.TryReserve(new("internal:acme", null), amount)));

    [Fact]
    public void What_is_refused_reserves_nothing()
    {
        Assert.Equal(CapacityShare.Identity, _capacity.TryReserve(Ana, 5));
        Assert.Equal(0, _capacity.Reserved);
    }
}
