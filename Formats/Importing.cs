namespace AgentManagement.Formats;

/// <summary>Which ids the agents of an import have.</summary>
internal sealed class Identities
{
    private readonly HashSet<string> taken = new(StringComparer.Ordinal);

    // Many may have the same: none begins to count anew.
    private readonly Dictionary<string, int> next = new(StringComparer.Ordinal);

    /// <summary>New ids by old ones; the first of several that have the same.</summary>
    public Dictionary<string, string> ByOldId { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether no agent has the id.</summary>
    public bool IsFree(string id) => !taken.Contains(id);

    /// <summary>An id for an agent: its old one as a slug, with a number when another agent has that.</summary>
    public string Add(string oldId)
    {
        var slug = Slugs.Of(oldId);
        var id = slug;
        var number = next.GetValueOrDefault(slug, 2);
        for (; !taken.Add(id); number++) id = Slugs.Numbered(slug, number);
        next[slug] = number;
        ByOldId.TryAdd(oldId, id);
        return id;
    }
}

/// <summary>A file on its way in: read and told apart first, mapped when the ids of all are known.</summary>
internal sealed class ImportedFile
{
    private const int MaxMetadataBytes = 256 * 1024;

    // What a file says of all of its agents is with each of them.
    private const long MaxBytesOfAgents = 4 * SourceText.MaxBytes;

    private readonly ImportSource source;
    private readonly AgentFormat? format;
    private readonly List<(SourceAgent Agent, CredentialPlaces Credentials)> agents = [];
    private readonly List<(string Id, string OldId)> ids = [];
    private readonly List<ImportError> errors = [];
    private readonly List<RenamedThing> renamed = [];

    public ImportedFile(ImportSource source, AgentFormat? given)
    {
        (this.source, format) = (source, given);
        try
        {
            (var text, format) = AgentFormats.Read(source, given);
            if (format is null)
            {
                Refuse(null, null, "No format is recognized: name one.");
                return;
            }
            foreach (var (line, message) in text!.Errors) Refuse(line, null, message);
            var bytes = 0L;
            foreach (var agent in format.Split(text))
            {
                bytes += Nodes.BytesOf(agent.Document);
                if (bytes > MaxBytesOfAgents) throw new SourceException("With what they share, the agents of the file are too large.");
                Read(agent);
            }
            if (agents.Count == 0 && errors.Count == 0) Refuse(null, null, $"There is no agent of the format {format.Name} in it.");
        }
        catch (SourceException exception)
        {
            Refuse(exception.Line, exception.Pointer, exception.Message);
        }
    }

    public void Identify(Identities identities)
    {
        var read = agents.ToList();
        agents.Clear();
        foreach (var each in read)
        {
            var agent = each.Agent;
            var oldId = format!.OldIdOf(agent.Document, source.Path) ?? "agent";
            // Two lines of the service's own are not two agents with the same name: one of them is wrong.
            if (format == NdJsonFormat.Instance && agent.Document["id"].AsText() == oldId && !identities.IsFree(oldId))
            {
                Refuse(agent.Line, $"{agent.Pointer}/id", "The id comes twice.");
                continue;
            }
            agents.Add(each);
            var id = identities.Add(oldId);
            ids.Add((id, oldId));
            if (id != oldId) renamed.Add(new("agent", oldId, id));
        }
    }

    public ImportResult Finish(Identities identities)
    {
        var contents = ImmutableArray.CreateBuilder<JsonObject>();
        var mapped = ImmutableArray.CreateBuilder<MappedPlace>();
        var unmapped = ImmutableArray.CreateBuilder<UnmappedPlace>();
        foreach (var ((agent, credentials), (id, oldId)) in agents.Zip(ids))
        {
            var context = new MappingContext { AgentId = id, OldId = oldId, Ids = identities.ByOldId };
            var made = format!.Map(agent.Document, context);
            var content = Contents.Complete(made, format, context, credentials.References);
            if (content["metadata"] is { } metadata && Nodes.BytesOf(metadata) > MaxMetadataBytes)
            {
                Refuse(
                    agent.Line, agent.Pointer,
                    $"What is to be kept beside the configuration has more than {MaxMetadataBytes / 1024} kB.");
                continue;
            }
            contents.Add(content);
            mapped.AddRange(context.Mapped.Select(each => new MappedPlace(id, agent.Pointer + each.From, each.To)));
            unmapped.AddRange(Contents.Unmapped(made.Rest, context)
                .Select(each => new UnmappedPlace(id, agent.Pointer + each.Pointer, each.Reason)));
            renamed.AddRange(credentials.Renamed.Select(each =>
                new RenamedThing("credential", agent.Pointer + each.Pointer, each.Reference)));
            renamed.AddRange(context.References.Select(each => new RenamedThing("handoff", each.Key, each.Value)));
        }
        return new(
            contents.ToImmutable(),
            new(source.Path, format?.Name, mapped.ToImmutable(), [.. renamed], unmapped.ToImmutable(), [.. errors]));
    }

    private void Read(SourceAgent agent)
    {
        try
        {
            format!.Complete(agent, source, renamed);
            var credentials = CredentialPlaces.Hide(agent.Document);
            foreach (var pointer in credentials.Errors)
            {
                Refuse(
                    agent.Line, agent.Pointer + pointer,
                    "It looks like a credential. Keep it in the vault and name it here: secret://name.");
            }
            if (credentials.Errors.Count == 0) agents.Add((agent, credentials));
        }
        catch (SourceException exception)
        {
            Refuse(exception.Line ?? agent.Line, exception.Pointer is { } pointer ? agent.Pointer + pointer : null, exception.Message);
        }
    }

