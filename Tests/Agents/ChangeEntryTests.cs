using AgentManagement.Domain.Agents;

namespace AgentManagement.Tests.Agents;

public sealed class ChangeEntryTests
{
    // before, after, new → agents, active, creates
    [Theory]
    [InlineData(null, null, 0, 0), InlineData(null, "draft", 1, 0), InlineData(null, "active", 1, 1), InlineData(null, "inactive", 1, 0)]
    [InlineData(null, "archived", 0, 0), InlineData("draft", null, -1, 0), InlineData("draft", "draft", 0, 0),
        InlineData("draft", "active", 0, 1)]
    [InlineData("draft", "inactive", 0, 0), InlineData("draft", "archived", -1, 0), InlineData("active", null, -1, -1)]
    [InlineData("active", "draft", 0, -1), InlineData("active", "active", 0, 0), InlineData("active", "inactive", 0, -1)]
    [InlineData("active", "archived", -1, -1), InlineData("inactive", null, -1, 0), InlineData("inactive", "draft", 0, 0)]
    [InlineData("inactive", "active", 0, 1), InlineData("inactive", "inactive", 0, 0), InlineData("inactive", "archived", -1, 0)]
    [InlineData("archived", null, 0, 0), InlineData("archived", "draft", 1, 0), InlineData("archived", "active", 1, 1)]
    [InlineData("archived", "inactive", 1, 0), InlineData("archived", "archived", 0, 0)]
    public void Every_pair_of_statuses_has_its_delta(string? before, string? after, int agents, int active)
    {
        Assert.Equal(new UsageDelta(agents, active, 0), UsageDelta.Between(before, after, isNew: false));
        Assert.Equal(new UsageDelta(agents, active, 1), UsageDelta.Between(before, after, isNew: true));
    }

    [Fact]
    public void An_entry_tells_who_did_what_when_and_what_it_became()
    {
        var entry = Given.State("draft").When(new ActivateAgent("Go live.")).Written().Change!;
        Assert.Equal(("acme", "bot", "Support bot", Given.Version + 1), (entry.TenantId, entry.AgentId, entry.AgentName, entry.Version));
        Assert.Equal(("agent_activated", "active", Given.Now, "Go live."), (entry.Kind, entry.Status, entry.At, entry.Note));
        Assert.Equal(("ana", "editor", "correlation-1"), (entry.Actor, entry.Role, entry.CorrelationId));
    }

    [Fact]
    public void Every_entry_has_an_id_of_its_own()
    {
        var ids = Enumerable.Range(0, 50).Select(_ => Given.State("draft").When(new ArchiveAgent()).Written().Change!.EventId);
        Assert.Equal(50, ids.Distinct().Count());
    }

    [Fact]
    public void An_entry_carries_the_bounds_that_the_statement_enforces()
    {
        var entry = Given.State("draft").When(new ActivateAgent(null)).Written().Change!;
        Assert.Equal(Given.Limits, entry.Limits);
        Assert.Equal(new UsageDelta(0, 1, 0), entry.Delta);
    }

    [Fact]
    public void Unlimited_creations_have_no_bound()
    {
        var admission = Given.Admission with { Limits = Given.Tiers.Find("enterprise") };
        var entry = Given.State("absent").When(new CreateAgent(Given.Content()), Given.Context with { Admission = admission })
            .Written().Change!;
        Assert.Null(entry.Limits!.CreatesPerDay);
    }

    [Theory, InlineData("absent", 1, 0, 1), InlineData("purged", 1, 0, 1)]
    public void Making_an_agent_counts_as_an_agent_and_as_one_of_todays_creations(string status, int agents, int active, int creates) =>
        Assert.Equal(new UsageDelta(agents, active, creates), Given.State(status).When(new ReplaceAgent(Given.Content()))
            .Written().Change!.Delta);

    [Theory, InlineData("draft", -1, 0), InlineData("active", -1, -1), InlineData("inactive", -1, 0)]
    public void Archiving_gives_back_what_the_status_counted_and_purging_nothing_more(string status, int agents, int active)
    {
        var archived = Given.State(status).When(new ArchiveAgent()).Written();
        Assert.Equal(new UsageDelta(agents, active, 0), archived.Change!.Delta);
        Assert.Equal(new UsageDelta(0, 0, 0), archived.When(new PurgeAgent()).Written().Change!.Delta);
    }

    [Fact]
    public void An_entry_carries_the_idempotency_key_and_none_when_there_is_none()
    {
        var options = new WriteOptions { Idempotency = new("key-1", "print-1") };
        var entry = Given.State("draft").When(new ArchiveAgent { Options = options }).Written().Change!;
        Assert.Equal(("key-1", "print-1"), (entry.IdempotencyKey, entry.Fingerprint));
        Assert.Null(Given.State("draft").When(new ArchiveAgent()).Written().Change!.IdempotencyKey);
        entry = Given.State("absent").When(new ReplaceAgent(Given.Content()) { Options = options }).Written().Change!;
        Assert.Equal("key-1", entry.IdempotencyKey);
        Assert.Equal("key-1", Given.State("archived").When(new PurgeAgent { Options = options }).Written().Change!.IdempotencyKey);
    }

    [Fact]
    public void Search_keys_are_of_the_agent_after_the_change()
    {
        var patch = new PatchAgent(new("""{"name":"ÉCLAIR Bot","description":"Über ALLES","tags":["X","y z"]}"""));
        var search = Given.State("draft").When(patch).Written().Change!.Search!;
        Assert.Equal("e\u0301clair bot", search.Name);
        Assert.Equal("e\u0301clair bot\nu\u0308ber alles\nx\ny z", search.Text);
        Assert.Equal("\nX\n\ny z\n", search.Tags);
        Assert.Equal(["X", "y z"], SearchKeys.Split(search.Tags));
    }

    [Fact]
    public void Only_the_changes_of_the_last_write_are_in_the_state()
    {
        var first = Given.State("draft").When(new ActivateAgent(null)).Written();
        Assert.Equal("agent_deactivated", first.When(new DeactivateAgent(null)).Written().Change!.Kind);
    }
}
