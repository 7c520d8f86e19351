using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using AgentManagement.Releases;
using AgentManagement.Templates;

namespace AgentManagement.Keys;

/// <summary>
/// The only place where grain keys are made and read. Every key holds a '/', so that the ADO.NET storage provider
/// never takes one for an integer or a GUID, and never a '+', which it takes for a key extension.
/// </summary>
public static partial class GrainKeys
{
    /// <summary>The key of what is no tenant's.</summary>
    public const string Platform = "platform/service";

    private const int MaxTenantCharacters = 64;
    private const int MaxAgentCharacters = 63;
    private const string TenantPrefix = "tenant/";
    private const string TaskPart = "/task/";
    private const string TemplatePart = "/template/";
    private const string FilePart = "/file/";
    private const string LabelPart = "/label/";

    /// <summary>What releases' ids begin with.</summary>
    public const string ReleasePrefix = "rel_";

    // These two are looked at in every call.
    private static readonly SearchValues<char> TenantCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");

    private static readonly SearchValues<char> AgentCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_-");

    /// <summary>The key of the tenant's own grains: <c>tenant/{tenant}</c>.</summary>
    /// <exception cref="ArgumentException">The tenant id is not one.</exception>
    public static string Tenant(string tenantId) =>
        IsTenantId(tenantId) ? TenantPrefix + tenantId : throw new ArgumentException("Not a tenant id.", nameof(tenantId));

    /// <summary>The key of an agent: <c>{tenant}/{agent}</c>.</summary>
    /// <exception cref="ArgumentException">One of the ids is not one.</exception>
    public static string Agent(string tenantId, string agentId) =>
        !IsTenantId(tenantId) ? throw new ArgumentException("Not a tenant id.", nameof(tenantId))
        : !IsAgentId(agentId) ? throw new ArgumentException("Not an agent id.", nameof(agentId))
        : $"{tenantId}/{agentId}";

    /// <summary>The key of a task: <c>{tenant}/task/{task}</c>.</summary>
    /// <exception cref="ArgumentException">One of the ids is not one.</exception>
    public static string Task(string tenantId, string taskId) =>
        !IsTenantId(tenantId) ? throw new ArgumentException("Not a tenant id.", nameof(tenantId))
        : !IsTaskId(taskId) ? throw new ArgumentException("Not a task id.", nameof(taskId))
        : $"{tenantId}{TaskPart}{taskId}";

    /// <summary>The key of a template as a tenant sees it: <c>{tenant}/template/{template}</c>.</summary>
    /// <exception cref="ArgumentException">One of the ids is not one.</exception>
    public static string Template(string tenantId, string templateId) =>
        !IsTenantId(tenantId) ? throw new ArgumentException("Not a tenant id.", nameof(tenantId))
        : !IsTemplateId(templateId) ? throw new ArgumentException("Not a template id.", nameof(templateId))
        : $"{tenantId}{TemplatePart}{templateId}";

    /// <summary>The key of a file: <c>{tenant}/file/{file}</c>.</summary>
    /// <exception cref="ArgumentException">One of the ids is not one.</exception>
    public static string File(string tenantId, string fileId) =>
        !IsTenantId(tenantId) ? throw new ArgumentException("Not a tenant id.", nameof(tenantId))
        : !IsFileId(fileId) ? throw new ArgumentException("Not a file id.", nameof(fileId))
        : $"{tenantId}{FilePart}{fileId}";

    /// <summary>The key of a label: <c>{tenant}/label/{label}</c>.</summary>
    /// <exception cref="ArgumentException">One of them is not one.</exception>
    public static string Label(string tenantId, string label) =>
        !IsTenantId(tenantId) ? throw new ArgumentException("Not a tenant id.", nameof(tenantId))
        : !LabelName.IsOfTenant(label) ? throw new ArgumentException("Not a label.", nameof(label))
        : $"{tenantId}{LabelPart}{label}";

    /// <summary>Reads the tenant out of a key made by <see cref="Tenant"/>.</summary>
    public static bool TryReadTenant(string key, [NotNullWhen(true)] out string? tenantId)
    {
        tenantId = key.StartsWith(TenantPrefix, StringComparison.Ordinal) ? key[TenantPrefix.Length..] : null;
        if (tenantId is not null && IsTenantId(tenantId)) return true;
        tenantId = null;
        return false;
    }

