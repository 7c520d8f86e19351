using System.Text.Encodings.Web;
using AgentManagement.Domain.Agents;
using AgentManagement.Domain.Json;
using AgentManagement.Domain.Tenants;
using AgentManagement.Tenants;

namespace AgentManagement.Tests.Support;

/// <summary>States, contexts and contents for tests of the pure rules: state + command → outcome.</summary>
internal static class Given
{
    /// <summary>The version that every given agent is at.</summary>
    public const int Version = 7;

    /// <summary>The statuses of <see cref="State"/>, and what is not an agent.</summary>
    public static readonly string[] Statuses = ["absent", "purged", .. AgentStatus.All];

    public static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static readonly DateTimeOffset Earlier = Now.AddDays(-1);

    public static readonly TierCatalog Tiers = new(maximumAgentsPerTenant: 50);

    public static readonly TierLimits Limits = Tiers.Find("professional");

    public static readonly Caller Caller = new("acme", "ana", "editor", "professional", "correlation-1");

    /// <summary>Everything is admitted.</summary>
    public static readonly Admission Admission = new(Limits);

    public static readonly RuleContext Context = new("acme", "bot", Caller, Admission, Now);

    /// <summary>Content that lacks instructions: fit for a draft, not for a live agent.</summary>
    public static readonly JsonText Incomplete = Content(content => content["config"]!.AsObject().Remove("instructions"));

    /// <summary>The state of an agent of a status, "absent" or "purged".</summary>
    public static AgentState State(string status, Func<AgentDocument, AgentDocument>? with = null) => status switch
    {
        "absent" => new(),
        "purged" => new() { Version = Version },
        _ => new() { Version = Version, Agent = (with ?? (agent => agent))(Document(status)) },
    };

    /// <summary>The content of every given agent, changed.</summary>
    public static JsonText Content(Action<JsonObject>? change = null)
    {
        var content = JsonNode.Parse(AgentParts.Of(Document(AgentStatus.Draft)).ToContent().Text)!.AsObject();
        change?.Invoke(content);
        return Text(content);
    }

    /// <summary>Content with another configuration, as JSON.</summary>
    public static JsonText Config(string config) => Content(content => content["config"] = JsonNode.Parse(config));

    // Characters as themselves, as clients send them.
    private static readonly JsonSerializerOptions AsWritten = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A node as the gateway would hand it to a grain.</summary>
    public static JsonText Text(JsonNode? node) => Read(node?.ToJsonString(AsWritten) ?? "null");

    /// <summary>A body as the gateway would hand it to a grain.</summary>
    public static JsonText Read(string json) =>
        StrictJson.TryParse(System.Text.Encoding.UTF8.GetBytes(json), out var text, out var issue)
            ? text
            : throw new ArgumentException(issue.Message);

    /// <summary>What the rules decide.</summary>
    public static Outcome<Decision> When(this AgentState state, AgentCommand command, RuleContext? context = null) =>
        AgentRules.Decide(state, command, context ?? Context);

    /// <summary>The state that was decided to be written.</summary>
    public static AgentState Written(this Outcome<Decision> outcome)
    {
        Assert.True(outcome.IsOk, $"Refused: {outcome.Code} {outcome.Detail} {string.Join(' ', outcome.Issues)}");
        return outcome.Value!.Next ?? throw new Xunit.Sdk.XunitException("Nothing was to be written.");
    }

    /// <summary>The outcome must be a refusal, and say so to people.</summary>
    public static void Refused<T>(this Outcome<T> outcome, OutcomeKind kind, string code)
    {
        Assert.Equal((kind, code), (outcome.Kind, outcome.Code));
        Assert.NotEqual("", outcome.Detail);
    }

    /// <summary>The outcome must be Ok and change nothing.</summary>
    public static void WritesNothing(this Outcome<Decision> outcome)
    {
        Assert.True(outcome.IsOk, outcome.Code);
        Assert.Null(outcome.Value!.Next);
    }

    private static AgentDocument Document(string status) => new()
    {
        Id = "bot", Version = Version, Name = "Support bot", Description = "Helps.", Type = AgentType.Conversational, Status = status,
        Config = new(
            """{"model":{"provider":"openai","id":"gpt-5-mini","params":{"temperature":0}},"instructions":{"template":"Help."}}"""),
        Tags = ["b", "a"], Metadata = new("""{"z":1,"a":null}"""),
        CreatedAt = Earlier, CreatedBy = "eva", UpdatedAt = Earlier, UpdatedBy = "eva",
        ActivatedAt = status == AgentStatus.Active ? Earlier : null,
        ArchivedAt = status == AgentStatus.Archived ? Earlier : null,
        ArchivedFrom = status == AgentStatus.Archived ? AgentStatus.Active : null,
    };
}
