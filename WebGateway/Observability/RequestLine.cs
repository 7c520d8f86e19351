using System.Collections;
using System.Globalization;

namespace AgentManagement.WebGateway.Observability;

/// <summary>
/// What the log says of a request. Written for every one, and so without looking at a template each time, and a struct: code for logging a
/// class is shared by all classes, and has to find out each time which one it is for.
/// </summary>
internal readonly record struct RequestLine(string Method, string Route, int Status, double DurationMs)
    : IReadOnlyList<KeyValuePair<string, object?>>
{
    private const string Template = "{Method} {Route} answered {Status} in {DurationMs} ms";

    public static Func<RequestLine, Exception?, string> Formatter { get; } = static (line, _) => line.ToString();

    public int Count => 5;

    public KeyValuePair<string, object?> this[int index] => index switch
    {
        0 => new(nameof(Method), Method),
        1 => new(nameof(Route), Route),
        2 => new(nameof(Status), Status),
        3 => new(nameof(DurationMs), DurationMs),
        4 => new("{OriginalFormat}", Template),
        _ => throw new ArgumentOutOfRangeException(nameof(index)),
    };

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Method} {Route} answered {Status} in {DurationMs} ms");

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        for (var index = 0; index < Count; index++) yield return this[index];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
