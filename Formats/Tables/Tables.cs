namespace AgentManagement.Formats;

/// <summary>The formats that are tables, and what their tables share.</summary>
internal static class Tables
{
    /// <summary>In the order in which they are asked whether they recognize a file: those that say what they are first.</summary>
    public static ImmutableArray<TableFormat> All =>
        [
            KagentTable.Format, DifyTable.Format, Microsoft365Table.Format, LobeChatTable.Format, LettaTable.Format, CagentTable.Format,
            CrewAiTable.Format, McpTable.Format, AgentCardTable.Format, OpenAiTable.Format, MarkdownTables.Claude, MarkdownTables.Copilot,
        ];

    /// <summary>
    /// A model as one text: <c>id</c> of the provider that is meant, or <c>provider/id</c>; several are the first and those to fall back
    /// to.
    /// </summary>
    internal static Codec Model(
        string provider, bool inherits = false, Func<string, (string Provider, string Id)?>? read = null) => Codec.Of(
        node =>
        {
            if (node.AsText() is { } text) return ReadModel(text, provider, inherits, read);
            if (node is not JsonArray { Count: > 0 and <= 9 } several) return null;
            var models = several.Select(each => each.AsText() is { } one ? ReadModel(one, provider, false, read) : null).ToList();
            if (models.Contains(null)) return null;
            if (models.Count > 1) models[0]!["fallbacks"] = models.Skip(1).ToArray();
            return models[0];
        },
        node =>
        {
            var first = WriteModel(node, provider, inherits);
            if (node["fallbacks"] is not JsonArray { Count: > 0 } fallbacks || first is null) return first;
            return new[] { first }.Concat(fallbacks.Select(each => WriteModel(each!, provider, false))).ToArray();
        });

    internal static JsonObject? ReadModel(string text, string provider, bool inherits, Func<string, (string Provider, string Id)?>? read)
    {
        text = text.Trim();
        if (inherits && text == "inherit") return new() { ["inherit"] = true };
        var slash = text.IndexOf('/');
        var (named, id) = read?.Invoke(text) ?? (slash > 0 ? (text[..slash], text[(slash + 1)..]) : (provider, text));
        return Codecs.Provider.In(named, new()) is null || Codecs.ModelId.In(id, new()) is null
            ? null
            : new() { ["provider"] = named, ["id"] = id };
    }

    internal static JsonNode? WriteModel(JsonNode model, string provider, bool inherits)
    {
        if (inherits && model["inherit"] is { } inherit && inherit.IsBool() && inherit.GetValue<bool>()) return "inherit";
        if (model["id"].AsText() is not { } id) return null;
        var named = model["provider"].AsText() ?? provider;
        return named == provider && !id.Contains('/') && id != "inherit" ? id : $"{named}/{id}";
    }

    /// <summary>
    /// Names of tools, in a list or with commas between them. What stands in brackets behind one, what it may be used for, is its setting
    /// <c>allow</c>.
    /// </summary>
    internal static readonly Codec ToolNames = new(
        (node, context) =>
        {
            var names = node.AsText() is { } text ? SplitNames(text).Select(each => (Name: (string?)each, Node: node))
                : node is JsonArray items ? items.Select(item => (Name: item.AsText(), Node: item ?? node)) : null;
            if (names is null) return null;
            var tools = new Dictionary<string, JsonObject>(StringComparer.Ordinal);
            var all = names.ToList();
            foreach (var (name, item) in all)
            {
                var (id, allowed) = SplitName(name?.Trim() ?? "");
                if (!Codecs.IsToolId(id))
                {
                    context.Reasons[item] = "not the name of a tool";
                    continue;
                }
                if (!tools.TryGetValue(id, out var tool)) tools[id] = tool = new() { ["id"] = id };
                if (allowed is null) continue;
                if (tool["config"] is null) tool["config"] = new JsonObject { ["allow"] = new JsonArray() };
                tool["config"]!["allow"]!.AsArray().Add(allowed);
            }
            return tools.Count > 128 || (tools.Count == 0 && (all.Count > 0 || node is not JsonArray)) ? null
                : tools.Values.Select(tool => (JsonNode)tool).ToArray();
        },
        (node, _) => node.AsArray().OfType<JsonObject>().Where(IsOn).SelectMany(tool =>
            tool["config"]?["allow"] is JsonArray { Count: > 0 } allowed && Codecs.AreTexts(allowed, 1_000, 0, 10_000, false)
                ? allowed.Select(each => $"{tool["id"].AsText()}({each.AsText()})")
                : [tool["id"].AsText()!]).ToArray());

    internal static (string Id, string? Allowed) SplitName(string name)
    {
        var bracket = name.IndexOf('(');
        return bracket > 0 && name.EndsWith(')') ? (name[..bracket], name[(bracket + 1)..^1]) : (name, null);
    }

