using AgentManagement.Access;
using AgentManagement.Changes;
using AgentManagement.Domain.Agents;
using AgentManagement.Domain.Validation;
using AgentManagement.Files;
using AgentManagement.Outcomes;
using AgentManagement.Tenants;

namespace AgentManagement.Domain.Tenants;

/// <summary>Setting what a tenant may use, and what it then has too much of. Pure.</summary>
public static class TenantRules
{
    private const int MaxNamed = 100;

    /// <summary>The tenant as the command sets it; nothing to write when it is set so already.</summary>
    /// <param name="hasLabel">Whether the tenant has the label that is to be the usual one.</param>
    public static Outcome<Decided<TenantState, TenantDocument>> Configure(
        TenantState state, ConfigureTenant command, string tenantId, TierCatalog tiers, TenantOptions options, Caller caller,
        DateTimeOffset now, bool hasLabel = false)
    {
        var issues = tiers.Check(command.Tier, command.Overrides).ToList();
        if (issues.Count == 0 && command.DefaultModel is { } model
            && !TierRules.Allows(ModelNames.Of(model.Provider, model.Id), tiers.With(command.Tier, command.Overrides)))
        {
            issues.Add(Issue.Error("tier_model", "/settings/defaultModel/id", $"The tier '{command.Tier}' does not include this model."));
        }
        if (command.DefaultLabel is not null && !hasLabel)
        {
            issues.Add(Issue.Error("unknown_label", "/settings/defaultLabel", "The tenant has no such label; make it first."));
        }
        if (issues.Count > 0) return Outcome.Invalid<Decided<TenantState, TenantDocument>>(issues);
        if (state.Tenant is { } set && set.Tier == command.Tier && set.Overrides == command.Overrides
            && set.RequireIfMatch == command.RequireIfMatch && set.DefaultModel == StoredModel.Of(command.DefaultModel)
            && set.DefaultLabel == command.DefaultLabel)
        {
            return Outcome.Ok(new Decided<TenantState, TenantDocument>(null, set));
        }

        var (next, before) = (tiers.With(command.Tier, command.Overrides), state.Tenant is { } known
            ? tiers.LimitsOf(known, null, now) : null);
        var tenant = new TenantDocument
        {
            Tier = command.Tier, Overrides = command.Overrides, RequireIfMatch = command.RequireIfMatch,
            DefaultModel = StoredModel.Of(command.DefaultModel), DefaultLabel = command.DefaultLabel,
            UpdatedAt = now, UpdatedBy = caller.Subject,
        };
        if (before is not null && options.Grace > TimeSpan.Zero && IsLess(next, before))
        {
            tenant = WithGrace(tenant, state.Tenant!, options, now);
        }
        var version = state.Version + 1;
        return Outcome.Ok(new Decided<TenantState, TenantDocument>(
            new() { Version = version, Tenant = tenant, Change = Entry(tenantId, version, tenant.Tier, next, caller, now) }, tenant));
    }

    /// <summary>What a tenant has beyond limits.</summary>
    public static IEnumerable<LimitExcess> FindExcesses(TierLimits limits, TenantUsage usage, IReadOnlyCollection<AgentUse> agents)
    {
        LimitExcess?[] found =
        [
            OfTenant("agents", limits.Agents, usage.Agents),
            OfTenant("activeAgents", limits.ActiveAgents, usage.ActiveAgents),
            OfTenant("templates", limits.Templates, usage.Templates),
            OfTenant("totalFileMebibytes", limits.TotalFileMebibytes, FileLimits.Mebibytes(usage.FileBytes)),
            OfAgents("tools", limits.Tools, agents, agent => agent.Sizes.Tools),
            OfAgents("mcpServers", limits.McpServers, agents, agent => agent.Sizes.McpServers),
            OfAgents("collections", limits.Collections, agents, agent => agent.Sizes.Collections),
            OfAgents("instructionCharacters", limits.InstructionCharacters, agents, agent => agent.Sizes.InstructionCharacters),
            Named("models", null, null, agents.Where(agent => agent.Models.Any(model => !TierRules.Allows(model, limits)))),
        ];
        return found.OfType<LimitExcess>();
    }

    private static LimitExcess? OfTenant(string limit, int allowed, int used) => used > allowed ? new(limit, allowed, used, [], 0) : null;

    private static LimitExcess? OfAgents(string limit, int allowed, IReadOnlyCollection<AgentUse> agents, Func<AgentUse, int> size)
    {
        var over = agents.Where(agent => size(agent) > allowed).ToList();
        return over.Count == 0 ? null : Named(limit, allowed, over.Max(size), over);
    }

    private static LimitExcess? Named(string limit, int? allowed, int? used, IEnumerable<AgentUse> agents)
    {
        ImmutableArray<string> ids = [.. agents.Select(agent => agent.AgentId)];
        return ids.IsEmpty ? null : new(limit, allowed, used, [.. ids.Take(MaxNamed)], ids.Length);
    }

    /// <summary>A grace that runs already is not begun again.</summary>
    private static TenantDocument WithGrace(TenantDocument tenant, TenantDocument former, TenantOptions options, DateTimeOffset now) =>
        former is { FormerTier: { } tier, GraceUntil: { } until } && now < until
            ? tenant with { GraceUntil = until, FormerTier = tier, FormerOverrides = former.FormerOverrides }
            : tenant with { GraceUntil = now + options.Grace, FormerTier = former.Tier, FormerOverrides = former.Overrides };

    /// <summary>Whether any limit is lower.</summary>
    private static bool IsLess(TierLimits next, TierLimits before) =>
        next.Agents < before.Agents || next.ActiveAgents < before.ActiveAgents || next.Templates < before.Templates
        || (next.CreatesPerDay ?? int.MaxValue) < (before.CreatesPerDay ?? int.MaxValue) || next.Tools < before.Tools
        || next.McpServers < before.McpServers || next.Collections < before.Collections
        || next.InstructionCharacters < before.InstructionCharacters || next.VersionsKept < before.VersionsKept
        || next.FileMebibytes < before.FileMebibytes || next.TotalFileMebibytes < before.TotalFileMebibytes
        || !before.FileTypes.All(type => FileLimits.Allows(type, next))
        || next.RequestsPerMinute < before.RequestsPerMinute || next.Watchers < before.Watchers
        || !before.Models.All(model => TierRules.Allows(model, next));

    private static ChangeEntry Entry(string tenantId, int version, string tier, TierLimits limits, Caller caller, DateTimeOffset now) =>
        new()
        {
            Resource = ChangeSubject.Tenant,
            EventId = Guid.CreateVersion7(now).ToString("n"),
            Kind = ChangeKind.TenantUpdated,
            TenantId = tenantId,
            AgentId = ChangeSubject.OfTenant(tenantId),
            AgentName = tenantId,
            Version = version,
            Status = tier,
            At = now,
            Actor = caller.Subject,
            Role = caller.Role,
            Address = caller.Address,
            CorrelationId = caller.CorrelationId,
            TaskId = caller.TaskId,
            Delta = default,
            Limits = limits,
        };
}
