using System.Net;
using AgentManagement.Changes;
using AgentManagement.Domain.Agents;
using AgentManagement.Domain.Changes;
using AgentManagement.Domain.Webhooks;
using AgentManagement.ServiceDefaults.Outgoing;
using AgentManagement.Webhooks;

namespace AgentManagement.Tests.Webhooks;

/// <summary>Which webhooks there may be, and what is written of them.</summary>
public sealed class WebhookRulesTests
{
    private const string Id = "0123456789abcdef";
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 9, 30, 0, TimeSpan.Zero);

    [Fact]
    public void A_webhook_is_made_changed_rotated_disabled_and_deleted_each_in_a_row_of_its_own()
    {
        var made = Apply(new(), Create());
        AssertChange(made, ChangeKind.WebhookCreated, 1, "active", "agent_created");
        Assert.Equal("hooks.example.com", made.Change!.AgentName);

        var changed = Apply(made, Update(url: "https://other.example.com/x", events: []));
        AssertChange(changed, ChangeKind.WebhookUpdated, 2, "active", "url events");
        Assert.Equal("other.example.com", changed.Change!.AgentName);

        var rotated = Apply(changed, new RotateWebhook("second", TimeSpan.FromHours(1)) { WebhookId = Id });
        AssertChange(rotated, ChangeKind.WebhookRotated, 3, "active", "the secret before goes on for 3600 s");

        var disabled = Apply(rotated, Update(isDisabled: true));
        AssertChange(disabled, ChangeKind.WebhookDisabled, 4, "disabled", "by_request");
        AssertChange(Apply(disabled, Update(isDisabled: false)), ChangeKind.WebhookUpdated, 5, "active", "enabled");

        var deleted = Apply(disabled, new DeleteWebhook { WebhookId = Id });
        AssertChange(deleted, ChangeKind.WebhookDeleted, 5, "deleted", null);
        Assert.Empty(deleted.Webhooks);
        Refused(OutcomeKind.NotFound, deleted, Update(isDisabled: false));
    }

    [Fact]
    public void During_a_rotation_two_secrets_sign_and_afterwards_one()
    {
        var rotated = Apply(Apply(new(), Create()), new RotateWebhook("second", TimeSpan.FromHours(1)) { WebhookId = Id }).Webhooks[0];
        Assert.Equal(["second", "first"], rotated.SecretsAt(Now.AddMinutes(59)));
        Assert.Equal(["second"], rotated.SecretsAt(Now.AddHours(1)));

        var atOnce = Apply(Apply(new(), Create()), new RotateWebhook("second", TimeSpan.Zero) { WebhookId = Id }).Webhooks[0];
        Assert.Equal(["second"], atOnce.SecretsAt(Now));
        Refused(OutcomeKind.Invalid, Apply(new(), Create()), new RotateWebhook("x", TimeSpan.FromHours(25)) { WebhookId = Id });
    }

    [Fact]
    public void What_comes_twice_is_done_once()
    {
        var made = Apply(new(), Create());
        Assert.Null(Decide(made, Create()).Value!.Next);
        Refused(OutcomeKind.Conflict, made, Create() with { Secret = "another" });
        Assert.Null(Decide(made, Update(isDisabled: false, events: ["agent_created"])).Value!.Next);
        var again = new RotateWebhook("first", TimeSpan.Zero) { WebhookId = Id, Options = new() { IfMatch = [7] } };
        Assert.Null(Decide(made, again).Value!.Next);
    }

    [Fact]
    public void A_condition_is_kept()
    {
        var made = Apply(new(), Create());
        Refused(OutcomeKind.PreconditionFailed, made, Update(isDisabled: true) with { Options = new() { IfMatch = [2] } });
        Refused(OutcomeKind.PreconditionFailed, made, new DeleteWebhook { WebhookId = Id, Options = new() { IfMatch = [2] } });
        Apply(made, Update(isDisabled: true) with { Options = new() { IfMatch = [1] } });
    }

    [Fact]
    public void A_tenant_has_twenty_and_no_more()
    {
        var state = new WebhooksState();
        for (var number = 0; number < Webhook.MaxOfTenant; number++) state = Apply(state, Create() with { WebhookId = $"{number:x16}" });
        Refused(OutcomeKind.QuotaExceeded, state, Create() with { WebhookId = "ffffffffffffffff" });
    }

    [Theory]
    [InlineData("https://hooks.example.com/a?b=c", null)]
    [InlineData("https://93.184.215.14:8443/", null)]
    [InlineData("http://hooks.example.com/", "insecure_address")]
    [InlineData("ftp://hooks.example.com/", "invalid_address")]
    [InlineData("hooks.example.com", "invalid_address")]
    [InlineData("/hook", "invalid_address")]
    [InlineData("https://user:secret@hooks.example.com/", "credentials_in_address")]
    [InlineData("https://hooks.example.com/#part", "invalid_address")]
    [InlineData("https://localhost/", "forbidden_address")]
    [InlineData("https://a.localhost./", "forbidden_address")]
    [InlineData("https://127.0.0.1/", "forbidden_address")]
    [InlineData("https://127.1/", "forbidden_address")]
    [InlineData("https://2130706433/", "forbidden_address")]
    [InlineData("https://0x7f000001/", "forbidden_address")]
    [InlineData("https://0177.0.0.1/", "forbidden_address")]
    [InlineData("https://[::1]/", "forbidden_address")]
    [InlineData("https://[::ffff:10.0.0.1]/", "forbidden_address")]
    [InlineData("https://[64:ff9b::a00:1]/", "forbidden_address")]
    [InlineData("https://[2002:a00:1::]/", "forbidden_address")]
    [InlineData("https://100.64.0.1/", "forbidden_address")]
    [InlineData("https://169.254.169.254/", "forbidden_address")]
    [InlineData("https://metadata.google.internal/", "forbidden_address")]
    [InlineData("https://\uff11\uff12\uff17.0.0.1/", "invalid_address")]
    public void An_address_is_one_of_https_that_is_public(string url, string? code)
    {
        var outcome = Decide(new(), Create() with { Url = url });
        if (code is null) Assert.True(outcome.IsOk);
        else Assert.Equal((code, "/url"), outcome.Issues.Select(issue => (issue.Code, issue.Pointer)).Single());
        // The same when it is changed.
        Assert.Equal(code is null, Decide(Apply(new(), Create()), Update(url: url)).IsOk);
    }

    [Fact]
    public void What_else_is_wrong_is_told_with_its_place()
    {
        var outcome = Decide(new(), Create() with
        {
            Url = $"https://hooks.example.com/{new string('a', 2_048)}",
            Description = "a\u202eb",
            Events = ["agent_created", "task_completed"],
        });
        Assert.Equal(["/url", "/description", "/events/1"], outcome.Issues.Select(issue => issue.Pointer));
    }

    [Fact]
    public void Every_event_of_a_change_can_be_wanted_and_no_other()
    {
        foreach (var kind in ChangeKind.All)
        {
            Assert.Contains(EventMessage.NameOf(kind), EventMessage.NamesOfChanges);
            var wanted = Apply(new(), Create() with { Events = [EventMessage.NameOf(kind)] }).Webhooks[0];
            Assert.True(wanted.Wants(Given(kind)));
            Assert.True((wanted with { Events = [] }).Wants(Given(kind)));
            Assert.False((wanted with { Events = [.. EventMessage.NamesOfChanges.Except(wanted.Events)] }).Wants(Given(kind)));
        }
    }

    [Fact]
    public void The_service_disables_what_is_not_disabled()
    {
        var made = Apply(new(), Create());
        var disabled = WebhookRules.Disable(made, Id, DisabledReason.Gone, Context()).Value!.Next!;
        AssertChange(disabled, ChangeKind.WebhookDisabled, 2, "disabled", "gone");
        Assert.Equal(OutcomeKind.NotFound, WebhookRules.Disable(disabled, Id, DisabledReason.Gone, Context()).Kind);
        Assert.Equal(OutcomeKind.NotFound, WebhookRules.Disable(new(), Id, DisabledReason.Gone, Context()).Kind);
        // What a receiver said is not said by somebody else again.
        Assert.Equal(DisabledReason.Gone, Apply(disabled, Update(url: "https://x.example.com", isDisabled: true)).Webhooks[0].Disabled);
    }

    [Fact]
    public void No_command_tells_its_address_or_its_secret()
    {
        Assert.Equal($"CreateWebhook {Id}", Create().ToString());
        Assert.Equal($"RotateWebhook {Id}", new RotateWebhook("first", TimeSpan.Zero) { WebhookId = Id }.ToString());
        Assert.Equal($"UpdateWebhook {Id}", Update(url: "https://x.example.com").ToString());
    }

    private static ChangeEvent Given(string kind) => new()
    {
        Revision = 1, EventId = "e", Kind = kind, At = Now, CorrelationId = "c", AgentId = "bot", AgentName = "Bot", Version = 1,
        Status = "draft",
    };

    private static CreateWebhook Create() =>
        new("https://hooks.example.com/", null, ["agent_created"], IsDisabled: false, "first") { WebhookId = Id };

    private static UpdateWebhook Update(string? url = null, ImmutableArray<string>? events = null, bool? isDisabled = null) =>
        new(url, null, events, isDisabled) { WebhookId = Id };

    private static WebhookContext Context() => new(
        "acme", new Caller("acme", "ann", "admin", null, "c"), Now, AllowsHttp: false, new OutgoingAddresses([]).MayBeCalled);

    private static Outcome<Decided<WebhooksState, WebhookChange>> Decide(WebhooksState state, WebhookCommand command) =>
        WebhookRules.Decide(state, command, Context());

    private static WebhooksState Apply(WebhooksState state, WebhookCommand command)
    {
        var outcome = Decide(state, command);
        Assert.True(outcome.IsOk, $"{outcome.Code} {string.Join(' ', outcome.Issues.Select(issue => issue.Code))}");
        return outcome.Value.Next!;
    }

    private static void Refused(OutcomeKind kind, WebhooksState state, WebhookCommand command) =>
        Assert.Equal(kind, Decide(state, command).Kind);

    private static void AssertChange(WebhooksState state, string kind, int version, string status, string? note)
    {
        var change = state.Change!;
        Assert.Equal(
            (kind, $"webhook/{Id}", version, status, note), (change.Kind, change.AgentId, change.Version, change.Status, change.Note));
    }
}
