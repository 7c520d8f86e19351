using System.ComponentModel.DataAnnotations;
using AgentManagement.Tasks;
using AgentManagement.WebGateway.Http;

namespace AgentManagement.WebGateway.Tasks;

/// <summary>Which task to start.</summary>
/// <param name="Kind">revalidate, purge, tools or files; an import starts with its lines.</param>
internal sealed record TaskBody([property: RegularExpression("^(revalidate|purge|tools|files)$")] string Kind) : IBody<TaskBody>
{
    private const int MostCharacters = 32;

    public static TaskBody Read(BodyReader reader) => new(reader.RequiredText("kind", MostCharacters, new(
        text => text is TaskKind.Revalidate or TaskKind.Purge or TaskKind.Tools or TaskKind.Files,
        $"Must be one of: {TaskKind.Revalidate}, {TaskKind.Purge}, {TaskKind.Tools}, {TaskKind.Files}.")));
}
