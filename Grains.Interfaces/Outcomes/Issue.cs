using System.Text.Json.Serialization;

namespace AgentManagement.Outcomes;

/// <summary>How much an issue weighs: an error refuses the write, a warning is only told.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<IssueSeverity>))]
public enum IssueSeverity
{
    [JsonStringEnumMemberName("error")] Error,
    [JsonStringEnumMemberName("warning")] Warning,
}

/// <summary>One thing that validation found.</summary>
/// <param name="Severity">Whether it refuses the write.</param>
/// <param name="Code">Stable, for programs: <c>unknown_field</c>, <c>out_of_range</c> …</param>
/// <param name="Pointer">JSON pointer (RFC 6901) to the field in the body; empty for the body itself.</param>
/// <param name="Message">For people; never repeats a field's value.</param>
[GenerateSerializer, Immutable, Alias("Issue")]
public sealed record Issue(IssueSeverity Severity, string Code, string Pointer, string Message)
{
    /// <summary>An issue that refuses the write.</summary>
    public static Issue Error(string code, string pointer, string message) => new(IssueSeverity.Error, code, pointer, message);

    /// <summary>An issue that is only told.</summary>
    public static Issue Warning(string code, string pointer, string message) => new(IssueSeverity.Warning, code, pointer, message);
}
