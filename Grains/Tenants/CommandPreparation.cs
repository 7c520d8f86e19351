using System.Text.Json;
using System.Text.Json.Nodes;
using AgentManagement.Agents;
using AgentManagement.Domain.Agents;
using AgentManagement.Domain.Json;
using AgentManagement.Domain.Templates;
using AgentManagement.Json;
using AgentManagement.Keys;
using AgentManagement.Outcomes;
using AgentManagement.Templates;

namespace AgentManagement.Grains.Tenants;

/// <summary>Reads what a command needs of other agents and templates of the tenant, so that one agent can decide it alone.</summary>
internal sealed class CommandPreparation(IGrainFactory grains, string tenantId)
{
    /// <summary>The command as its agent can decide it, or the refusal.</summary>
    public Task<Outcome<AgentCommand>> PrepareAsync(string? agentId, AgentCommand command) => command switch
    {
        CloneAgent clone => CloneAsync(clone),
        InstantiateTemplate instantiate => InstantiateAsync(agentId, instantiate),
        UpgradeAgent upgrade => UpgradeAsync(agentId!, upgrade),
        _ => Task.FromResult(Outcome.Ok(command)),
    };

    private async Task<Outcome<AgentCommand>> CloneAsync(CloneAgent command)
    {
        var source = await Agent(command.SourceId).GetAsync();
        if (source.Value is not { } agent) return source.Refusal<AgentCommand>();
        // If-Match speaks of the agent in the address: the one that is copied.
        if (WriteRules.CheckVersion<AgentCommand>(agent.Version, command.Options) is { } refusal) return refusal;
        return Outcome.Ok<AgentCommand>(new CreateAgent((AgentParts.Of(agent) with { Name = command.Name }).ToContent(), command.SourceId)
        {
            Options = command.Options with { IfMatch = null }, Derivation = agent.Derivation,
        });
    }

    private async Task<Outcome<AgentCommand>> InstantiateAsync(string? agentId, InstantiateTemplate command)
    {
        if (!GrainKeys.IsTemplateId(command.TemplateId)) return Outcome.NotFound<AgentCommand>();
        var found = await Template(command.TemplateId).GetAsync();
        if (found.Value is not { } template) return found.Refusal<AgentCommand>();
        // As for a clone: the address names the template.
        if (WriteRules.CheckVersion<AgentCommand>(template.Version, command.Options) is { } refusal) return refusal;
        var made = Instantiation.Make(template, command.Name, command.Variables, command.Customizations, isNew: true);
        if (made.Value is not { } parts) return made.Refusal<AgentCommand>();
        return Outcome.Ok<AgentCommand>(new CreateAgent(Instantiation.ToContent(parts, agentId))
        {
            Options = command.Options with { IfMatch = null },
            Derivation = new(template.Id, template.Version, command.Variables, command.Customizations),
        });
    }

    private async Task<Outcome<AgentCommand>> UpgradeAsync(string agentId, UpgradeAgent command)
    {
        var found = await Agent(agentId).GetAsync();
        if (found.Value is not { } agent) return found.Refusal<AgentCommand>();
        if (WriteRules.CheckVersion<AgentCommand>(agent.Version, command.Options) is { } refusal) return refusal;
        if (agent.Derivation is not { } derivation) return Refuse("not_derived", "The agent was not made from a template.");

        var grain = Template(derivation.TemplateId);
        var (older, newer) = (await grain.GetVersionAsync(derivation.Version),
            await (command.ToVersion is { } version ? grain.GetVersionAsync(version) : grain.GetAsync()));
        if (older.Value is not { } oldTemplate)
        {
            return Refuse(
                "template_version_not_kept", $"Version {derivation.Version} of the template, which the agent was made from, is gone.");
        }
        if (newer.Value is not { } newTemplate)
        {
            return Refuse("template_version_not_kept", "The template has no such version, or its content is no longer kept.");
        }

        var to = derivation with
        {
            Version = newTemplate.Version,
            Variables = Instantiation.Overlay(StillDeclared(derivation.Variables, newTemplate), command.Variables)
        };
        var before = Instantiation.Make(oldTemplate, agent.Name, derivation.Variables, derivation.Customizations, isNew: false);
        if (before.Value is null) return before.Refusal<AgentCommand>();
        var after = Instantiation.Make(newTemplate, agent.Name, to.Variables, to.Customizations, isNew: false);
        if (after.Value is null) return after.Refusal<AgentCommand>();
        return Outcome.Ok<AgentCommand>(command with { Step = new(derivation, to, before.Value.ToContent(), after.Value.ToContent()) });
    }

    /// <summary>The values without those of variables that the template no longer has.</summary>
    private static JsonText StillDeclared(JsonText values, Template template)
    {
        var declared = StrictJson.Parse(template.Variables);
        var kept = StrictJson.Parse(values).EnumerateObject().Where(value => declared.Member(value.Name) is not null)
            .Select(value => KeyValuePair.Create(value.Name, JsonNode.Parse(StrictJson.Compact(value.Value).Text)));
        return StrictJson.Compact(JsonSerializer.SerializeToElement(new JsonObject(kept)));
    }

    private static Outcome<AgentCommand> Refuse(string code, string detail) =>
        Outcome.Refuse<AgentCommand>(OutcomeKind.Conflict, code, detail);

    private IAgentGrain Agent(string agentId) => grains.GetGrain<IAgentGrain>(GrainKeys.Agent(tenantId, agentId));

    private ITemplateGrain Template(string templateId) => grains.GetGrain<ITemplateGrain>(GrainKeys.Template(tenantId, templateId));
}
