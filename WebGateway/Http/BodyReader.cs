using System.Globalization;
using System.Text.Json;
using AgentManagement.Json;
using AgentManagement.Outcomes;
using AgentManagement.WebGateway.Problems;

namespace AgentManagement.WebGateway.Http;

/// <summary>Reads the members of a small body and collects everything that is wrong with them, by pointer.</summary>
internal sealed class BodyReader(JsonText document)
{
    private const int MostMomentCharacters = 40;

    private readonly JsonElement _root = StrictJson.Parse(document);
    private readonly List<Issue> _issues = [];
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private bool _isWhole;

    /// <summary>The whole document, unread: its content is the silo's to judge.</summary>
    public JsonText Whole()
    {
        _isWhole = true;
        return document;
    }

    /// <summary>A text that may be absent or null.</summary>
    public string? OptionalText(string name, int most, TextRule? rule = null) => Text(name, 0, most, isRequired: false, rule);

    /// <summary>A text that must be there; empty when it was refused.</summary>
    public string RequiredText(string name, int most, TextRule? rule = null) => Text(name, 1, most, isRequired: true, rule) ?? "";

    /// <summary>A positive whole number that must be there; 0 when it was refused.</summary>
    public int RequiredNumber(string name) => Find(name, isRequired: true) is { } value ? Number(name, value, 1) ?? 0 : 0;

    /// <summary>A whole number that may be absent or null.</summary>
    public int? OptionalNumber(string name, int least = 1, int most = int.MaxValue) =>
        Find(name, isRequired: false) is { } value ? Number(name, value, least, most) : null;

    /// <summary>A list of texts that must be there, with at least one; empty when it was refused.</summary>
    public ImmutableArray<string> RequiredTexts(string name, int most, TextRule rule)
    {
        if (Find(name, isRequired: true) is not { } value) return [];
        if (value.ValueKind != JsonValueKind.Array) Refuse("wrong_type", name, "Must be array.");
        else if (value.GetArrayLength() is 0 || value.GetArrayLength() > most) Refuse("wrong_length", name, $"Must have 1 to {most} items.");
        else
        {
            var index = 0;
            foreach (var item in value.EnumerateArray())
            {
                var isRight = item.ValueKind == JsonValueKind.String && rule.Holds(item.GetString()!);
                if (!isRight) _issues.Add(Issue.Error("wrong_format", $"/{name}/{index}", rule.Message));
                index++;
            }
            return _issues.Count > 0 ? [] : [.. value.EnumerateArray().Select(item => item.GetString()!)];
        }
        return [];
    }

    /// <summary>A list of texts that may be absent or null; null then. One that is there has at least one.</summary>
    public ImmutableArray<string>? OptionalTexts(string name, int most, TextRule rule) =>
        Find(name, isRequired: false) is null ? null : RequiredTexts(name, most, rule);

    /// <summary>A moment that may be absent or null: RFC 3339, with its offset.</summary>
    public DateTimeOffset? OptionalMoment(string name)
    {
        var text = Text(name, 1, MostMomentCharacters, isRequired: false, new(text => Moment(text) is not null, "Must be a date and time such as 2026-01-31T09:30:00Z."));
        return text is null ? null : Moment(text);
    }

    /// <summary>Notes what is wrong with members taken together.</summary>
    public void Add(Issue issue) => _issues.Add(issue);

    /// <summary>An object that may be absent or null; an empty one then. What is in it is the silo's to judge.</summary>
    public JsonText OptionalObject(string name)
    {
        if (Find(name, isRequired: false) is not { } value) return JsonText.EmptyObject;
        if (value.ValueKind == JsonValueKind.Object) return StrictJson.Compact(value);
        Refuse("wrong_type", name, "Must be object.");
        return JsonText.EmptyObject;
    }

    /// <summary>An object of choices by name, which may be absent or null.</summary>
    public ImmutableDictionary<string, T> OptionalChoices<T>(string name, ImmutableDictionary<string, T> choices)
    {
        var chosen = ImmutableDictionary.CreateBuilder<string, T>(StringComparer.Ordinal);
        foreach (var member in StrictJson.Parse(OptionalObject(name)).EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.String && choices.TryGetValue(member.Value.GetString()!, out var choice)) chosen.Add(member.Name, choice);
            else _issues.Add(Issue.Error("not_allowed", JsonPointer.Append($"/{name}", member.Name), $"Must be one of: {string.Join(", ", choices.Keys.Order())}."));
        }
        return chosen.ToImmutable();
    }

    /// <exception cref="RefusedException">422 with all that was wrong.</exception>
    public void Finish()
    {
        if (!_isWhole && _root.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in _root.EnumerateObject().Where(member => !_known.Contains(member.Name)))
            {
                Refuse("unknown_field", member.Name, "There is no such field.");
            }
        }
        else if (!_isWhole)
        {
            _issues.Clear();
            _issues.Add(Issue.Error("wrong_type", "", "Must be object."));
        }
        if (_issues.Count > 0) throw new RefusedException(Refused.For(Outcome.Invalid<object>(_issues)));
    }

    private string? Text(string name, int least, int most, bool isRequired, TextRule? rule)
    {
        if (Find(name, isRequired) is not { } value) return null;
        if (value.ValueKind != JsonValueKind.String)
        {
            Refuse("wrong_type", name, "Must be string.");
            return null;
        }
        var text = value.GetString()!;
        // Unicode code points, as JSON Schema counts.
        var length = text.EnumerateRunes().Count();
        if (length < least || length > most) Refuse("wrong_length", name, $"Must be {least} to {most} characters long.");
        else if (rule?.Holds(text) == false) Refuse("wrong_format", name, rule.Message);
        return text;
    }

    private int? Number(string name, JsonElement value, int least, int most = int.MaxValue)
    {
        if (value.ValueKind != JsonValueKind.Number) Refuse("wrong_type", name, "Must be integer.");
        else if (!value.TryGetInt32(out var number) || number < least || number > most) Refuse("out_of_range", name, $"Must be an integer from {least} to {most}.");
        else return number;
        return null;
    }

    private static DateTimeOffset? Moment(string text) =>
        DateTimeOffset.TryParseExact(
            text, ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
        && (text[^1] == 'Z' || text[^6] is '+' or '-')
            ? moment
            : null;

    private JsonElement? Find(string name, bool isRequired)
    {
        _known.Add(name);
        var isThere = _root.ValueKind == JsonValueKind.Object && _root.TryGetProperty(name, out var value) ? value : default(JsonElement?);
        if (isThere is null && isRequired) Refuse("required", name, "Must be there.");
        return isThere is { ValueKind: JsonValueKind.Null } && !isRequired ? null : isThere;
    }

    private void Refuse(string code, string name, string message) =>
        _issues.Add(Issue.Error(code, JsonPointer.Append("", name), message));
}

/// <summary>What a text must be beyond its length.</summary>
internal sealed record TextRule(Func<string, bool> Holds, string Message);
