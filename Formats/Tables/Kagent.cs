using static AgentManagement.Formats.Tables;

namespace AgentManagement.Formats;

/// <summary>Agents of kagent, resources of Kubernetes; with the model's resource that stands beside one in its file.</summary>
internal static class KagentTable
{
    private const string ApiVersion = "kagent.dev/v1alpha2";

    public static TableFormat Format { get; } = new("kagent", "kagent: resources of Kubernetes")
    {
        OnlySyntax = Syntax.Yaml,
        WrittenAs = Syntax.Yaml,
        IsLike = text => text.Documents.Any(document => IsKind(document.Node, "Agent")),
        Agents = AgentsOf,
        OldId = (document, _) => document.TextAt("agent/metadata/name"),
        FileName = context => $"{context.AgentId}.yaml",
        Wrap = (document, _) => new[] { document["agent"], document["model"] }.OfType<JsonObject>()
            .Select(each => (JsonNode)Contents.InOrder(each, ["apiVersion", "kind", "metadata", "spec"])).ToArray(),
        Dialects =
        [
            new("v1alpha2", document => ((Place)"agent/spec/systemMessage").Find(document) is null,
                Rows("agent/spec/declarative/")),
            new("v1alpha1", document => ((Place)"agent/spec/systemMessage").Find(document) is not null,
                Rows("agent/spec/")),
        ],
    };

    private static ImmutableArray<Mapping> Rows(string spec) =>
    [
        new Constant("agent/apiVersion", ApiVersion),
        new Constant("agent/kind", "Agent"),
        new OwnId("agent/metadata/name"),
        new Row("agent/spec/description", "description", Codecs.Description),
        new Row($"{spec}systemMessage", "config/instructions/template", Codecs.Instructions),
        new Row($"{spec}stream", "config/model/params/stream", Codecs.Bool),
        new Row("model/spec/model", "config/model/id", Codecs.ModelId),
        new Row("model/spec/provider", "config/model/provider", Codecs.Provider) { If = HasModel },
        new ItemList([$"{spec}tools"],
        [
            new(ItemTarget.Servers, item => IsType(item, "McpServer"), server => IsOn(server) && server.ContainsKey("registry"),
                new Constant("type", "McpServer"),
                new Row("mcpServer/name", "registry", ServerName),
                new Row("mcpServer/toolNames", "allowedTools", Codecs.List(200, 128)),
                // Its name among the agent's servers is the one that the cluster has.
                new Step(import: scope => scope.Content["name"] = scope.Content["registry"]?.DeepClone())),
            AgentNames("agent/name", "delegate", new Constant("type", "Agent")),
        ]),
        new Step(export: Finish),
    ];

    private static void Finish(MappingScope scope)
    {
        if (scope.Rest["model"] is not JsonObject model) return;
        model.TryAdd("apiVersion", ApiVersion);
        model.TryAdd("kind", "ModelConfig");
        if (model["metadata"] is null) model["metadata"] = new JsonObject { ["name"] = $"{scope.Context.AgentId}-model" };
        var declarative = (Place)"agent/spec/declarative";
        if (scope.Context.IsOwn || declarative.Find(scope.Rest) is not JsonObject) return;
        ((Place)"agent/spec/declarative/modelConfig").Set(scope.Rest, model["metadata"]!["name"]?.DeepClone());
        ((Place)"agent/spec/type").Set(scope.Rest, "Declarative");
    }

    private static bool IsKind(JsonNode? node, string kind) => node is JsonObject members && members["kind"].AsText() == kind
        && members["apiVersion"].AsText()?.StartsWith("kagent.dev/", StringComparison.Ordinal) == true;

    private static IEnumerable<SourceAgent> AgentsOf(SourceText text)
    {
        var models = text.Documents.Select(document => document.Node).Where(node => IsKind(node, "ModelConfig")).OfType<JsonObject>()
            .ToLookup(node => node.TextAt("metadata/name") ?? "", StringComparer.Ordinal);
        foreach (var document in text.Documents.Where(document => IsKind(document.Node, "Agent")))
        {
            var agent = document.Node.DeepClone().AsObject();
            if (agent.TextAt("metadata/name") is null)
            {
                throw new SourceException("The resource has no name.", document.Line, "/metadata/name");
            }
            var named = agent.TextAt("spec/declarative/modelConfig") ?? agent.TextAt("spec/modelConfig");
            var whole = new JsonObject { ["agent"] = agent };
            if (named is not null && models[named].FirstOrDefault() is { } model) whole["model"] = model.DeepClone();
            yield return new(whole, document.Line, "");
        }
    }
}
