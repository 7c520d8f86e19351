namespace AgentManagement.Storage;

/// <summary>Names under which grain state is stored. Frozen: they are in the database.</summary>
public static class StorageNames
{
    /// <summary>The storage provider.</summary>
    public const string Provider = "agents";

    /// <summary>State name of <see cref="Agents.AgentGrain"/>; the provider tells states apart by it alone.</summary>
    public const string Agent = "agent";

    /// <summary>State name of <see cref="Templates.TemplateGrain"/>.</summary>
    public const string Template = "template";

    /// <summary>State name of <see cref="Files.FileGrain"/>.</summary>
    public const string File = "file";

    /// <summary>State name of what collections noted of a file.</summary>
    public const string FileMark = "file-mark";

    /// <summary>State name of <see cref="AgentManagement.ApiKeys.ApiKeysGrain"/>.</summary>
    public const string ApiKeys = "api-keys";

    /// <summary>State name of <see cref="Tenants.TenantGrain"/>.</summary>
    public const string Tenant = "tenant";
}
