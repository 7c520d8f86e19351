namespace AgentManagement.Grains.Storage;

/// <summary>Names under which grain state is stored. Frozen: they are in the database.</summary>
public static class StorageNames
{
    /// <summary>The storage provider.</summary>
    public const string Provider = "agents";

    /// <summary>
    /// State name of <see cref="AgentManagement.Grains.Agents.AgentGrain"/>; the provider tells states apart by it alone.
    /// </summary>
    public const string Agent = "agent";

    /// <summary>State name of <see cref="AgentManagement.Grains.Templates.TemplateGrain"/>.</summary>
    public const string Template = "template";

    /// <summary>State name of <see cref="AgentManagement.Grains.Files.FileGrain"/>.</summary>
    public const string File = "file";

    /// <summary>State name of what collections noted of a file.</summary>
    public const string FileMark = "file-mark";

    /// <summary>State name of <see cref="AgentManagement.Grains.ApiKeys.ApiKeysGrain"/>.</summary>
    public const string ApiKeys = "api-keys";

    /// <summary>State name of <see cref="AgentManagement.Grains.Webhooks.WebhooksGrain"/>.</summary>
    public const string Webhooks = "webhooks";

    /// <summary>State name of <see cref="AgentManagement.Grains.Releases.LabelGrain"/>.</summary>
    public const string Label = "label";

    /// <summary>State name of how long a label's rollouts have been watched.</summary>
    public const string RolloutWatch = "rollout-watch";

    /// <summary>State name of <see cref="AgentManagement.Grains.Runtimes.RuntimesGrain"/>.</summary>
    public const string Runtimes = "runtimes";

    /// <summary>State name of <see cref="AgentManagement.Grains.Tenants.TenantGrain"/>.</summary>
    public const string Tenant = "tenant";
}
