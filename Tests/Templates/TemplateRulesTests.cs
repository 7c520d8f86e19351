using AgentManagement.Changes;
using AgentManagement.Domain.Agents;
using AgentManagement.Domain.Outcomes;
using AgentManagement.Domain.Templates;
using AgentManagement.Templates;

namespace AgentManagement.Tests.Templates;

/// <summary>What becomes of a template by a command.</summary>
public sealed class TemplateRulesTests
{
    private static readonly TemplateContext Context = new("acme", "desk", Given.Caller, Given.Limits, MayAdd: true, Given.Now);

    private static readonly CreateTemplate Create = new(Content());

    /// <summary>The template at its second version, written the day before.</summary>
    private static readonly TemplateState Desk = Written(
        Written(new(), Create, Context with { Now = Given.Earlier, Caller = Given.Caller with { Subject = "eva" } }),
        new ReplaceTemplate(Content("description", "\"For others.\"")), Context with { Now = Given.Earlier });

    private static readonly TemplateState Deleted = Written(Desk, new DeleteTemplate());

    [Fact]
    public void A_new_template_is_at_version_1_made_by_the_caller_now()
    {
        var made = Written(new(), Create).Template!;
        Assert.Equal(("desk", 1, "Desk", "For {{brand}}.", "rag"), (made.Id, made.Version, made.Name, made.Description, made.Type));
        Assert.Equal((Given.Now, "ana", Given.Now, "ana"), (made.CreatedAt, made.CreatedBy, made.UpdatedAt, made.UpdatedBy));
        Assert.Equal("""{"brand":{"type":"string","default":"Acme"}}""", made.Variables.Text);
        Assert.Equal("""{"instructions":{"template":"For {{brand}}."}}""", made.Config.Text);
        Assert.Equal(("""{"n":1.0}""", "b a"), (made.Metadata.Text, string.Join(' ', made.Tags)));
    }

    [Fact]
    public void What_is_left_out_is_empty()
    {
        var made = Written(new(), new CreateTemplate(new("""{"name":"Desk","type":"rag","config":{}}"""))).Template!;
        Assert.Equal((null, "{}", "{}", 0), (made.Description, made.Variables.Text, made.Metadata.Text, made.Tags.Length));
    }

    [Fact]
    public void Its_entry_tells_who_did_what_when_and_what_it_became()
    {
        var entry = Written(new(), Create with { Options = new() { Note = "First.", Idempotency = new("key", "fingerprint") } }).Change!;
        Assert.Equal((ChangeSubject.Template, "template_created", "acme"), (entry.Resource, entry.Kind, entry.TenantId));
        Assert.Equal(
            (ChangeSubject.OfTemplate("desk"), "Desk", 1, "published"), (entry.AgentId, entry.AgentName, entry.Version, entry.Status));
        Assert.Equal(("ana", "editor", "correlation-1", Given.Now), (entry.Actor, entry.Role, entry.CorrelationId, entry.At));
        Assert.Equal((new UsageDelta(0, 0, 0, Templates: 1), Given.Limits), (entry.Delta, entry.Limits));
        Assert.Equal(("First.", "key", "fingerprint"), (entry.Note, entry.IdempotencyKey, entry.Fingerprint));
    }

    [Fact]
    public void The_note_within_the_content_comes_before_that_beside_it()
    {
        var options = new WriteOptions { Note = "Beside." };
        Assert.Equal("Within.", Written(Desk, new ReplaceTemplate(Content("note", "\"Within.\"")) { Options = options }).Change!.Note);
        Assert.Equal("Beside.", Written(Desk, new DeleteTemplate { Options = options }).Change!.Note);
    }

    [Theory]
    [InlineData("config", """{"metadata":{"picture":"blob://files/sha256-%"}}""")]
    [InlineData("metadata", """{"picture":"blob://files/sha256-%"}""")]
    [InlineData("variables", """{"brand":{"type":"file","default":"blob://files/sha256-%"}}""")]
    public void The_files_that_it_mentions_are_held_until_it_is_deleted(string member, string json)
    {
        var id = new string('a', 64);
        var made = Written(new(), new CreateTemplate(Content(member, json.Replace("%", id, StringComparison.Ordinal))));
        Assert.Equal([$"sha256-{id}"], made.Change!.Files);
        Assert.Empty(Written(made, new DeleteTemplate()).Change!.Files);
    }

    [Fact]
    public void The_id_of_a_template_is_taken() => When(Desk, Create).Refused(OutcomeKind.Conflict, "duplicate_id");

    [Theory, InlineData(true), InlineData(false)]
    public void Without_room_for_one_more_it_is_refused_and_what_is_wrong_with_it_is_told_before(bool byReplacement)
    {
        TemplateCommand Of(JsonText content) => byReplacement ? new ReplaceTemplate(content) : new CreateTemplate(content);
        var full = Context with { MayAdd = false };
        var outcome = When(new(), Of(Content()), full);
        outcome.Refused(OutcomeKind.QuotaExceeded, "quota_exceeded");
        Assert.Equal("templates_limit", Assert.Single(outcome.Issues).Code);
        When(new(), Of(new("{}")), full).Refused(OutcomeKind.Invalid, "invalid_content");
        // What is there takes no more room.
        Assert.NotNull(Written(Desk, new ReplaceTemplate(Content()), full));
    }

    [Fact]
    public void A_replacement_keeps_what_was_made_when_and_by_whom()
    {
        var next = Written(Desk, new ReplaceTemplate(Content("name", "\"Other\"")));
        var replaced = next.Template!;
        Assert.Equal((3, 3, "Other"), (next.Version, replaced.Version, replaced.Name));
        Assert.Equal((Given.Earlier, "eva"), (replaced.CreatedAt, replaced.CreatedBy));
        Assert.Equal((Given.Now, "ana"), (replaced.UpdatedAt, replaced.UpdatedBy));
        Assert.Equal(
            ("template_updated", new UsageDelta(0, 0, 0), "published"), (next.Change!.Kind, next.Change.Delta, next.Change.Status));
        Assert.Equal("template_created", When(new(), new ReplaceTemplate(Content())).Value!.Answer.Kind);
    }