    /// <summary>Reads tenant and agent out of a key made by <see cref="Agent"/>.</summary>
    public static bool TryReadAgent(
        string key, [NotNullWhen(true)] out string? tenantId, [NotNullWhen(true)] out string? agentId)
    {
        (tenantId, agentId) = (null, null);
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0) return false;
        var (tenant, agent) = (key[..slash], key[(slash + 1)..]);
        if (!IsTenantId(tenant) || !IsAgentId(agent)) return false;
        (tenantId, agentId) = (tenant, agent);
        return true;
    }

    /// <summary>Reads tenant and task out of a key made by <see cref="Task"/>.</summary>
    public static bool TryReadTask(
        string key, [NotNullWhen(true)] out string? tenantId, [NotNullWhen(true)] out string? taskId)
    {
        (tenantId, taskId) = (null, null);
        var part = key.IndexOf(TaskPart, StringComparison.Ordinal);
        if (part < 0 || !IsTenantId(key[..part]) || !IsTaskId(key[(part + TaskPart.Length)..])) return false;
        (tenantId, taskId) = (key[..part], key[(part + TaskPart.Length)..]);
        return true;
    }

    /// <summary>Reads tenant and template out of a key made by <see cref="Template"/>.</summary>
    public static bool TryReadTemplate(
        string key, [NotNullWhen(true)] out string? tenantId, [NotNullWhen(true)] out string? templateId)
    {
        (tenantId, templateId) = (null, null);
        var part = key.IndexOf(TemplatePart, StringComparison.Ordinal);
        if (part < 0 || !IsTenantId(key[..part]) || !IsTemplateId(key[(part + TemplatePart.Length)..])) return false;
        (tenantId, templateId) = (key[..part], key[(part + TemplatePart.Length)..]);
        return true;
    }

    /// <summary>Reads tenant and file out of a key made by <see cref="File"/>.</summary>
    public static bool TryReadFile(
        string key, [NotNullWhen(true)] out string? tenantId, [NotNullWhen(true)] out string? fileId)
    {
        (tenantId, fileId) = (null, null);
        var part = key.IndexOf(FilePart, StringComparison.Ordinal);
        if (part < 0 || !IsTenantId(key[..part]) || !IsFileId(key[(part + FilePart.Length)..])) return false;
        (tenantId, fileId) = (key[..part], key[(part + FilePart.Length)..]);
        return true;
    }

    /// <summary>Reads tenant and label out of a key made by <see cref="Label"/>.</summary>
    public static bool TryReadLabel(
        string key, [NotNullWhen(true)] out string? tenantId, [NotNullWhen(true)] out string? label)
    {
        (tenantId, label) = (null, null);
        var part = key.IndexOf(LabelPart, StringComparison.Ordinal);
        if (part < 0 || !IsTenantId(key[..part]) || !LabelName.IsOfTenant(key[(part + LabelPart.Length)..])) return false;
        (tenantId, label) = (key[..part], key[(part + LabelPart.Length)..]);
        return true;
    }

    /// <summary>Reads whose grain a key names, whichever kind of key it is.</summary>
    public static bool TryReadOwner(string key, [NotNullWhen(true)] out string? tenantId) =>
        TryReadTenant(key, out tenantId) || TryReadAgent(key, out tenantId, out _) || TryReadTask(key, out tenantId, out _)
        || TryReadTemplate(key, out tenantId, out _) || TryReadFile(key, out tenantId, out _)
        || TryReadLabel(key, out tenantId, out _);

    /// <summary>Tells whether a text is a tenant id: 1 to 64 letters, digits, '_' and '-'.</summary>
    public static bool IsTenantId([NotNullWhen(true)] string? text) =>
        text is { Length: > 0 and <= MaxTenantCharacters } && !text.AsSpan().ContainsAnyExcept(TenantCharacters);

    /// <summary>Tells whether a text is an agent id: a slug of 1 to 63 lower-case letters, digits, '_' and '-'.</summary>
    public static bool IsAgentId([NotNullWhen(true)] string? text) =>
        text is { Length: > 0 and <= MaxAgentCharacters } && text[0] is not ('-' or '_')
        && !text.AsSpan().ContainsAnyExcept(AgentCharacters);

    /// <summary>Tells whether a text is a task id: 32 hexadecimal digits.</summary>
    public static bool IsTaskId([NotNullWhen(true)] string? text) => text is not null && TaskIdPattern().IsMatch(text);

    /// <summary>Tells whether a text is a template id: a slug, which in the system's own may hold '_'.</summary>
    public static bool IsTemplateId([NotNullWhen(true)] string? text) => text is not null && TemplateIdPattern().IsMatch(text);

    /// <summary>Tells whether a tenant's own template may have this id: a slug without '_'.</summary>
    public static bool IsTenantTemplateId([NotNullWhen(true)] string? text) =>
        IsTemplateId(text) && TemplateScope.Of(text) == TemplateScope.Tenant;

    /// <summary>Tells whether a text is a file id: <c>sha256-</c> and 64 hexadecimal digits.</summary>
    public static bool IsFileId([NotNullWhen(true)] string? text) => text is not null && FileIdPattern().IsMatch(text);

    /// <summary>Tells whether a text names bytes of the blob store: 32 hexadecimal digits.</summary>
    public static bool IsBlob([NotNullWhen(true)] string? text) => IsTaskId(text);

    /// <summary>Tells whether a text is an API key's id: 16 hexadecimal digits.</summary>
    public static bool IsApiKeyId([NotNullWhen(true)] string? text) => text is not null && ApiKeyIdPattern().IsMatch(text);

    /// <summary>Tells whether a text is a webhook's id: 16 hexadecimal digits.</summary>
    public static bool IsWebhookId([NotNullWhen(true)] string? text) => IsApiKeyId(text);

    /// <summary>Tells whether a text is a release's id: <c>rel_</c> and 32 hexadecimal digits.</summary>
    public static bool IsReleaseId([NotNullWhen(true)] string? text) =>
        text is not null && text.StartsWith(ReleasePrefix, StringComparison.Ordinal) && IsTaskId(text[ReleasePrefix.Length..]);

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9_-]{0,62}\z", RegexOptions.CultureInvariant)]
    private static partial Regex TemplateIdPattern();

    [GeneratedRegex(@"\A[0-9a-f]{16}\z", RegexOptions.CultureInvariant)]
    private static partial Regex ApiKeyIdPattern();

    [GeneratedRegex(@"\Asha256-[0-9a-f]{64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex FileIdPattern();

    [GeneratedRegex(@"\A[0-9a-f]{32}\z", RegexOptions.CultureInvariant)]
    private static partial Regex TaskIdPattern();
}
