using System.Text.RegularExpressions;

namespace AgentManagement.Formats;

/// <summary>
/// Where a document expects credentials: placeholders there become references, <c>secret://name</c>, and credentials are told of by
/// their pointer.
/// </summary>
internal sealed partial class CredentialPlaces
{
    private const string Scheme = "secret://";
    private const int MaxErrors = 100;

    private static readonly string[] Endings =
        ["apikey", "password", "passwd", "passphrase", "secret", "accesskey", "secretkey", "privatekey", "authorization", "accesstoken",
            "authtoken", "apitoken", "bearertoken", "refreshtoken", "pwd", "accountkey", "sharedaccesskey"];

    // What a parameter of an address is called that opens something.
    private static readonly ImmutableHashSet<string> Parameters =
        ["key", "code", "sig", "signature", "sas", "auth", "pass", "credential", "xamzsignature", "xamzcredential", "xamzsecuritytoken",
            "xgoogsignature", "xgoogcredential"];

    private readonly HashSet<string> taken;
    private readonly SortedSet<(string Name, string Placeholder)> wanted = new(Comparer<(string Name, string Placeholder)>.Create(
        (one, other) => string.CompareOrdinal($"{one.Name}\n{one.Placeholder}", $"{other.Name}\n{other.Placeholder}")));
    private readonly Dictionary<(string Name, string Placeholder), string> assigned = [];

    /// <summary>Placeholders by the reference that stands in their place.</summary>
    public Dictionary<string, string> References { get; } = new(StringComparer.Ordinal);

    /// <summary>Pointers to credentials.</summary>
    public List<string> Errors { get; } = [];

    /// <summary>Pointers to placeholders, with their references.</summary>
    public List<(string Pointer, string Reference)> Renamed { get; } = [];

    private CredentialPlaces(JsonNode document) =>
        taken = [.. Texts(document).SelectMany(text => Reference().Matches(text).Select(match => match.Value))];

    /// <summary>Goes through a document, and changes it.</summary>
    public static CredentialPlaces Hide(JsonObject document)
    {
        var places = new CredentialPlaces(document);
        // All placeholders first: their names must not depend on which of them comes first.
        places.Visit(document.DeepClone(), "", "");
        places.Assign();
        places.Errors.Clear();
        places.Visit(document, "", "");
        return places;
    }

