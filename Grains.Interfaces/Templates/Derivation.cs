using AgentManagement.Json;

namespace AgentManagement.Templates;

/// <summary>What an agent was made from: enough to make the same again, from that version of the template or a newer one.</summary>
/// <param name="TemplateId">The template.</param>
/// <param name="Version">Its version.</param>
/// <param name="Variables">The values that were given for its variables: an object.</param>
/// <param name="Customizations">What was asked to differ from it: an object; see <c>docs/templates.md</c>.</param>
[GenerateSerializer, Immutable, Alias("Derivation")]
public sealed record Derivation(string TemplateId, int Version, JsonText Variables, JsonText Customizations);
