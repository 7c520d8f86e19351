using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using AgentManagement.Configuration;
using AgentManagement.Domain.Changes;
using AgentManagement.Json;
using AgentManagement.Outcomes;
using AgentManagement.Webhooks;
using AgentManagement.WebGateway.Http;

namespace AgentManagement.WebGateway.Webhooks;

/// <summary>The webhook to make.</summary>
internal sealed record CreateWebhookRequest : IBody<CreateWebhookRequest>
{
    [Description("Where to send; an https address, without a user and a fragment."), Length(1, Webhook.MaxUrlCharacters)]
    public required string Url { get; init; }

    [Description("What it is for."), MaxLength(Webhook.MaxDescriptionCharacters)]
    public string? Description { get; init; }

    [Description("The names of the events to send; all when absent or empty."), EventNames]
    public ImmutableArray<string>? Events { get; init; }

    [Description("Whether nothing is to be sent yet; false when absent.")]
    public bool? Disabled { get; init; }
}

/// <summary>What is to be changed of a webhook, as a JSON merge patch (RFC 7396): what is absent stays.</summary>
internal sealed record UpdateWebhookRequest : IBody<UpdateWebhookRequest>
{
    [Description("Where to send."), Length(1, Webhook.MaxUrlCharacters)]
    public string? Url { get; init; }

    [Description("What it is for; null for nothing."), MaxLength(Webhook.MaxDescriptionCharacters)]
    public string? Description { get; init; }

    [Description("The names of the events to send; null or empty for all."), EventNames]
    public ImmutableArray<string>? Events { get; init; }

    [Description("Whether nothing is to be sent. With false one goes on where it was, and what had failed is sent at once.")]
    public bool? Disabled { get; init; }

    private static readonly BodyMetadata Metadata =
        new(RequestBody.MergePatch, IsRequired: true, BodySchema<UpdateWebhookRequest>.Schema, nameof(UpdateWebhookRequest));

    static BodyMetadata IBody<UpdateWebhookRequest>.Description => Metadata;

    static Outcome<UpdateWebhookRequest> IBody<UpdateWebhookRequest>.Read(JsonText text)
    {
        var read = BodySchema<UpdateWebhookRequest>.Read(text);
        if (!read.IsOk) return read;
        var body = StrictJson.Parse(text);
        return Outcome.Ok(read.Value with
        {
            Description = IsNull(body, "description") ? "" : read.Value.Description,
            Events = IsNull(body, "events") ? [] : read.Value.Events,
            Disabled = IsNull(body, "disabled") ? false : read.Value.Disabled,
        });
    }

    public static IEnumerable<Issue> Check(JsonElement body) =>
        IsNull(body, "url") ? [Issue.Error("required", "/url", "There must be an address.")] : [];

    private static bool IsNull(JsonElement body, string name) =>
        body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Null;
}

/// <summary>How the webhook's secret is to be rotated.</summary>
internal sealed record RotateWebhookRequest : IBody<RotateWebhookRequest>
{
    [Description("How long events are signed with the secret before, too: 0 to 86400; 86400 when absent, 0 for one that has leaked.")]
    [Range(0, 86_400)]
    public int? GraceSeconds { get; init; }

    public static bool IsRequired => false;
}

/// <summary>From where everything is to be sent again.</summary>
internal sealed record ReplayWebhookRequest : IBody<ReplayWebhookRequest>
{
    [Description("The first revision to send."), Range(1, long.MaxValue)]
    public required long From { get; init; }
}

[AttributeUsage(AttributeTargets.Property)]
internal sealed class EventNamesAttribute : EachItemAttribute
{
    public EventNamesAttribute() => (OneOf, Unique) = ([.. EventMessage.NamesOfChanges], true);
}
