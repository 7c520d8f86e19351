using AgentManagement.Changes;
using AgentManagement.Domain.Agents;
using AgentManagement.Domain.Tenants;
using AgentManagement.Tenants;

namespace AgentManagement.Tests.Tenants;

/// <summary>What the platform may set of a tenant, what comes of it, and what a tenant then has too much of.</summary>
public sealed class TenantRulesTests
{
    private static readonly Caller Root = new("platform", "root", "platform_admin", null, "c")
    {
        Address = "::1", TaskId = "task",
    };

    private static readonly TenantOptions NoGrace = new(TimeSpan.Zero);
    private static readonly TenantOptions Grace = new(TimeSpan.FromDays(7));

    private static readonly ConfigureTenant Professional = new("professional", JsonText.EmptyObject);
    private static readonly ConfigureTenant Free = new("free", JsonText.EmptyObject);

    [Fact]
    public void What_is_set_is_written_and_logged_as_a_change_of_the_tenant()
    {
        var command = new ConfigureTenant("professional", new("""{"agents":7}"""))
        {
            RequireIfMatch = true, DefaultModel = new("openai", "gpt-5"), DefaultLabel = "live",
        };
        var state = Set(new() { Version = 4 }, command, hasLabel: true);
        Assert.Equal(
            new()
            {
                Tier = "professional", Overrides = command.Overrides, RequireIfMatch = true, DefaultModel = new("openai", "gpt-5"),
                DefaultLabel = "live", UpdatedAt = Given.Now, UpdatedBy = "root",
            }, state.Tenant);
        Assert.Equal((5, 5), (state.Version, state.Change!.Version));
        var change = state.Change!;
        Assert.Equal((ChangeSubject.Tenant, ChangeKind.TenantUpdated, "acme", "tenant/acme", "acme", "professional"),
            (change.Resource, change.Kind, change.TenantId, change.AgentId, change.AgentName, change.Status));
        Assert.Equal((Given.Now, "root", "platform_admin", "::1", "c", "task"),
            (change.At, change.Actor, change.Role, change.Address, change.CorrelationId, change.TaskId));
        Assert.Equal((default, 7), (change.Delta, change.Limits!.Agents));
        Assert.Equal(32, change.EventId.Length);
    }

    [Fact]
    public void What_is_set_already_is_not_written_again()
    {
        var command = Professional with
        {
            Overrides = new("""{"agents":7}"""),
            RequireIfMatch = true,
            DefaultModel = new("openai", "gpt-5"),
            DefaultLabel = "live",
        };
        var state = Set(new(), command, hasLabel: true);
        var again = Configure(state, command, hasLabel: true);
        Assert.Null(again.Value!.Next);
        Assert.Equal(state.Tenant, again.Value.Answer);
        ConfigureTenant[] others =
        [
            command with { Tier = "enterprise" }, command with { Overrides = JsonText.EmptyObject },
            command with { RequireIfMatch = false }, command with { DefaultModel = null }, command with { DefaultLabel = null },
        ];
        Assert.All(others, other => Assert.Equal(2, Set(state, other, hasLabel: true).Version));
    }

    [Fact]
    public void What_the_tier_does_not_have_is_refused()
    {
        Assert.Equal(["unknown_tier /tier"], Issues(new("golden", JsonText.EmptyObject) { DefaultModel = new("openai", "gpt-5") }));
        Assert.Equal(["tier_model /settings/defaultModel/id"], Issues(Free with { DefaultModel = new("openai", "gpt-5") }));
        Assert.Empty(Issues(Free with { DefaultModel = new("openai", "gpt-5-mini") }));
        Assert.Empty(Issues(new("free", new("""{"models":["openai/*"]}""")) { DefaultModel = new("openai", "gpt-5") }));
        Assert.Equal(["unknown_label /settings/defaultLabel"], Issues(Free with { DefaultLabel = "live" }));
        Assert.Equal(
            ["tier_model /settings/defaultModel/id", "unknown_label /settings/defaultLabel"],
            Issues(Free with { DefaultModel = new("openai", "gpt-5"), DefaultLabel = "live" }));
        var refused = Configure(new(), Free with { DefaultModel = new("openai", "gpt-5"), DefaultLabel = "live" });
        Assert.Equal(
            ["The tier 'free' does not include this model.", "The tenant has no such label; make it first."],
            refused.Issues.Select(issue => issue.Message));

        static IEnumerable<string> Issues(ConfigureTenant command) =>
            Configure(new(), command).Issues.Select(issue => $"{issue.Code} {issue.Pointer}");
    }

