namespace AgentManagement.Formats;

/// <summary>Markdown whose first lines, between two of <c>---</c>, are YAML.</summary>
internal static class FrontMatter
{
    private const string Fence = "---";

    /// <summary>Whether a text begins with front matter.</summary>
    public static bool Has(string text) => LineAt(text, 0) is { } first && first.Text == Fence;

    /// <summary>The members of the front matter, and the body as it is, both line ends and all.</summary>
    public static SourceDocument Read(string text)
    {
        if (!Has(text)) return Made(new(), text);
        var start = LineAt(text, 0)!.Value.Next;
        for (var position = start; LineAt(text, position) is { } line; position = line.Next)
        {
            if (line.Text != Fence) continue;
            var documents = YamlReader.Read(text[start..position], firstLine: 2);
            if (documents.Length > 1) throw new SourceException("The front matter has more than one document.", documents[1].Line);
            var members = documents.IsEmpty ? new JsonObject() : documents[0].Node as JsonObject
                ?? throw new SourceException("The front matter has no members.", 2);
            if (members.ContainsKey(SourceText.Body)) throw new SourceException($"The name {SourceText.Body} is the importer's own.", 2);
            return Made(members, text[line.Next..]);
        }
        throw new SourceException("The front matter has no end: a line with --- alone.", 1);
    }

    /// <summary>The text of members and a body.</summary>
    public static string Write(JsonObject document)
    {
        var members = document.DeepClone().AsObject();
        members.Remove(SourceText.Body);
        var body = document[SourceText.Body].AsText() ?? "";
        // A body that begins so would be taken for front matter.
        if (members.Count == 0 && !Has(body)) return body;
        return $"{Fence}\n{(members.Count == 0 ? "" : YamlWriter.Write(members))}{Fence}\n{body}";
    }

    private static SourceDocument Made(JsonObject members, string body)
    {
        if (body.Length > 0) members[SourceText.Body] = body;
        return new(members, 1);
    }

    private static (string Text, int Next)? LineAt(string text, int position)
    {
        if (position >= text.Length) return null;
        var end = text.IndexOf('\n', position);
        var next = end < 0 ? text.Length : end + 1;
        return (text[position..(end < 0 ? text.Length : end)].TrimEnd('\r', ' ', '\t'), next);
    }
}
