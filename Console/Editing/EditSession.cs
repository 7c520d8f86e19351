using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentManagement.Client;

namespace AgentManagement.WebConsole.Editing;

/// <summary>Somebody's edit of an agent or a template: what was saved, what has become of it here, and what is wrong with that.</summary>
public sealed class EditSession
{
    private JsonObject _saved;

    public EditSession(Agent agent) : this(agent.Version, Document.ContentOf(agent))
    {
    }

    public EditSession(Template template) : this(template.Version, Document.ContentOf(template)) =>
        VariablesPointer = "/variables";

    private EditSession(int version, JsonObject saved)
    {
        (BaseVersion, _saved) = (version, saved);
        Content = Copy(_saved);
    }

    /// <summary>Where the variables are declared that texts may name.</summary>
    public string VariablesPointer { get; } = "/config/instructions/variables";

    /// <summary>The version that the edit is of.</summary>
    public int BaseVersion { get; private set; }

    public JsonObject Content { get; private set; }

    public bool IsDirty => !Document.AreSame(_saved, Content);

    /// <summary>What the service says of the content.</summary>
    public IReadOnlyList<Issue> Issues { get; private set; } = [];

    /// <summary>The content has changed, by whichever field.</summary>
    public event Action? Edited;

    /// <summary>All of it has to be shown anew: as when it was replaced, or the service has found issues.</summary>
    public event Action? Replaced;

    public JsonNode? At(string pointer) => Document.At(Content, pointer);

    public string? Text(string pointer) => At(pointer) switch
    {
        null => null,
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        var other => other.ToJsonString(),
    };

    public void Put(string pointer, JsonNode? value)
    {
        Document.Put(Content, pointer, value);
        Edited?.Invoke();
    }

    /// <summary>Puts a whole content in the place of the edited one.</summary>
    public void Replace(JsonObject content)
    {
        Content = content;
        Replaced?.Invoke();
        Edited?.Invoke();
    }

    /// <summary>What is saved, as it was when the edit began.</summary>
    public JsonObject Saved => _saved;

    public void Discard() => Replace(Copy(_saved));

    /// <summary>Goes on from what is saved now.</summary>
    /// <param name="agent">As it is saved.</param>
    /// <param name="content">The edit of it; null for none.</param>
    public void Rebase(Agent agent, JsonObject? content = null) => Rebase(agent.Version, Document.ContentOf(agent), content);

    /// <summary>Goes on from the template as it is saved now.</summary>
    public void Rebase(Template template) => Rebase(template.Version, Document.ContentOf(template), content: null);

    private void Rebase(int version, JsonObject saved, JsonObject? content)
    {
        (BaseVersion, _saved) = (version, saved);
        Issues = [];
        Replace(content ?? Copy(_saved));
    }

    public void Judge(IReadOnlyList<Issue> issues)
    {
        Issues = issues;
        Replaced?.Invoke();
    }

    public IReadOnlyList<Issue> IssuesAt(string pointer) => Issues.Count == 0
        ? [] : [.. Issues.Where(issue => issue.Pointer == pointer)];

    /// <summary>Whether there is an issue at a place or below it.</summary>
    public bool HasIssuesIn(string pointer) => Issues.Any(issue =>
        issue.Pointer == pointer || issue.Pointer.StartsWith($"{pointer}/", StringComparison.Ordinal));

    /// <summary>The content with the reason for it, as it is sent.</summary>
    public JsonElement ToBody(string? note = null)
    {
        var body = Copy(Content);
        if (!string.IsNullOrWhiteSpace(note)) body["note"] = note.Trim();
        return Document.ToElement(body);
    }

    /// <summary>What survives a reload.</summary>
    public string ToDraft() =>
        new JsonObject { ["version"] = BaseVersion, ["content"] = Copy(Content), ["saved"] = Copy(_saved) }.ToJsonString();

    /// <summary>Takes up what was not saved before a reload.</summary>
    /// <returns>False when it was nothing, or nothing else than is saved.</returns>
    public bool Restore(string? draft)
    {
        if (draft is null || Document.ReadObject(draft, out _) is not { } kept) return false;
        if (kept["content"] is not JsonObject content || kept["saved"] is not JsonObject saved
            || kept["version"] is not { } version) return false;
        (BaseVersion, _saved) = (version.GetValue<int>(), Copy(saved));
        Replace(Copy(content));
        return IsDirty;
    }

    public static string DraftKey(string tenant, string agentId) => $"draft/{tenant}/{agentId}";

    /// <summary>The id of the element that shows a place, by which it is found.</summary>
    public static string ElementOf(string pointer) => $"at{pointer}";

    private static JsonObject Copy(JsonObject content) => content.DeepClone().AsObject();
}