    private void Refuse(int? line, string? pointer, string message) => errors.Add(new(source.Path, line, pointer, message));
}

/// <summary>What contents of all formats have in common.</summary>
internal static class Contents
{
    private static readonly string[] Order =
        ["id", "name", "description", "type", "config", "tags", "icon", "category", "author", "licence", "homepage", "metadata"];

    private static readonly string[] ConfigOrder =
        ["schemaVersion", "model", "instructions", "tools", "mcpServers", "knowledge", "examples", "starters", "capabilities", "voice",
            "speech", "memory", "guardrails", "limits", "output", "handoffs"];

    /// <summary>The content, with what must be there, and with what the source has beyond it.</summary>
    public static JsonObject Complete(
        MappedContent mapped, AgentFormat format, MappingContext context, IReadOnlyDictionary<string, string> references)
    {
        var content = mapped.Content;
        content["id"] = context.AgentId;
        var added = new JsonObject();
        if (content["config"] is not JsonObject config)
        {
            // Something else is there in a line of the service's own: that is for the service to say.
            if (content["config"] is not null) return content;
            content["config"] = config = [];
        }
        if (content["name"] is null) Add("name", Name(context.OldId));
        if (content["type"] is null) Add("type", "conversational");
        if (config["model"] is JsonObject model && model["inherit"] is null)
        {
            if (model["id"] is null) Add("config/model/inherit", true);
            else if (model["provider"] is null) Add("config/model/provider", (format as TableFormat)?.DefaultProvider ?? "openai");
        }
        if (config["instructions"] is JsonObject instructions && instructions["template"] is null) Add("config/instructions/template", "");

        // The service's own lines may have all this from an earlier import.
        var metadata = content["metadata"] as JsonObject ?? [];
        var isOwn = format == NdJsonFormat.Instance;
        var source = metadata["source"] as JsonObject ?? (isOwn ? [] : new() { ["format"] = format.Name });
        if (isOwn && context.OldId == context.AgentId && added.Count + references.Count + mapped.Rest.Count == 0) return content;
        if (context.OldId != context.AgentId) source["id"] = context.OldId;
        if (mapped.Dialect is { } dialect) source["dialect"] = dialect;
        if (added.Count > 0) source["added"] = added;
        if (references.Count > 0)
        {
            source["placeholders"] = (source["placeholders"] as JsonArray ?? []).Select(each => each?.DeepClone())
                .Concat(references.OrderBy(each => each.Key, StringComparer.Ordinal)
                    .Select(each => new JsonObject { ["ref"] = each.Key, ["text"] = each.Value })).ToArray();
        }
        if (context.Renamed.Count > 0)
        {
            source["renamed"] = new JsonObject(context.Renamed.Select(each => KeyValuePair.Create(each.Key, (JsonNode?)each.Value)));
        }
        if (mapped.Rest.Count > 0) source[format.Name] = mapped.Rest;
        metadata["source"] = source.DeepClone();
        content["metadata"] = metadata.DeepClone();
        content["config"] = InOrder(config, ConfigOrder);
        return InOrder(content, Order);

        void Add(string path, JsonNode value)
        {
            ((Place)path).Set(content, value);
            added[path] = value.DeepClone();
        }
    }

    /// <summary>What of the rest has no place in the content.</summary>
    public static IEnumerable<(string Pointer, string Reason)> Unmapped(JsonObject rest, MappingContext context) =>
        rest.SelectMany(member => Unmapped(member.Value, Pointers.Append("", member.Key), context));

    public static JsonObject InOrder(JsonObject members, IReadOnlyList<string> order)
    {
        var ordered = new JsonObject();
        foreach (var name in order.Where(members.ContainsKey)) ordered[name] = members[name]?.DeepClone();
        foreach (var (name, value) in members.Where(member => !ordered.ContainsKey(member.Key))) ordered[name] = value?.DeepClone();
        return ordered;
    }

    private static IEnumerable<(string Pointer, string Reason)> Unmapped(JsonNode? node, string pointer, MappingContext context)
    {
        if (node is null) return [];
        if (context.Reasons.TryGetValue(node, out var reason)) return [(pointer, reason)];
        if (context.Originals.Contains(node))
        {
            // Taken, but for what was told of.
            return node is JsonArray all
                ? all.SelectMany((item, index) => item is not null && context.Reasons.TryGetValue(item, out var why)
                    ? [($"{pointer}/{index}", why)]
                    : Enumerable.Empty<(string, string)>())
                : [];
        }
        return node switch
        {
            JsonObject { Count: > 0 } members => members
                .Where(member => member.Key is not (Slot.Item or Slot.Variant or Slot.Text))
                .SelectMany(member => Unmapped(member.Value, Pointers.Append(pointer, member.Key), context)),
            // The items of a list that was looked into have the places that they had.
            JsonArray items when items.Any(item => item is JsonObject members && members.ContainsKey(Slot.Item)) || items.Any(HasReason) =>
                items.SelectMany((item, index) => Unmapped(item, $"{pointer}/{index}", context)),
            _ => [(pointer, "nothing here is like it")],
        };

        bool HasReason(JsonNode? item) => item is not null && (context.Reasons.ContainsKey(item) || context.Originals.Contains(item));
    }

    private static string Name(string oldId)
    {
        var name = string.Concat(oldId.Where(letter => !char.IsControl(letter) && letter is not ('\u2028' or '\u2029'))).Trim();
        return name.Length == 0 ? "Agent" : Nodes.LengthOf(name) <= 200 ? name : Slugs.Of(name);
    }
}