    [Fact]
    public void The_same_content_is_no_new_version()
    {
        var outcome = When(Desk, new ReplaceTemplate(Content("description", "\"For others.\"")));
        Assert.True(outcome.IsOk);
        Assert.Null(outcome.Value!.Next);
        Assert.Equal((2, null), (outcome.Value.Answer.Template!.Version, outcome.Value.Answer.Kind));
    }

    [Theory]
    [InlineData("name", "\"Other\""), InlineData("description", "null"), InlineData("type", "\"workflow\"")]
    [InlineData("variables", """{"brand":{"type":"string"}}"""), InlineData("config", "{}"), InlineData("metadata", """{"n":1}""")]
    [InlineData("tags", """["a","b"]""")]
    public void Each_of_its_parts_makes_a_new_version(string member, string json)
    {
        var made = Written(new(), Create);
        Assert.Equal(2, Written(made, new ReplaceTemplate(Content(member, json))).Version);
    }

    [Fact]
    public void What_was_read_can_be_sent_back_and_says_nothing_else_of_what_the_service_sets()
    {
        JsonText Sent(int version) => Content(("version", $"{version}"), ("scope", "\"tenant\""), ("createdBy", "\"eva\""),
            ("createdAt", "\"2026-02-28T12:00:00Z\""), ("updatedAt", "\"2026-02-28T12:00:00Z\""),
            ("updatedBy", "\"ana\""), ("id", "\"desk\""));

        Assert.Equal(3, Written(Desk, new ReplaceTemplate(Sent(version: 2))).Version);
        var refused = When(Desk, new ReplaceTemplate(Sent(version: 1)));
        Assert.Equal([("read_only", "/version")], refused.Issues.Select(issue => (issue.Code, issue.Pointer)));
        Assert.Equal(6, When(new(), new CreateTemplate(Sent(version: 1))).Issues.Length);
    }

    [Fact]
    public void A_deleted_template_leaves_its_number_of_versions()
    {
        Assert.Equal((3, null), (Deleted.Version, Deleted.Template));
        Assert.Equal((3, "template_deleted", "deleted", "Desk", new UsageDelta(0, 0, 0, Templates: -1)),
            (Deleted.Change!.Version, Deleted.Change.Kind, Deleted.Change.Status, Deleted.Change.AgentName, Deleted.Change.Delta));
        Assert.Equal(new TemplateChange(null, "template_deleted"), When(Desk, new DeleteTemplate()).Value!.Answer);
        When(Deleted, new DeleteTemplate()).Refused(OutcomeKind.NotFound, "not_found");

        var again = Written(Deleted, Create);
        Assert.Equal((4, Given.Now, 1), (again.Template!.Version, again.Template.CreatedAt, again.Change!.Delta.Templates));
    }

    [Fact]
    public void If_Match_and_If_None_Match_hold_for_every_command_alike()
    {
        foreach (var command in (TemplateCommand[])[Create, new ReplaceTemplate(Content()), new DeleteTemplate()])
        {
            foreach (var state in (TemplateState[])[new(), Desk, Deleted])
            {
                When(state, command with { Options = new() { IfMatch = [1, 3] } })
                    .Refused(OutcomeKind.PreconditionFailed, "version_mismatch");
            }
            When(Desk, command with { Options = new() { MustNotExist = true } }).Refused(OutcomeKind.PreconditionFailed, "already_exists");
        }
        Assert.NotNull(Written(Desk, new DeleteTemplate { Options = new() { IfMatch = [2] } }));
    }

    [Fact]
    public void Who_must_say_which_version_is_changed_need_not_for_what_is_new()
    {
        var options = new WriteOptions { RequiresMatch = true };
        foreach (var command in (TemplateCommand[])[new ReplaceTemplate(Content()), new DeleteTemplate()])
        {
            When(Desk, command with { Options = options }).Refused(OutcomeKind.PreconditionRequired, "if_match_required");
        }
        When(Desk, Create with { Options = options }).Refused(OutcomeKind.Conflict, "duplicate_id");
        Assert.NotNull(Written(new(), new ReplaceTemplate(Content()) { Options = options }));
    }

    private static Outcome<Decided<TemplateState, TemplateChange>> When(
        TemplateState state, TemplateCommand command, TemplateContext? context = null) =>
        TemplateRules.Decide(state, command, context ?? Context);

    private static TemplateState Written(TemplateState state, TemplateCommand command, TemplateContext? context = null)
    {
        var outcome = When(state, command, context);
        Assert.True(outcome.IsOk, $"Refused: {outcome.Code} {outcome.Detail} {string.Join(' ', outcome.Issues)}");
        return outcome.Value!.Next ?? throw new Xunit.Sdk.XunitException("Nothing was to be written.");
    }

    private static JsonText Content(string member, string json) => Content((member, json));

    /// <summary>The content of the template, with members that are different.</summary>
    private static JsonText Content(params (string Member, string Json)[] members)
    {
        var content = JsonNode.Parse("""
            {"name":"Desk","description":"For {{brand}}.","type":"rag","variables":{"brand":{"type":"string","default":"Acme"}},
             "config":{"instructions":{"template":"For {{brand}}."}},"tags":["b","a"],"metadata":{"n":1.0}}
            """)!.AsObject();
        foreach (var (member, json) in members) content[member] = JsonNode.Parse(json);
        return Given.Text(content);
    }
}