    private void Assign()
    {
        var next = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (name, placeholder) in wanted)
        {
            var reference = $"{Scheme}{name}";
            var number = next.GetValueOrDefault(name, 2);
            for (; !taken.Add(reference); number++) reference = $"{Scheme}{name}-{number}";
            next[name] = number;
            assigned.Add((name, placeholder), reference);
        }
    }

    /// <summary>Puts the placeholders back.</summary>
    public static void Show(JsonNode? node, IReadOnlyDictionary<string, string> references)
    {
        if (references.Count == 0) return;
        switch (node)
        {
            case JsonObject members:
                foreach (var (name, value) in members.ToList())
                {
                    if (Shown(value, references) is { } text) members[name] = text;
                    else Show(value, references);
                }
                break;
            case JsonArray items:
                for (var index = 0; index < items.Count; index++)
                {
                    if (Shown(items[index], references) is { } text) items[index] = text;
                    else Show(items[index], references);
                }
                break;
        }
    }

    private static string? Shown(JsonNode? node, IReadOnlyDictionary<string, string> references)
    {
        if (node.AsText() is not { } text || !text.Contains(Scheme, StringComparison.Ordinal)) return null;
        return Reference().Replace(text, match => references.GetValueOrDefault(match.Value, match.Value));
    }

    private void Visit(JsonNode? node, string name, string pointer)
    {
        if (Errors.Count >= MaxErrors) return;
        switch (node)
        {
            case JsonObject members when members.Any(member => CredentialShapes.IsIn(member.Key)):
                Errors.Add(pointer);
                break;
            case JsonObject members:
                foreach (var (member, value) in members.ToList())
                {
                    // Some say beside a value that it is secret.
                    var isSecret = member is "value" && (members["value_type"] ?? members["type"]).AsText() == "secret";
                    // Of variables and headers in lists, the name stands beside the value, too.
                    var called = member is "value" ? (members["name"] ?? members["key"] ?? members["header"]).AsText() ?? member : member;
                    var place = Pointers.Append(pointer, member);
                    if (Replacement(value, isSecret ? "secret" : called, place) is { } text) members[member] = text;
                    else Visit(value, member, place);
                }
                break;
            case JsonArray items:
                for (var index = 0; index < items.Count; index++)
                {
                    var place = $"{pointer}/{index}";
                    // Of arguments the one after --api-key.
                    var option = index > 0 && items[index - 1].AsText() is ['-', ..] before ? before : "";
                    if (Replacement(items[index], option, place) is { } text) items[index] = text;
                    else Visit(items[index], "", place);
                }
                break;
        }
    }

    private string? Replacement(JsonNode? node, string name, string pointer)
    {
        if (node.AsText() is not { } text || string.IsNullOrWhiteSpace(text) || WholeReference().IsMatch(text)) return null;
        if (CredentialShapes.IsIn(text))
        {
            Errors.Add(pointer);
            return null;
        }
        if (IsExpected(name))
        {
            if (Placeholders.Is(text) || IsNameOfSecret(name, text)) return ReferenceFor(text, name, pointer);
            if (!IsToken(name) || Opaque().IsMatch(text)) Errors.Add(pointer);
            return null;
        }
        // Of a text of several lines, such as instructions, the variables are its own.
        if (text.Length < 500 && !text.Contains('\n') && Placeholders.NamesSecret(text) && Placeholders.Is(text))
        {
            return ReferenceFor(text, name, pointer);
        }
        return IsAddress(text) ? AddressWithout(text, pointer) : null;
    }

    private static bool IsAddress(string text) =>
        text.Length < 4_096 && text.StartsWith("http", StringComparison.Ordinal) && text.Contains('?') && !text.Any(char.IsWhiteSpace);

    /// <summary>An address with references for the placeholders of its parameters.</summary>
    private string? AddressWithout(string address, string pointer)
    {
        var written = Parameter().Replace(address, match =>
        {
            var (name, value) = (match.Groups["name"].Value, match.Groups["value"].Value);
            if (!IsExpected(name) && !Parameters.Contains(LettersOf(name))) return match.Value;
            var plain = Uri.UnescapeDataString(value);
            if (WholeReference().IsMatch(plain)) return match.Value;
            if (Placeholders.Is(plain) && plain.Length > 0)
            {
                return $"{match.Groups["start"].Value}{name}={ReferenceFor(value, name, pointer)}";
            }
            if (IsExpected(name) || (Opaque().IsMatch(plain) && CredentialShapes.LooksRandom(plain))) Errors.Add(pointer);
            return match.Value;
        });
        return written == address ? null : written;
    }

    private string ReferenceFor(string placeholder, string member, string pointer)
    {
        var name = Placeholders.NameOf(placeholder, member);
        if (!assigned.TryGetValue((name, placeholder), out var reference))
        {
            wanted.Add((name, placeholder));
            return $"{Scheme}{name}";
        }
        References[reference] = placeholder;
        Renamed.Add((pointer, reference));
        return reference;
    }

    private static bool IsExpected(string name)
    {
        var letters = LettersOf(name);
        return letters.EndsWith("token", StringComparison.Ordinal)
            || Endings.Any(ending => letters.EndsWith(ending, StringComparison.Ordinal));
    }

    private static string LettersOf(string name) => string.Concat(name.Where(char.IsLetterOrDigit)).ToLowerInvariant();

    // Models have tokens, too, that open nothing.
    private static bool IsToken(string name)
    {
        var letters = LettersOf(name);
        return letters != "token" && !Endings.Any(ending => letters.EndsWith(ending, StringComparison.Ordinal));
    }

    // Of a resource that holds the credential: Kubernetes' secrets have names, and names of their members.
    private static bool IsNameOfSecret(string name, string text) =>
        name is "apiKeySecret" or "apiKeySecretKey" or "apiKeySecretRef" && ResourceName().IsMatch(text)
        && !CredentialShapes.LooksRandom(text);

    private static IEnumerable<string> Texts(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(member => Texts(member.Value)),
        JsonArray items => items.SelectMany(Texts),
        _ => node.AsText() is { } text ? [text] : [],
    };

    [GeneratedRegex(@"secret://[A-Za-z0-9][A-Za-z0-9._/-]*", RegexOptions.CultureInvariant)]
    private static partial Regex Reference();

    [GeneratedRegex(@"\Asecret://[A-Za-z0-9][A-Za-z0-9._/-]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex WholeReference();

    [GeneratedRegex(@"\A[A-Za-z0-9._~+/=:-]{16,}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Opaque();

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,252}\z", RegexOptions.CultureInvariant)]
    private static partial Regex ResourceName();

    [GeneratedRegex(@"(?<start>[?&])(?<name>[^=&#?]{1,100})=(?<value>[^&#]*)", RegexOptions.CultureInvariant)]
    private static partial Regex Parameter();
}
