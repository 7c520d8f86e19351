using AgentManagement.Bench.Import;
using AgentManagement.Bench.Templates;
using AgentManagement.Domain.Agents;
using AgentManagement.Domain.Json;
using AgentManagement.Domain.Merging;
using AgentManagement.Domain.Templates;
using AgentManagement.Domain.Tenants;
using AgentManagement.Templates;
using AgentManagement.Tenants;

namespace AgentManagement.Tests.Templates;

/// <summary>
/// Real definitions, which are not part of the repository, made templates and agents, edited by their tenant, and upgraded twice
/// by templates of which half of the fields changed: the tenant's edits survive, conflicts are told, undoing restores all.
/// </summary>
public sealed class RealTemplatesTests
{
    private static readonly TierLimits Limits = new TierCatalog(50).Find("enterprise");

    [Fact]
    public void Edits_survive_two_upgrades_conflicts_are_all_told_and_undoing_restores_every_byte()
    {
        var path = RealAgents.FindPath();
        if (path is null) Assert.Skip($"There is no file of real agents; {RealAgents.PathVariable} names it.");
        var agents = RealAgents.Read(path, int.MaxValue).Agents;
        Assert.True(agents.Length > 300);
        var (conflicts, edits) = (0, 0);
        for (var number = 0; number < agents.Length; number++)
        {
            var (found, made) = TryTwoUpgrades(JsonNode.Parse(agents[number].Body)!.AsObject(), new Random(number));
            (conflicts, edits) = (conflicts + found, edits + made);
        }
        Assert.True(edits > 2 * agents.Length, $"{edits} edits of {agents.Length} agents");
        Assert.True(conflicts > agents.Length / 10, $"{conflicts} conflicts");
        TestContext.Current.SendDiagnosticMessage(
            $"{agents.Length} agents, 2 upgrades each: {edits} edits of tenants, {conflicts} conflicts");
    }

    private static (int Conflicts, int Edits) TryTwoUpgrades(JsonObject body, Random random)
    {
        var template = Published(body, 1);
        var agent = Instantiated(template);
        var (conflicts, edits) = (0, 0);
        // What the tenant has changed once stays its own, in later upgrades too.
        var edited = new HashSet<string>();
        for (var version = 2; version <= 3; version++)
        {
            var mine = Edit(agent, random);
            edits += mine.Places.Count;
            edited.UnionWith(mine.Places);
            agent = mine.Agent;
            var (next, theirs) = Changed(template, version, random);
            var both = edited.Intersect(theirs).Order().ToList();

            var (before, after) = (Content(template, agent), Content(next, agent));
            var merge = ThreeWayMerge.Merge(before, after, AgentParts.Of(agent).ToContent())!;
            // Exactly what both changed is a conflict, and nothing else.
            Assert.Equal(both, merge.Conflicts.Select(conflict => conflict.Label).Order());
            conflicts += both.Count;

            var upgraded = Upgraded(agent, template, next);
            var content = JsonNode.Parse(AgentParts.Of(upgraded).ToContent().Text)!;
            foreach (var place in edited)
            {
                Assert.Equal(FieldEdits.At(JsonNode.Parse(AgentParts.Of(agent).ToContent().Text)!, place), FieldEdits.At(content, place));
            }
            foreach (var place in theirs.Except(edited))
            {
                Assert.Equal(FieldEdits.At(JsonNode.Parse(after.Text)!, place), FieldEdits.At(content, place));
            }

            var undone = new AgentState { Version = upgraded.Version, Agent = upgraded }
                .When(new RollbackAgent(agent.Version, null),
                    Given.Context with { AgentId = agent.Id, OldVersion = agent }).Value!.Next!.Agent!;
            Assert.Equal(AgentParts.Of(agent).ToContent(), AgentParts.Of(undone).ToContent());
            Assert.Equal(agent.Derivation, undone.Derivation);
            (template, agent) = (next, upgraded);
        }
        return (conflicts, edits);
    }

    private static Template Published(JsonObject body, int version)
    {
        var content = new JsonObject
        {
            ["name"] = body["name"]!.DeepClone(), ["description"] = body["description"]?.DeepClone(), ["type"] = body["type"]!.DeepClone(),
            ["config"] = body["config"]!.DeepClone(), ["tags"] = body["tags"]?.DeepClone() ?? new JsonArray(),
        };
        var check = TemplateValidation.Check(Text(content), "real", Limits);
        Assert.True(check.IsOk, string.Join(", ", check.Issues.Select(issue => $"{issue.Code} {issue.Pointer}")));
        return (check.Value! with { Version = version }).ToTemplate();
    }

    private static AgentDocument Instantiated(Template template)
    {
        var parts = Instantiation.Make(template, "Mine", JsonText.EmptyObject, JsonText.EmptyObject, isNew: true).Value!;
        return Given.State("draft", agent => agent with
        {
            Id = "real",
            Version = 1,
            Name = parts.Name,
            Description = parts.Description,
            Type = parts.Type,
            Config = parts.Config,
            Tags = parts.Tags,
            Metadata = parts.Metadata,
            Derivation = new("real", template.Version, JsonText.EmptyObject, JsonText.EmptyObject),
        }).Agent!;
    }

    private static AgentDocument Upgraded(AgentDocument agent, Template from, Template to)
    {
        var step = new TemplateStep(
            agent.Derivation!.ToDerivation(), agent.Derivation.ToDerivation() with { Version = to.Version }, Content(from, agent),
            Content(to, agent));
        var command = new UpgradeAgent(
            null, JsonText.EmptyObject, ConflictChoice.Mine, ImmutableDictionary<string, ConflictChoice>.Empty, null)
        { Step = step };
        var outcome = new AgentState { Version = agent.Version, Agent = agent }.When(command, Given.Context with { AgentId = agent.Id });
        Assert.True(outcome.IsOk, string.Join(", ", outcome.Issues.Select(issue => $"{issue.Code} {issue.Pointer}")));
        return outcome.Value!.Next!.Agent!;
    }

    private static JsonText Content(Template template, AgentDocument agent) =>
        Instantiation.Make(template, agent.Name, JsonText.EmptyObject, JsonText.EmptyObject, isNew: false).Value!.ToContent();

    /// <summary>What the tenant does to its agent: texts reworded, a figure set, a section of its own.</summary>
    private static (AgentDocument Agent, List<string> Places) Edit(AgentDocument agent, Random random)
    {
        var content = JsonNode.Parse(AgentParts.Of(agent).ToContent().Text)!.AsObject();
        var places = FieldEdits.EditHalf(content, "mine", random);
        content["config"]!["limits"] = new JsonObject { ["maxIterations"] = random.Next(1, 900) };
        var parts = AgentParts.Read(StrictJson.Parse(Text(content)));
        return (agent with { Version = agent.Version + 1, Description = parts.Description, Config = parts.Config }, places);
    }

    /// <summary>The template's next version: half of its texts and figures are others.</summary>
    private static (Template Next, List<string> Places) Changed(Template template, int version, Random random)
    {
        var content = new JsonObject { ["description"] = template.Description, ["config"] = JsonNode.Parse(template.Config.Text) };
        var places = FieldEdits.EditHalf(content, "theirs", random);
        return (template with { Version = version, Description = (string?)content["description"], Config = Text(content["config"]!) },
            places);
    }

    private static JsonText Text(JsonNode node) => StrictJson.Compact(JsonSerializer.SerializeToElement(node));
}
