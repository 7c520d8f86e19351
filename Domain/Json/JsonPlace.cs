using System.Text;
using System.Text.RegularExpressions;
using AgentManagement.Json;

namespace AgentManagement.Domain.Json;

/// <summary>
/// A place in two documents at once: the same thing need not be at the same index in both. Its texts are made when they are asked for:
/// names may be long, and each place below one has them all.
/// </summary>
public sealed partial class JsonPlace
{
    private const int MaxKeyCharacters = 60;

    private readonly JsonPlace? _above;
    private readonly string _step;
    private readonly (int First, int Second)? _item;

    private JsonPlace(JsonPlace? above, string step, (int First, int Second)? item) =>
        (_above, _step, _item, Length) = (above, step, item, above is null ? 0 : above.Length + step.Length + 1);

    public static JsonPlace Root { get; } = new(null, "", null);

    /// <summary>The name of the member; what it was for an item of an array has none.</summary>
    public string Name => _item is null ? _step : "";

    /// <summary>How long its texts are, more or less.</summary>
    public int Length { get; }

    /// <summary>JSON pointer into the first document, which is the older one of two.</summary>
    public string FirstPath => Path(item => item.First);

    /// <summary>JSON pointer into the second document.</summary>
    public string SecondPath => Path(item => item.Second);

    /// <summary>The place in words, where long names are cut: <c>config.tools[search].timeoutSeconds</c>.</summary>
    public string Label => Write((text, place) => text.Append(
        place._item is not null ? $"[{Line(place._step)}]"
        : PlainName().IsMatch(place._step) ? $"{(text.Length == 0 ? "" : ".")}{place._step}" : $"[\"{Line(place._step)}\"]"));

    /// <summary>The place in words, with every name as it is: no two places have the same.</summary>
    public string FullLabel => Write((text, place) => text.Append(
        place._item is not null ? $"[{place._step}]" : $"{(text.Length == 0 ? "" : ".")}{place._step}"));

    /// <summary>A member of what is here.</summary>
    public JsonPlace Member(string name) => new(this, name, null);

    /// <summary>An item of what is here; an index that a document does not have is never looked at.</summary>
    public JsonPlace Item(int first, int second, string key) => new(this, key, (first, second));

    private string Path(Func<(int First, int Second), int> index) => Write((text, place) =>
        text.Append(place._item is { } item ? $"/{index(item)}" : JsonPointer.Append("", place._step)));

    private string Write(Action<StringBuilder, JsonPlace> step)
    {
        var steps = new Stack<JsonPlace>();
        for (var place = this; place._above is { } above; place = above) steps.Push(place);
        var text = new StringBuilder();
        foreach (var place in steps) step(text, place);
        return text.ToString();
    }

    /// <summary>The key as a part of a line.</summary>
    private static string Line(string key)
    {
        var line = string.Concat(key.Select(letter => char.IsControl(letter) ? ' ' : letter));
        if (line.Length <= MaxKeyCharacters) return line;
        var end = char.IsHighSurrogate(line[MaxKeyCharacters - 1]) ? MaxKeyCharacters - 1 : MaxKeyCharacters;
        return $"{line[..end]}…";
    }

    [GeneratedRegex(@"\A[A-Za-z_$][A-Za-z0-9_$-]{0,59}\z", RegexOptions.CultureInvariant)]
    private static partial Regex PlainName();
}