    [Fact]
    public void After_a_downgrade_the_former_limits_hold_for_a_while()
    {
        var before = Set(new(), Professional with { Overrides = new("""{"agents":30}""") });
        Assert.Equal((null, null, null), GraceOf(before));
        var after = Set(before, Free, Grace);
        Assert.Equal((Given.Now.AddDays(7), "professional", """{"agents":30}"""), GraceOf(after));
        // It is neither begun again by going further down, nor before it has ended.
        var further = Set(after, Free with { Overrides = new("""{"agents":1}""") }, Grace, Given.Now.AddDays(7).AddTicks(-1));
        Assert.Equal(GraceOf(after), GraceOf(further));
        Assert.Equal(30, Given.Tiers.LimitsOf(further.Tenant, null, Given.Now.AddDays(7).AddTicks(-1)).Agents);
        Assert.Equal(1, Given.Tiers.LimitsOf(further.Tenant, null, Given.Now.AddDays(7)).Agents);
        var later = Set(after, Free with { Overrides = new("""{"agents":1}""") }, Grace, Given.Now.AddDays(7));
        Assert.Equal((Given.Now.AddDays(14), "free", "{}"), GraceOf(later));
    }

    [Fact]
    public void There_is_no_grace_where_nothing_gets_less_or_nothing_was_set_or_none_is_given()
    {
        Assert.Equal((null, null, null), GraceOf(Set(new(), Free, Grace)));
        Assert.Equal((null, null, null), GraceOf(Set(Set(new(), Free), Professional, Grace)));
        Assert.Equal((null, null, null), GraceOf(Set(Set(new(), Free), Free with { RequireIfMatch = true }, Grace)));
        Assert.Equal((null, null, null), GraceOf(Set(Set(new(), Professional), Free)));
    }

    [Theory]
    [InlineData("agents", "19"), InlineData("activeAgents", "9"), InlineData("createsPerDay", "19"), InlineData("tools", "49")]
    [InlineData("mcpServers", "9"), InlineData("collections", "9"), InlineData("instructionCharacters", "49999")]
    [InlineData("versionsKept", "499"), InlineData("models", """["openai/*"]"""), InlineData("fileMebibytes", "99")]
    [InlineData("totalFileMebibytes", "10239"), InlineData("fileTypes", """["text/*"]"""), InlineData("templates", "49")]
    [InlineData("requestsPerMinute", "299"), InlineData("watchers", "49")]
    public void Any_figure_that_gets_less_is_a_downgrade(string figure, string less)
    {
        var changed = Professional with { Overrides = new($$"""{"{{figure}}":{{less}}}""") };
        Assert.NotNull(Set(Set(new(), Professional), changed, Grace).Tenant!.GraceUntil);
        Assert.Null(Set(Set(new(), changed), Professional, Grace).Tenant!.GraceUntil);
    }

    [Theory]
    [InlineData("models", """["a/*","b/*"]""", """["a/*"]"""), InlineData("fileTypes", """["text/*","image/*"]""", """["text/*"]""")]
    public void One_of_several_that_is_not_allowed_any_more_is_a_downgrade(string figure, string before, string after)
    {
        var state = Set(new(), Professional with { Overrides = new($$"""{"{{figure}}":{{before}}}""") });
        Assert.NotNull(Set(state, Professional with { Overrides = new($$"""{"{{figure}}":{{after}}}""") }, Grace).Tenant!.GraceUntil);
    }

