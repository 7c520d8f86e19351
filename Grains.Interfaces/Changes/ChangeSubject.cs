using System.Diagnostics.CodeAnalysis;

namespace AgentManagement.Changes;

/// <summary>
/// What a change of the log is of. An agent is named by its id; anything else with its kind before a '/', which no
/// agent's id holds.
/// </summary>
public static class ChangeSubject
{
    public const string Agent = "agent";
    public const string Template = "template";
    public const string Tenant = "tenant";
    public const string File = "file";

    public const string ApiKey = "api-key";
    public const string Webhook = "webhook";

    /// <summary>Something that runs agents.</summary>
    public const string Runtime = "runtime";

    /// <summary>A label, with its releases.</summary>
    public const string Label = "label";

    private const string LabelPrefix = Label + "/";
    private const string TemplatePrefix = Template + "/";
    private const string TenantPrefix = Tenant + "/";
    private const string FilePrefix = File + "/";
    private const string ApiKeyPrefix = ApiKey + "/";
    private const string WebhookPrefix = Webhook + "/";
    private const string RuntimePrefix = Runtime + "/";

    /// <summary>How the log names a template.</summary>
    public static string OfTemplate(string templateId) => TemplatePrefix + templateId;

    /// <summary>How the log names the tenant itself.</summary>
    public static string OfTenant(string tenantId) => TenantPrefix + tenantId;

    /// <summary>How the log names a file.</summary>
    public static string OfFile(string fileId) => FilePrefix + fileId;

    /// <summary>Reads a file's id.</summary>
    public static bool TryReadFile(string subject, [NotNullWhen(true)] out string? fileId)
    {
        fileId = subject.StartsWith(FilePrefix, StringComparison.Ordinal) ? subject[FilePrefix.Length..] : null;
        return fileId is not null;
    }

    /// <summary>How the log names a label.</summary>
    public static string OfLabel(string label) => LabelPrefix + label;

    /// <summary>Reads a label's name.</summary>
    public static bool TryReadLabel(string subject, [NotNullWhen(true)] out string? label)
    {
        label = subject.StartsWith(LabelPrefix, StringComparison.Ordinal) ? subject[LabelPrefix.Length..] : null;
        return label is not null;
    }

    /// <summary>How the log names an API key, as what was changed and as who changed something.</summary>
    public static string OfApiKey(string keyId) => ApiKeyPrefix + keyId;

    /// <summary>Reads an API key's id.</summary>
    public static bool TryReadApiKey(string subject, [NotNullWhen(true)] out string? keyId)
    {
        keyId = subject.StartsWith(ApiKeyPrefix, StringComparison.Ordinal) ? subject[ApiKeyPrefix.Length..] : null;
        return keyId is not null;
    }

    /// <summary>How the log names a webhook.</summary>
    public static string OfWebhook(string webhookId) => WebhookPrefix + webhookId;

    /// <summary>Reads a webhook's id.</summary>
    public static bool TryReadWebhook(string subject, [NotNullWhen(true)] out string? webhookId)
    {
        webhookId = subject.StartsWith(WebhookPrefix, StringComparison.Ordinal) ? subject[WebhookPrefix.Length..] : null;
        return webhookId is not null;
    }

    /// <summary>How the log names a runtime.</summary>
    public static string OfRuntime(string instance) => RuntimePrefix + instance;

    /// <summary>Reads a runtime's name.</summary>
    public static bool TryReadRuntime(string subject, [NotNullWhen(true)] out string? instance)
    {
        instance = subject.StartsWith(RuntimePrefix, StringComparison.Ordinal) ? subject[RuntimePrefix.Length..] : null;
        return instance is not null;
    }

    /// <summary>Whether it is an agent.</summary>
    public static bool IsAgent(string subject) => !subject.Contains('/', StringComparison.Ordinal);

    /// <summary>Reads a template's id.</summary>
    public static bool TryReadTemplate(string subject, [NotNullWhen(true)] out string? templateId)
    {
        templateId = subject.StartsWith(TemplatePrefix, StringComparison.Ordinal) ? subject[TemplatePrefix.Length..] : null;
        return templateId is not null;
    }
}
