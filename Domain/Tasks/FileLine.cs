using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using AgentManagement.Domain.Json;
using AgentManagement.Files;
using AgentManagement.Json;
using AgentManagement.Keys;
using AgentManagement.Outcomes;
using AgentManagement.Tasks;

namespace AgentManagement.Domain.Tasks;

/// <summary>A line of an export that is a file, on its way back in.</summary>
/// <param name="Id">The file.</param>
/// <param name="Name">What it is called.</param>
/// <param name="MediaType">Its type.</param>
/// <param name="Content">Its bytes; null where the export left them out.</param>
public sealed partial record FileLine(string Id, string Name, string MediaType, byte[]? Content)
{
    /// <summary>Whether a line is a file's: its first member says so.</summary>
    public static bool IsOne(string text) => Start().IsMatch(text);

    /// <summary>Reads a line; an issue where it cannot be a file.</summary>
    public static (FileLine? Line, Issue? Issue) Read(string text)
    {
        if (UploadedLines.CheckLine(text) is { } tooLarge) return (null, tooLarge);
        if (!StrictJson.TryParse(Encoding.UTF8.GetBytes(text), out var json, out var issue)) return (null, issue);
        var line = StrictJson.Parse(json);
        JsonElement? file = line.GetProperty("file");
        if (file.Text("id") is not { } id || !GrainKeys.IsFileId(id))
        {
            return (null, Issue.Error("invalid_id", "/file/id", "Must be the id of a file."));
        }
        byte[]? content = null;
        if (line.Member("content") is { ValueKind: not JsonValueKind.Null } given)
        {
            // Whoever changed the bytes, or the id, has another file.
            var isOf = given.ValueKind == JsonValueKind.String && given.TryGetBytesFromBase64(out content)
                && FileId.Of(System.Security.Cryptography.SHA256.HashData(content)) == id;
            if (!isOf) return (null, Issue.Error("digest_mismatch", "/content", "Must be the bytes of the file's id, in base64."));
        }
        return (new(id, file.Text("name") ?? "", file.Text("mediaType")?.ToLowerInvariant() ?? "", content), null);
    }

    [GeneratedRegex("""^\uFEFF?\s*\{\s*"file"\s*:""", RegexOptions.CultureInvariant)]
    private static partial Regex Start();
}
