using System.Net;
using AgentManagement.Access;
using AgentManagement.Changes;
using AgentManagement.Domain.Agents;
using AgentManagement.Domain.Changes;
using AgentManagement.Domain.Validation;
using AgentManagement.Outcomes;
using AgentManagement.Text;
using AgentManagement.Webhooks;

namespace AgentManagement.Domain.Webhooks;

/// <summary>What a rule may know besides the state and the command.</summary>
/// <param name="TenantId">The tenant.</param>
/// <param name="Caller">Who asks.</param>
/// <param name="Now">The time of the change, to the millisecond.</param>
/// <param name="AllowsHttp">Whether an address may be one without TLS.</param>
/// <param name="MayBeCalled">Whether this service sends anything to an address.</param>
public sealed record WebhookContext(
    string TenantId, Caller Caller, DateTimeOffset Now, bool AllowsHttp, Func<IPAddress, bool> MayBeCalled);

/// <summary>(state, command, context) → what is to be written, or refusal. Pure.</summary>
public static class WebhookRules
{
    private const string TooManyWebhooks = "too_many_webhooks";

    public static Outcome<Decided<WebhooksState, WebhookChange>> Decide(
        WebhooksState state, WebhookCommand command, WebhookContext context)
    {
        var webhook = state.Find(command.WebhookId);
        if (command is CreateWebhook create) return Create(state, webhook, create, context);
        // Before the condition: what is not there has no version.
        if (webhook is null) return Outcome.NotFound<Decided<WebhooksState, WebhookChange>>();
        if (command is RotateWebhook { Secret: var secret } && secret == webhook.Secret) return Unchanged(webhook);
        return WriteRules.Check<Decided<WebhooksState, WebhookChange>>(webhook.Version, command.Options, command.Options.RequiresMatch)
            ?? command switch
            {
                UpdateWebhook update => Update(state, webhook, update, context),
                RotateWebhook rotate => Rotate(state, webhook, rotate, context),
                DeleteWebhook => Delete(state, webhook, command, context),
                _ => throw new ArgumentOutOfRangeException(nameof(command), command.GetType().Name, "No rule for this command."),
            };
    }

    /// <summary>The service itself sends nothing more to a webhook.</summary>
    /// <param name="reason">One of <see cref="DisabledReason"/>.</param>
    public static Outcome<Decided<WebhooksState, WebhookChange>> Disable(
        WebhooksState state, string webhookId, string reason, WebhookContext context)
    {
        if (state.Find(webhookId) is not { Disabled: null } webhook) return Outcome.NotFound<Decided<WebhooksState, WebhookChange>>();
        return Written(state, webhook, webhook with { Disabled = reason }, ChangeKind.WebhookDisabled, reason, null, context);
    }

    private static Outcome<Decided<WebhooksState, WebhookChange>> Create(
        WebhooksState state, WebhookDocument? there, CreateWebhook command, WebhookContext context)
    {
        if (there is not null)
        {
            return there.Secret == command.Secret
                ? Unchanged(there)
                : Outcome.Refuse<Decided<WebhooksState, WebhookChange>>(
                    OutcomeKind.Conflict, "already_exists", "There is such a webhook already.");
        }
        var webhook = new WebhookDocument
        {
            Id = command.WebhookId, Url = command.Url, Description = Text(command.Description), Events = Ordered(command.Events),
            Disabled = command.IsDisabled ? DisabledReason.ByRequest : null, Version = 0, Secret = command.Secret,
            CreatedAt = context.Now, CreatedBy = context.Caller.Subject, UpdatedAt = context.Now, UpdatedBy = context.Caller.Subject,
            RotatedAt = context.Now,
        };
        if (Check(webhook, context) is { Count: > 0 } issues) return Outcome.Invalid<Decided<WebhooksState, WebhookChange>>(issues);
        if (state.Webhooks.Length >= Webhook.MaxOfTenant)
        {
            return Outcome.Refuse<Decided<WebhooksState, WebhookChange>>(
                OutcomeKind.QuotaExceeded, TooManyWebhooks, $"A tenant can have {Webhook.MaxOfTenant} webhooks; delete one.");
        }
        var note = webhook.Events.IsEmpty ? "all events" : string.Join(' ', webhook.Events);
        return Written(state, null, webhook, ChangeKind.WebhookCreated, note, command, context);
    }