    internal static IEnumerable<string> SplitNames(string text)
    {
        var (start, depth) = (0, 0);
        for (var index = 0; index <= text.Length; index++)
        {
            if (index == text.Length || (text[index] == ',' && depth == 0))
            {
                if (!string.IsNullOrWhiteSpace(text[start..index])) yield return text[start..index];
                start = index + 1;
            }
            else if (text[index] == '(') depth++;
            else if (text[index] == ')') depth--;
        }
    }

    /// <summary>Whether a tool or a server is not switched off: one that is, is not written where that cannot be said.</summary>
    internal static bool IsOn(JsonObject item) => item["enabled"] is not { } enabled || !enabled.IsBool() || enabled.GetValue<bool>();

    internal static bool IsTrue(JsonObject agent, Place place) => place.Find(agent) is { } node && node.IsBool() && node.GetValue<bool>();

    internal static bool Has(JsonObject agent, Place place) => place.Find(agent) is not null;

    /// <summary>Whether a content names a model: a provider alone is none.</summary>
    internal static bool HasModel(JsonObject content) => Has(content, "config/model/id");

    internal static bool IsType(JsonObject item, params string[] types) => item["type"].AsText() is { } type && types.Contains(type);

    internal static readonly Codec ServerName = Codec.Same(node =>
        node.AsText() is { } text && text == text.Trim() && Codecs.OneLine(128).In(node, new()) is not null);

    /// <summary>A reference to a credential, as a text.</summary>
    internal static readonly Codec Secret = Codec.Same(node => node.AsText() is { } text && text.Length <= 512
        && text.StartsWith("secret://", StringComparison.Ordinal) && text.Length > 9 && !text.Any(char.IsWhiteSpace));

    /// <summary>Seconds; from 1,000 on, the source means milliseconds.</summary>
    internal static readonly Codec Timeout = Codec.Of(
        node => Codecs.Integer(1, 3_600_000).In(node, new()) is { } figure && decimal.Parse(figure.ToJsonString(),
            System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture) is var number
            && (number < 1_000 || number % 1_000 == 0) ? JsonValue.Create((int)(number < 1_000 ? number : number / 1_000)) : null,
        node => decimal.Parse(node.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture) * 1_000 is var number
            ? JsonValue.Create((int)number)
            : null);

    /// <summary>The servers of a Model Context Protocol client's settings.</summary>
    internal static ItemList Servers(params Place[] places) => new([.. places],
        [new(ItemTarget.Servers, item => !item.ContainsKey(Slot.Text), server => server["registry"] is null,
            new Row(Slot.Name, "name", ServerName),
            new Row("url", "url", Codecs.Url, "serverUrl", "httpUrl"),
            new Row("type", "transport", Codecs.Words(
                ("stdio", "stdio"), ("http", "http"), ("sse", "sse"), ("streamable-http", "http"), ("streamableHttp", "http"),
                ("streamable_http", "http"), ("local", "stdio")), "transport"),
            new Row("command", "command", Codecs.Text(1_024, least: 1)),
            new Row("args", "args", Codecs.Arguments()),
            new Row("env", "env", Codecs.Environment),
            new Row("cwd", "cwd", Codecs.Text(1_024, least: 1)),
            new Row("headers", "headers", Codecs.Headers),
            new Row("timeout", "timeoutSeconds", Timeout),
            new Row("enabled", new SourcePlace("disabled", Codecs.Not), new SourcePlace("enabled", Codecs.Bool)),
            new Row("description", "description", Codecs.Description),
            new Row("tools", "allowedTools", Codecs.List(200, 128), "allowedTools", "includeTools"))
        { Check = CheckServer }])
    { IsByName = true };

    private static readonly string[] Ways = ["url", "command", "registry"];

    /// <summary>Why a server is none that a configuration can hold.</summary>
    internal static string? CheckServer(JsonObject server)
    {
        var ways = Ways.Count(server.ContainsKey);
        if (ways != 1) return ways == 0 ? "has no address and no command that fits" : "has an address and a command";
        return server["registry"] is null && server["transport"].AsText() is { } transport
            && (transport == "stdio") != server.ContainsKey("command") ? "its transport is another one" : null;
    }

    internal static bool IsDelegate(JsonObject handoff) => handoff["mode"].AsText() == "delegate" && handoff["agentId"] is not null;

    internal static bool IsTransfer(JsonObject handoff) => handoff["mode"].AsText() != "delegate" && handoff["agentId"] is not null;

    /// <summary>Names of agents that may be asked, or that may take over.</summary>
    internal static ItemVariant AgentNames(Place name, string? mode, params Mapping[] more) => new(
        ItemTarget.Handoffs, item => name.Find(item).AsText() is { } text && text != "*" && !string.IsNullOrWhiteSpace(text),
        mode == "delegate" ? IsDelegate : IsTransfer,
        [
            new Row(name, "agentId", Codecs.AgentReference),
            .. mode is null ? Array.Empty<Mapping>() : [new Says("mode", () => mode)],
            .. more,
        ]);
}
