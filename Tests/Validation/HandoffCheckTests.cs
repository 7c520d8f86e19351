using System.Data.Common;
using System.Reflection;
using AgentManagement.Configuration;
using AgentManagement.Domain.Validation;
using AgentManagement.Grains.Storage;
using AgentManagement.Grains.Validation;
using AgentManagement.Tests.WebGateway;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentManagement.Tests.Validation;

/// <summary>Hand-offs against agents that are really there.</summary>
public sealed class HandoffCheckTests(SharedSilos silos) : IClassFixture<SharedSilos>
{
    private readonly string _tenant = Gateway.NewTenant();

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Hand_offs_are_checked_against_the_agents_of_the_tenant(string kind)
    {
        var silo = await silos.OfAsync(kind);
        await WriteAsync(silo, "end", "workflow");
        await WriteAsync(silo, "middle", "conversational", "end");
        await WriteAsync(silo, "gone", "conversational");
        await silo.Tenant(_tenant).ApplyAsync("gone", new ArchiveAgent());
        await silo.Tenant(Gateway.NewTenant()).ApplyAsync("theirs", new CreateAgent(Content("conversational")));

        Assert.Equal(
            "warning handoff_target_missing /config/handoffs/1/agentId; warning handoff_target_missing /config/handoffs/2/agentId; "
            + "warning handoff_target_missing /config/handoffs/3/agentId",
            Lines(await WriteAsync(silo, "start", "conversational", "middle", "gone", "theirs", "absent")));
        Assert.Equal("error handoff_cycle /config/handoffs/0/agentId", Lines(await WriteAsync(silo, "end", "workflow", "middle")));
        Assert.Equal("error handoff_self /config/handoffs/0/agentId", Lines(await WriteAsync(silo, "new", "conversational", "new")));
        // The circle is of the agent as it is to be, and not as it was.
        Assert.Equal("", Lines(await WriteAsync(silo, "middle", "conversational")));
        Assert.Equal("", Lines(await WriteAsync(silo, "end", "workflow", "middle")));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task What_is_a_warning_for_a_draft_keeps_it_from_being_live(string kind)
    {
        var silo = await silos.OfAsync(kind);
        await WriteAsync(silo, "bot", "conversational", "target");
        Assert.Equal("error handoff_target_missing /config/handoffs/0/agentId",
            Lines(await silo.Tenant(_tenant).ApplyAsync("bot", new ActivateAgent(null))));
        await WriteAsync(silo, "target", "conversational");
        Assert.True((await silo.Tenant(_tenant).ApplyAsync("bot", new ActivateAgent(null))).IsOk);
        Assert.Equal(
            "error handoff_target_missing /config/handoffs/0/agentId", Lines(await WriteAsync(silo, "bot", "conversational", "absent")));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_chain_is_followed_to_its_end_and_no_further(string kind)
    {
        var silo = await silos.OfAsync(kind);
        // From the last to a1: from there it is ten hand-offs to the last, and one more from a0.
        for (var step = HandoffRules.MaxSteps + 1; step > 0; step--)
        {
            string[] targets = step > HandoffRules.MaxSteps ? [] : [$"a{step + 1}"];
            Assert.Equal("", Lines(await WriteAsync(silo, $"a{step}", "conversational", targets)));
        }
        Assert.Equal("error handoff_depth /config/handoffs", Lines(await WriteAsync(silo, "a0", "conversational", "a1")));
    }

    [Fact]
    public async Task What_cannot_be_read_is_told_of_a_draft_and_stops_a_live_agent()
    {
        var check = new HandoffCheck(DispatchProxy.Create<ITenantStore, Silent>(), NullLogger<HandoffCheck>.Instance);
        var subject = new ReferenceSubject(
            "acme", "bot", AgentType.Rag, new AgentConfig { Handoffs = [new Handoff { AgentId = "b" }] }, Given.Limits, IsLive: false);

        Assert.Equal("warning handoffs_unchecked /config/handoffs", Found.Line(Assert.Single((await check.CheckAsync(subject)).Issues)));
        Assert.Equal("handoffs_unchecked", (await check.CheckAsync(subject with { IsLive = true })).Unavailable);
        Assert.Equal(ReferenceFindings.None, await check.CheckAsync(subject with { Config = new AgentConfig() }));
    }

    private Task<Outcome<AgentChange>> WriteAsync(TestSilo silo, string id, string type, params string[] targets) =>
        silo.Tenant(_tenant).ApplyAsync(id, new ReplaceAgent(Content(type, targets)));

    private static JsonText Content(string type, params string[] targets) => Given.Content(content =>
    {
        content["type"] = type;
        content["config"]!["handoffs"] = new JsonArray(
            [.. targets.Select(target => new JsonObject { ["agentId"] = target })]);
    });

    private static string Lines(Outcome<AgentChange> outcome)
    {
        Assert.True(outcome.Kind is OutcomeKind.Ok or OutcomeKind.Invalid, $"{outcome.Code} {outcome.Detail}");
        return string.Join("; ", outcome.Issues.Select(Found.Line));
    }

#pragma warning disable CA1852 // The proxy is made to derive from it.
    internal class Silent : DispatchProxy
#pragma warning restore CA1852
    {
        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => throw new NoAnswerException();
    }

    private sealed class NoAnswerException() : DbException("The database does not answer.");
}