    private static Outcome<Decided<WebhooksState, WebhookChange>> Update(
        WebhooksState state, WebhookDocument webhook, UpdateWebhook command, WebhookContext context)
    {
        var next = webhook with
        {
            Url = command.Url ?? webhook.Url,
            Description = command.Description is { } text ? Text(text) : webhook.Description,
            Events = command.Events is { } events ? Ordered(events) : webhook.Events,
            Disabled = command.IsDisabled switch
            {
                true => webhook.Disabled ?? DisabledReason.ByRequest,
                false => null,
                null => webhook.Disabled,
            },
        };
        string[] changed =
        [
            .. new[]
            {
                next.Url != webhook.Url ? "url" : "", next.Description != webhook.Description ? "description" : "",
                next.Events.SequenceEqual(webhook.Events) ? "" : "events",
                next.Disabled == webhook.Disabled ? "" : next.Disabled is null ? "enabled" : DisabledReason.ByRequest,
            }.Where(each => each.Length > 0),
        ];
        if (changed.Length == 0) return Unchanged(webhook);
        if (Check(next, context) is { Count: > 0 } issues) return Outcome.Invalid<Decided<WebhooksState, WebhookChange>>(issues);
        var isEnd = webhook.Disabled is null && next.Disabled is not null;
        var kind = isEnd ? ChangeKind.WebhookDisabled : ChangeKind.WebhookUpdated;
        return Written(state, webhook, next, kind, string.Join(' ', changed), command, context);
    }

    private static Outcome<Decided<WebhooksState, WebhookChange>> Rotate(
        WebhooksState state, WebhookDocument webhook, RotateWebhook command, WebhookContext context)
    {
        if (command.Grace < TimeSpan.Zero || command.Grace > Webhook.LongestGrace)
        {
            return Outcome.Invalid<Decided<WebhooksState, WebhookChange>>(
                [Issue.Error("out_of_range", "/graceSeconds", $"Must be an integer from 0 to {Webhook.LongestGrace.TotalSeconds}.")]);
        }
        var goesOn = command.Grace > TimeSpan.Zero;
        var next = webhook with
        {
            Secret = command.Secret,
            RotatedAt = context.Now,
            FormerSecret = goesOn ? webhook.Secret : null,
            FormerUntil = goesOn ? context.Now + command.Grace : null,
        };
        var note = goesOn ? $"the secret before goes on for {command.Grace.TotalSeconds:0} s" : "the secret before has ended";
        return Written(state, webhook, next, ChangeKind.WebhookRotated, note, command, context);
    }

    private static Outcome<Decided<WebhooksState, WebhookChange>> Delete(
        WebhooksState state, WebhookDocument webhook, WebhookCommand command, WebhookContext context)
    {
        var last = webhook with { Version = webhook.Version + 1 };
        var next = new WebhooksState
        {
            Webhooks = state.Webhooks.Remove(webhook),
            Change = Entry(last, "deleted", ChangeKind.WebhookDeleted, null, command, context),
        };
        return Outcome.Ok(new Decided<WebhooksState, WebhookChange>(next, new(webhook.ToWebhook(), ChangeKind.WebhookDeleted)));
    }

    private static List<Issue> Check(WebhookDocument webhook, WebhookContext context)
    {
        List<Issue> issues = [.. CheckUrl(webhook.Url, context)];
        if (webhook.Description is { } text && (text.Length > 2 * Webhook.MaxDescriptionCharacters || !OneLine.IsOne(text)))
        {
            issues.Add(Issue.Error(
                "wrong_format", "/description", $"Must have at most {Webhook.MaxDescriptionCharacters} characters: {OneLine.Rule}."));
        }
        for (var index = 0; index < webhook.Events.Length; index++)
        {
            if (!EventMessage.NamesOfChanges.Contains(webhook.Events[index]))
            {
                issues.Add(Issue.Error("not_allowed", $"/events/{index}", "There is no such event of a change."));
            }
        }
        return issues;
    }

