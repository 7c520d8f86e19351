using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using AgentManagement.Domain.Json;
using AgentManagement.Json;
using AgentManagement.Templates;

namespace AgentManagement.Domain.Templates;

/// <summary>
/// The templates that every tenant has. Each version is a file, <c>System/{id}.{version}.json</c>, that is never edited once it
/// is released, since agents were made from it.
/// </summary>
public sealed partial class SystemTemplates
{
    private const string Author = "system";

    private readonly ImmutableSortedDictionary<string, ImmutableArray<Template>> _versions;

    public SystemTemplates() => _versions = typeof(SystemTemplates).Assembly.GetManifestResourceNames()
        .Select(name => FileName().Match(name)).Where(match => match.Success)
        .Select(match => Read(match.Value, match.Groups[1].Value, int.Parse(match.Groups[2].Value)))
        .GroupBy(template => template.Id)
        .ToImmutableSortedDictionary(
            group => group.Key, group => group.OrderBy(template => template.Version).ToImmutableArray(), StringComparer.Ordinal);

    /// <summary>The newest version of each.</summary>
    public IEnumerable<Template> All => _versions.Values.Select(versions => versions[^1]);

    /// <summary>All versions of a template, oldest first; empty when there is no such template.</summary>
    public ImmutableArray<Template> VersionsOf(string templateId) => _versions.GetValueOrDefault(templateId, []);

    private static Template Read(string resource, string id, int version)
    {
        using var stream = typeof(SystemTemplates).Assembly.GetManifestResourceStream(resource)!;
        using var reader = new StreamReader(stream);
        if (!StrictJson.TryParse(Encoding.UTF8.GetBytes(reader.ReadToEnd()), out var text, out var issue))
        {
            throw new InvalidDataException($"{resource}: {issue.Message}");
        }
        var file = StrictJson.Parse(text);
        var releasedAt = file.GetProperty("releasedAt").GetDateTimeOffset();
        var content = file.GetProperty("content");
        return new()
        {
            Id = id, Scope = TemplateScope.System, Version = version,
            Name = content.Text("name")!, Description = content.Text("description"), Type = content.Text("type")!,
            Variables = StrictJson.Compact(content.GetProperty("variables")), Config = StrictJson.Compact(content.GetProperty("config")),
            Tags = [.. content.Items("tags").Select(tag => tag.GetString()!)],
            CreatedAt = releasedAt, CreatedBy = Author, UpdatedAt = releasedAt, UpdatedBy = Author,
        };
    }

    [GeneratedRegex(@"\AAgentManagement\.Domain\.Templates\.System\.([a-z_]+)\.([0-9]+)\.json\z", RegexOptions.CultureInvariant)]
    private static partial Regex FileName();
}