    [Fact]
    public void As_many_as_one_likes_a_day_is_more_than_any_number()
    {
        var unlimited = Professional with { Overrides = new("""{"createsPerDay":null}""") };
        Assert.NotNull(Set(Set(new(), unlimited), Professional, Grace).Tenant!.GraceUntil);
        Assert.Null(Set(Set(new(), Professional), unlimited, Grace).Tenant!.GraceUntil);
        Assert.Null(Set(Set(new(), unlimited), unlimited with { RequireIfMatch = true }, Grace).Tenant!.GraceUntil);
    }

    [Fact]
    public void What_a_tenant_has_beyond_its_limits_is_told_with_the_agents_that_are_over_them()
    {
        AgentUse[] agents =
        [
            Agent("a", tools: 6), Agent("b", tools: 8), Agent("c", servers: 2), Agent("d", collections: 2), Agent("e", characters: 8_001),
            Agent("f", model: "openai/gpt-5"), new("g", "draft", new(0, 0, 0, 0), ["openai/gpt-5-mini", "openai/gpt-5"]),
        ];
        var usage = new TenantUsage(4, 2, 9) { Templates = 1, FileBytes = (50 << 20) + 1 };
        LimitExcess[] expected =
        [
            new("agents", 3, 4, [], 0), new("activeAgents", 1, 2, [], 0), new("templates", 0, 1, [], 0),
            new("totalFileMebibytes", 50, 51, [], 0), new("tools", 5, 8, ["a", "b"], 2), new("mcpServers", 1, 2, ["c"], 1),
            new("collections", 1, 2, ["d"], 1), new("instructionCharacters", 8_000, 8_001, ["e"], 1),
            new("models", null, null, ["f", "g"], 2),
        ];
        var limits = Given.Tiers.Find("free");
        Assert.Equal(expected.Select(Line), TenantRules.FindExcesses(limits, usage, agents).Select(Line));

        var atThem = new TenantUsage(3, 1, 9) { FileBytes = 50 << 20 };
        Assert.Empty(TenantRules.FindExcesses(limits, atThem, [Agent("a", 5, 1, 1, 8_000)]));
        Assert.Empty(TenantRules.FindExcesses(limits, atThem, []));

        static string Line(LimitExcess excess) =>
            $"{excess.Limit} {excess.Allowed} {excess.Used} {string.Join(',', excess.AgentIds)} {excess.AgentCount}";
    }

    [Fact]
    public void A_hundred_agents_are_named_and_all_are_counted()
    {
        var agents = Enumerable.Range(0, 101).Select(number => Agent($"bot-{number:000}", tools: 6)).ToList();
        var excess = Assert.Single(TenantRules.FindExcesses(Given.Tiers.Find("free"), new(0, 0, 0), agents));
        Assert.Equal((100, "bot-099", 101), (excess.AgentIds.Length, excess.AgentIds[^1], excess.AgentCount));
    }

    private static AgentUse Agent(
        string id, int tools = 0, int servers = 0, int collections = 0, int characters = 0, string model = "openai/gpt-5-mini") =>
        new(id, "draft", new(tools, servers, collections, characters), [model]);

    private static (DateTimeOffset?, string?, string?) GraceOf(TenantState state) =>
        (state.Tenant!.GraceUntil, state.Tenant.FormerTier, state.Tenant.FormerOverrides?.Text);

    private static TenantState Set(
        TenantState state, ConfigureTenant command, TenantOptions? options = null, DateTimeOffset? now = null, bool hasLabel = false)
    {
        var outcome = Configure(state, command, options, now, hasLabel);
        Assert.True(outcome.IsOk, string.Join(' ', outcome.Issues));
        return outcome.Value!.Next!;
    }

    private static Outcome<Decided<TenantState, TenantDocument>> Configure(
        TenantState state, ConfigureTenant command, TenantOptions? options = null, DateTimeOffset? now = null, bool hasLabel = false) =>
        TenantRules.Configure(state, command, "acme", Given.Tiers, options ?? NoGrace, Root, now ?? Given.Now, hasLabel);
}
