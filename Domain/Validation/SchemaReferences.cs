using System.Text.Json;

namespace AgentManagement.Domain.Validation;

/// <summary>Finds what a reference of a schema points to, within that schema: nothing is ever fetched.</summary>
public sealed class SchemaReferences
{
    private readonly Dictionary<string, JsonElement> _byId = new(StringComparer.Ordinal);
    private readonly HashSet<string> _anchors = new(StringComparer.Ordinal);

    public SchemaReferences(JsonElement root) => Collect(root);

    /// <summary>Whether it stays within the schema.</summary>
    public bool IsLocal(string reference) => AddressOf(reference) is var address && (address.Length == 0 || _byId.ContainsKey(address));

    /// <summary>Whether a local reference points to a schema.</summary>
    /// <param name="reference">The reference.</param>
    /// <param name="around">The nearest schema around it that has an id of its own; the whole, when none has.</param>
    public bool Resolves(string reference, JsonElement around)
    {
        var address = AddressOf(reference);
        var target = address.Length == 0 ? around : _byId[address];
        var fragment = Uri.UnescapeDataString(reference[address.Length..].TrimStart('#'));
        if (fragment.Length == 0) return true;
        if (fragment[0] != '/') return _anchors.Contains(fragment);
        foreach (var step in fragment.Split('/').Skip(1))
        {
            var name = step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (!TryStep(target, name, out target)) return false;
        }
        return target.ValueKind is JsonValueKind.Object or JsonValueKind.True or JsonValueKind.False;
    }

    private static bool TryStep(JsonElement from, string name, out JsonElement to)
    {
        to = default;
        if (from.ValueKind == JsonValueKind.Object) return from.TryGetProperty(name, out to);
        if (from.ValueKind != JsonValueKind.Array || !int.TryParse(name, out var index) || index < 0 || index >= from.GetArrayLength())
        {
            return false;
        }
        to = from[index];
        return true;
    }

    private static string AddressOf(string reference) => reference.Split('#', 2)[0];

    private void Collect(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in value.EnumerateArray()) Collect(item);
        }
        else if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in value.EnumerateObject())
            {
                if (member.Value.ValueKind == JsonValueKind.String) CollectName(member.Name, member.Value.GetString()!, value);
                else Collect(member.Value);
            }
        }
    }

    private void CollectName(string keyword, string name, JsonElement schema)
    {
        if (keyword is "$anchor" or "$dynamicAnchor") _anchors.Add(name);
        // Drafts 4 to 7 name a place by an id that is only a fragment.
        else if (keyword is "$id" or "id" && name.StartsWith('#')) _anchors.Add(name[1..]);
        else if (keyword == "$id") _byId[name.TrimEnd('#')] = schema;
    }
}
