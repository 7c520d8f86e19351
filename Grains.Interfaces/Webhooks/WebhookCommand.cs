using AgentManagement.Access;
using AgentManagement.Agents;

namespace AgentManagement.Webhooks;

/// <summary>A change that somebody asks of one of the tenant's webhooks.</summary>
/// <remarks>None writes its address or its secret into text: Orleans writes arguments of failed calls into messages and logs.</remarks>
[GenerateSerializer, Immutable, Alias("WebhookCommand")]
public abstract record WebhookCommand : ICommand
{
    /// <summary>The webhook; see <see cref="Keys.GrainKeys.IsWebhookId"/>. A new one's is made at random.</summary>
    [Id(0)] public required string WebhookId { get; init; }

    /// <summary>Under which conditions and how the change is to be made.</summary>
    [Id(1)] public WriteOptions Options { get; init; } = WriteOptions.None;

    bool ICommand.IsSafeToRetry => Options.IsSafeToRetry;

    public sealed override string ToString() => $"{GetType().Name} {WebhookId}";
}

/// <summary>Makes a webhook.</summary>
/// <param name="Url">Where to send.</param>
/// <param name="Description">What it is for.</param>
/// <param name="Events">The names of the events that it wants; empty for all.</param>
/// <param name="IsDisabled">Whether nothing is to be sent yet.</param>
/// <param name="Secret">What its events are signed with, encrypted.</param>
[GenerateSerializer, Immutable, Alias("CreateWebhook"), Requires(Permissions.WebhooksManage)]
public sealed record CreateWebhook(string Url, string? Description, ImmutableArray<string> Events, bool IsDisabled, string Secret)
    : WebhookCommand, ICommand
{
    // One that is there already, with the same secret, is answered.
    bool ICommand.IsSafeToRetry => true;
}

/// <summary>Changes what is said of a webhook; what is null stays. Its failures begin anew.</summary>
/// <param name="Url">Where to send.</param>
/// <param name="Description">What it is for; empty for nothing.</param>
/// <param name="Events">The names of the events that it wants; empty for all.</param>
/// <param name="IsDisabled">Whether nothing is to be sent.</param>
[GenerateSerializer, Immutable, Alias("UpdateWebhook"), Requires(Permissions.WebhooksManage)]
public sealed record UpdateWebhook(string? Url, string? Description, ImmutableArray<string>? Events, bool? IsDisabled) : WebhookCommand;

/// <summary>Gives a webhook another secret. With the one before events are signed, too, for a while.</summary>
/// <param name="Secret">The new one, encrypted.</param>
/// <param name="Grace">How long the one before signs; at most <see cref="Webhook.LongestGrace"/>.</param>
[GenerateSerializer, Immutable, Alias("RotateWebhook"), Requires(Permissions.WebhooksManage)]
public sealed record RotateWebhook(string Secret, TimeSpan Grace) : WebhookCommand, ICommand
{
    // One that has the secret already is answered.
    bool ICommand.IsSafeToRetry => true;
}

/// <summary>Ends a webhook for ever, with its dead letters.</summary>
[GenerateSerializer, Immutable, Alias("DeleteWebhook"), Requires(Permissions.WebhooksManage)]
public sealed record DeleteWebhook : WebhookCommand;
