using AgentManagement.Silo.Redis;
using StackExchange.Redis;

namespace AgentManagement.Tests.Orleans;

/// <summary>When the table of silos counts as lost, and what is put back.</summary>
public sealed class LostMembershipTests
{
    private static readonly HashEntry[] Known = Table(7, ("one", "active"), ("two", "active"));

    public static TheoryData<string, string> Whole => new()
    {
        { "the same", "7 one two" }, { "a silo has joined", "8 one two three" }, { "a silo's entry was removed", "8 one" },
    };

    public static TheoryData<string, string, string> Lost => new()
    {
        { "everything is gone", "", "8 one two" },
        { "everything is gone, and a new silo has begun a table of its own", "1 three", "8 one two" },
        { "so did many, and its version is beyond the known one", "9 three four", "10 one two" },
        { "another silo has put only itself back", "8 two", "9 one" },
        { "the version went back, the silos are there", "3 one two", "8" },
    };

    [Theory, MemberData(nameof(Whole))]
    public void A_table_that_went_on_is_left_alone(string what, string found) =>
        Assert.True(LostMembership.FindRepair(Known, Parse(found), "one") is null, what);

    [Theory, MemberData(nameof(Lost))]
    public void What_was_lost_is_put_back_under_a_version_beyond_both(string what, string found, string repair)
    {
        var written = LostMembership.FindRepair(Known, Parse(found), "one");
        Assert.True(written is not null, what);
        Assert.Equal(Parse(repair), written.OrderBy(entry => entry.Name != LostMembership.Version));
    }

    [Fact]
    public void An_entry_that_was_made_since_the_loss_stays()
    {
        var written = LostMembership.FindRepair(Known, Table(1, ("two", "newer")), "one")!;
        Assert.Equal(["one", LostMembership.Version], written.Select(entry => (string)entry.Name!));
    }

    [Fact]
    public void A_silo_that_has_not_joined_yet_repairs_nothing() =>
        Assert.Null(LostMembership.FindRepair([], Table(7, ("two", "active")), "one"));

    [Fact]
    public void An_empty_redis_before_the_first_silo_is_no_loss() => Assert.Null(LostMembership.FindRepair([], [], "one"));

    private static HashEntry[] Parse(string table)
    {
        var words = table.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words is [] ? [] : Table(int.Parse(words[0], null), [.. words.Skip(1).Select(name => (name, "active"))]);
    }

    private static HashEntry[] Table(int version, params (string Name, string Value)[] silos) =>
        [new(LostMembership.Version, $"{version}"), .. silos.Select(silo => new HashEntry(silo.Name, silo.Value))];
}