    /// <remarks>A name is looked up when something is sent: it may lead elsewhere by then.</remarks>
    private static IEnumerable<Issue> CheckUrl(string url, WebhookContext context)
    {
        const string Pointer = "/url";
        if (url.Length > Webhook.MaxUrlCharacters || !AddressRules.TryRead(url, out var address, out var host))
        {
            yield return Issue.Error("invalid_address", Pointer, "Must be a whole https address.");
            yield break;
        }
        if (address.Scheme != Uri.UriSchemeHttps && !context.AllowsHttp)
        {
            yield return Issue.Error("insecure_address", Pointer, "Must be an https address.");
        }
        if (address.UserInfo.Length > 0) yield return Issue.Error(AddressRules.Credentials, Pointer, "Must not hold a user.");
        if (address.Fragment.Length > 0) yield return Issue.Error("invalid_address", Pointer, "Must not have a fragment.");
        var isForbidden = IPAddress.TryParse(host, out var number) ? !context.MayBeCalled(number)
            : HostReach.Of(host) == Reach.Forbidden || HostReach.Of(host) == Reach.Local && !context.MayBeCalled(IPAddress.Loopback);
        if (isForbidden) yield return Issue.Error("forbidden_address", Pointer, "Nothing is sent to this address.");
    }

    private static string? Text(string? text) => text is null or "" ? null : text;

    private static ImmutableArray<string> Ordered(ImmutableArray<string> events) =>
        events.IsDefault ? [] : [.. events.Distinct().Order(StringComparer.Ordinal)];

    private static Outcome<Decided<WebhooksState, WebhookChange>> Unchanged(WebhookDocument webhook) =>
        Outcome.Ok(new Decided<WebhooksState, WebhookChange>(null, new(webhook.ToWebhook(), null)));

    /// <param name="before">The webhook that is changed; null for a new one.</param>
    private static Outcome<Decided<WebhooksState, WebhookChange>> Written(
        WebhooksState state, WebhookDocument? before, WebhookDocument webhook, string kind, string note, WebhookCommand? command,
        WebhookContext context)
    {
        var next = webhook with { Version = webhook.Version + 1, UpdatedAt = context.Now, UpdatedBy = context.Caller.Subject };
        var written = new WebhooksState
        {
            Webhooks = before is null ? state.Webhooks.Add(next) : state.Webhooks.Replace(before, next),
            Change = Entry(next, next.Disabled is null ? "active" : "disabled", kind, note, command, context),
        };
        return Outcome.Ok(new Decided<WebhooksState, WebhookChange>(written, new(next.ToWebhook(), kind)));
    }

    private static ChangeEntry Entry(
        WebhookDocument webhook, string status, string kind, string? note, WebhookCommand? command, WebhookContext context) => new()
        {
            Resource = ChangeSubject.Webhook,
            EventId = Guid.CreateVersion7(context.Now).ToString("n"),
            Kind = kind,
            TenantId = context.TenantId,
            AgentId = ChangeSubject.OfWebhook(webhook.Id),
            // Its host: the path of an address may be a secret of its receiver's.
            AgentName = AddressRules.TryRead(webhook.Url, out _, out var host) ? host : webhook.Id,
            Version = webhook.Version,
            Status = status,
            At = context.Now,
            Actor = context.Caller.Subject,
            Role = context.Caller.Role,
            Address = context.Caller.Address,
            CorrelationId = context.Caller.CorrelationId,
            TaskId = context.Caller.TaskId,
            Note = note,
            Delta = default,
            Limits = null,
            IdempotencyKey = command?.Options.Idempotency?.Key,
            Fingerprint = command?.Options.Idempotency?.Fingerprint,
        };
}
