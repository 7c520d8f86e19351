using static AgentManagement.Formats.Tables;

namespace AgentManagement.Formats;

/// <summary>Agents of CrewAI: members of one file, by their names.</summary>
internal static class CrewAiTable
{
    public static TableFormat Format { get; } = new("crewai", "CrewAI: agents.yaml")
    {
        OnlySyntax = Syntax.Yaml,
        WrittenAs = Syntax.Yaml,
        IsLike = text => text.First is JsonObject members && members.Count > 0 && members.All(member => member.Value is JsonObject agent
            && agent["role"].AsText() is not null && (agent.ContainsKey("goal") || agent.ContainsKey("backstory"))),
        Agents = AgentsOf,
        OldId = (document, _) => document.TextAt(Slot.Key),
        FileName = context => $"{context.AgentId}/agents.yaml",
        Wrap = (document, context) =>
        {
            var agent = document.DeepClone().AsObject();
            agent.Remove(Slot.Key);
            return new JsonObject { [context.OldId] = agent };
        },
        Order = ["role", "goal", "backstory", "llm"],
        Dialects =
        [
            new("crewai", _ => true,
            [
                new Step(import: scope => scope.Rest.Remove(Slot.Key)),
                new Row("role", "name", Codecs.Name),
                new Row("goal", "description", Codecs.Description),
                new Row("backstory", "config/instructions/template", Codecs.Instructions),
                new Row("llm", "config/model", Model("openai")),
                new Row("reasoning_effort", "config/model/params/reasoningEffort", Codecs.Effort),
                new Row("tools", "config/tools", Codecs.ToolIds),
                new Row("max_iter", "config/limits/maxIterations", Codecs.Integer(1, 1_000)),
                new Row("max_execution_time", "config/limits/timeoutSeconds", Codecs.Integer(1, 86_400)),
                new Row("multimodal", "config/capabilities/vision", Codecs.Bool),
                new Row("allow_code_execution", "config/capabilities/codeInterpreter", Codecs.Bool),
            ]),
        ],
    };

    private static IEnumerable<SourceAgent> AgentsOf(SourceText text)
    {
        foreach (var document in text.Documents)
        {
            if (document.Node is not JsonObject members) throw new SourceException("Agents must be members with names.", document.Line);
            foreach (var (name, value) in members)
            {
                if (value is not JsonObject agent)
                {
                    throw new SourceException("An agent must be an object.", document.Line, Pointers.Append("", name));
                }
                var own = agent.DeepClone().AsObject();
                own[Slot.Key] = name;
                yield return new(own, document.Line, Pointers.Append("", name));
            }
        }
    }
}
