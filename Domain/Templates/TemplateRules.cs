using AgentManagement.Access;
using AgentManagement.Agents;
using AgentManagement.Changes;
using AgentManagement.Domain.Agents;
using AgentManagement.Domain.Files;
using AgentManagement.Domain.Json;
using AgentManagement.Domain.Outcomes;
using AgentManagement.Domain.Tenants;
using AgentManagement.Json;
using AgentManagement.Outcomes;
using AgentManagement.Templates;
using AgentManagement.Tenants;

namespace AgentManagement.Domain.Templates;

/// <summary>What a rule may know besides the state and the command.</summary>
/// <param name="TenantId">The tenant.</param>
/// <param name="TemplateId">The template.</param>
/// <param name="Caller">Who asks.</param>
/// <param name="Limits">The tenant's limits.</param>
/// <param name="MayAdd">Whether there is room for one more template.</param>
/// <param name="Now">The time of the change, to the millisecond.</param>
public sealed record TemplateContext(
    string TenantId, string TemplateId, Caller Caller, TierLimits Limits, bool MayAdd, DateTimeOffset Now)
{
    /// <summary>The agents that were made from the template, where it is to go.</summary>
    public ImmutableArray<Referrer> Referrers { get; init; } = [];
}

/// <summary>(state, command, context) → next state and answer, or refusal. Pure.</summary>
public static class TemplateRules
{
    public static Outcome<Decided<TemplateState, TemplateChange>> Decide(
        TemplateState state, TemplateCommand command, TemplateContext context) =>
        WriteRules.Check<Decided<TemplateState, TemplateChange>>(
            state.Template?.Version, command.Options, command.Options.RequiresMatch && command is not CreateTemplate) ?? command switch
            {
                CreateTemplate create => Create(state, create, context),
                ReplaceTemplate replace => Replace(state, replace, context),
                DeleteTemplate delete => Delete(state, delete, context),
                _ => throw new ArgumentOutOfRangeException(nameof(command), command.GetType().Name, "No rule for this command."),
            };

    private static Outcome<Decided<TemplateState, TemplateChange>> Create(
        TemplateState state, CreateTemplate command, TemplateContext context)
    {
        if (state.Template is not null)
        {
            return Outcome.Refuse<Decided<TemplateState, TemplateChange>>(
                OutcomeKind.Conflict, "duplicate_id", "A template has this id; choose another.");
        }
        var content = TemplateValidation.Check(command.Content, context.TemplateId, context.Limits);
        if (!content.IsOk) return content.Refusal<Decided<TemplateState, TemplateChange>>();
        if (!context.MayAdd) return QuotaRefusals.Templates<Decided<TemplateState, TemplateChange>>(context.Limits);
        var template = content.Value with { CreatedAt = context.Now, CreatedBy = context.Caller.Subject };
        return Write(state, template, ChangeKind.TemplateCreated, command.Options, context, content.Issues, command.Content);
    }

    private static Outcome<Decided<TemplateState, TemplateChange>> Replace(
        TemplateState state, ReplaceTemplate command, TemplateContext context)
    {
        if (state.Template is not { } current)
        {
            return Create(state, new CreateTemplate(command.Content) { Options = command.Options }, context);
        }
        var content = TemplateValidation.Check(command.Content, context.TemplateId, context.Limits, current);
        if (!content.IsOk) return content.Refusal<Decided<TemplateState, TemplateChange>>();
        if (content.Value.HasContentOf(current))
        {
            return Outcome.Ok(new Decided<TemplateState, TemplateChange>(null, new(current.ToTemplate(), null)), content.Issues);
        }
        var template = content.Value with { CreatedAt = current.CreatedAt, CreatedBy = current.CreatedBy };
        return Write(state, template, ChangeKind.TemplateUpdated, command.Options, context, content.Issues, command.Content);
    }

    private static Outcome<Decided<TemplateState, TemplateChange>> Delete(
        TemplateState state, DeleteTemplate command, TemplateContext context)
    {
        if (state.Template is not { } template) return Outcome.NotFound<Decided<TemplateState, TemplateChange>>();
        var refused = UseRules.Check<Decided<TemplateState, TemplateChange>>(context.Referrers, command.Force, context.Caller);
        if (refused is not null) return refused;
        var last = template with { Version = state.Version + 1 };
        var next = new TemplateState
        {
            Version = last.Version, Change = Entry(state, last, ChangeKind.TemplateDeleted, command.Options, context, note: null),
        };
        return UseRules.Warn(
            Outcome.Ok(new Decided<TemplateState, TemplateChange>(next, new(null, ChangeKind.TemplateDeleted))), context.Referrers);
    }

    private static Outcome<Decided<TemplateState, TemplateChange>> Write(
        TemplateState state, TemplateDocument template, string kind, WriteOptions options, TemplateContext context,
        ImmutableArray<Issue> warnings, JsonText content)
    {
        var note = StrictJson.Parse(content).Text("note");
        var written = template with { Version = state.Version + 1, UpdatedAt = context.Now, UpdatedBy = context.Caller.Subject };
        var next = new TemplateState
        {
            Version = written.Version, Template = written, Change = Entry(state, written, kind, options, context, note),
        };
        return Outcome.Ok(new Decided<TemplateState, TemplateChange>(next, new(written.ToTemplate(), kind)), warnings);
    }

    private static ChangeEntry Entry(
        TemplateState state, TemplateDocument template, string kind, WriteOptions options, TemplateContext context, string? note)
    {
        var isGone = kind == ChangeKind.TemplateDeleted;
        return new()
        {
            Resource = ChangeSubject.Template,
            EventId = Guid.CreateVersion7(context.Now).ToString("n"),
            Kind = kind,
            TenantId = context.TenantId,
            AgentId = ChangeSubject.OfTemplate(template.Id),
            AgentName = template.Name,
            Version = template.Version,
            Status = isGone ? "deleted" : "published",
            At = context.Now,
            Actor = context.Caller.Subject,
            Role = context.Caller.Role,
            Address = context.Caller.Address,
            CorrelationId = context.Caller.CorrelationId,
            TaskId = context.Caller.TaskId,
            Note = note ?? options.Note,
            Delta = new(0, 0, 0, Templates: isGone ? -1 : state.Template is null ? 1 : 0),
            Limits = context.Limits,
            Files = isGone ? [] : FileMentions.Of(template),
            IdempotencyKey = options.Idempotency?.Key,
            Fingerprint = options.Idempotency?.Fingerprint,
        };
    }
}
