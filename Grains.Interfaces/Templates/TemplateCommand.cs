using AgentManagement.Access;
using AgentManagement.Agents;
using AgentManagement.Json;

namespace AgentManagement.Templates;

/// <summary>A change that somebody asks of one of the tenant's own templates.</summary>
[GenerateSerializer, Immutable, Alias("TemplateCommand")]
public abstract record TemplateCommand : ICommand
{
    /// <summary>Under which conditions and how the change is to be made.</summary>
    [Id(0)] public WriteOptions Options { get; init; } = WriteOptions.None;

    bool ICommand.IsSafeToRetry => Options.IsSafeToRetry;
}

/// <summary>Makes a new template.</summary>
[GenerateSerializer, Immutable, Alias("CreateTemplate"), Requires(Permissions.TemplatesWrite)]
public sealed record CreateTemplate(JsonText Content) : TemplateCommand;

/// <summary>Replaces the whole content; creates the template when it is absent. Agents made from it stay as they are.</summary>
[GenerateSerializer, Immutable, Alias("ReplaceTemplate"), Requires(Permissions.TemplatesWrite)]
public sealed record ReplaceTemplate(JsonText Content) : TemplateCommand;

/// <summary>
/// Removes the template. Agents made from it stay, with the versions that they were made from, so that they can be upgraded to a template
/// that is made anew under its id.
/// </summary>
[GenerateSerializer, Immutable, Alias("DeleteTemplate"), Requires(Permissions.TemplatesWrite)]
public sealed record DeleteTemplate : TemplateCommand
{
    /// <summary>Also when agents were made from it, which are marked then. It takes the permission to purge agents.</summary>
    [Id(0)] public bool Force { get; init; }
}
