using System.Text.RegularExpressions;
using AgentManagement.Client;
using AgentManagement.Tests.Deployment;
using AgentManagement.WebConsole.Agents;
using AgentManagement.WebConsole.Differences;
using AgentManagement.WebConsole.Editing;
using AgentManagement.WebConsole.Languages;

namespace AgentManagement.Tests.WebConsole;

/// <summary>What the console decides without a browser: edits, conflicts, differences and texts.</summary>
public sealed partial class EditingTests
{
    [Fact]
    public void A_value_is_put_where_a_pointer_says_with_what_is_missing_on_the_way()
    {
        var content = Parse("""{"config":{}}""");
        Document.Put(content, "/config/model/params/temperature", 0.5);
        Document.Put(content, "/config/instructions/variables/a~1b", new JsonObject { ["type"] = "string" });
        Assert.Equal(
            """{"config":{"model":{"params":{"temperature":0.5}},"instructions":{"variables":{"a/b":{"type":"string"}}}}}""",
            content.ToJsonString());
        Document.Put(content, "/config/model/params/temperature", null);
        Document.Put(content, "/config/instructions/variables/a~1b", null);
        // What is empty then goes, too, but for the configuration itself.
        Assert.Equal("""{"config":{}}""", content.ToJsonString());
    }

    [Theory]
    [InlineData("{", "Line 1: this is no JSON.")]
    [InlineData("{\"a\":1,\n\"b\":}", "Line 2: this is no JSON.")]
    [InlineData("[1]", "It must be an object: { … }.")]
    [InlineData("{\"a\":1,\"a\":2}", "A member comes twice.")]
    public void What_is_wrong_with_typed_JSON_is_said(string text, string said)
    {
        Assert.Null(Document.ReadObject(text, out var error));
        Assert.Equal(said, error);
    }

    [Fact]
    public void An_edit_survives_a_reload_and_knows_what_it_is_of()
    {
        var edit = new EditSession(Agent(3, "Help."));
        Assert.False(edit.IsDirty);
        edit.Put("/config/instructions/template", "Help them.");
        Assert.True(edit.IsDirty);

        // After the reload somebody else has saved version 4.
        var restored = new EditSession(Agent(4, "Help at once."));
        Assert.True(restored.Restore(edit.ToDraft()));
        Assert.Equal((3, "Help them."), (restored.BaseVersion, restored.Text("/config/instructions/template")));
        restored.Discard();
        Assert.Equal("Help.", restored.Text("/config/instructions/template"));
        Assert.False(new EditSession(Agent(3, "Help.")).Restore(null));
        Assert.False(new EditSession(Agent(3, "Help.")).Restore("no draft"));
    }

    [Fact]
    public void The_reason_is_sent_beside_the_content_and_is_no_part_of_it()
    {
        var edit = new EditSession(Agent(1, "Help."));
        Assert.Equal("shorter", edit.ToBody(" shorter ").GetProperty("note").GetString());
        Assert.False(edit.ToBody(" ").TryGetProperty("note", out _));
        Assert.False(edit.Content.ContainsKey("note"));
    }

    [Fact]
    public void Where_both_changed_the_same_each_choice_holds()
    {
        var mine = Parse("""{"name":"Mine","config":{"limits":{"maxIterations":5},"tools":[{"id":"mail"},{"id":"search"}]}}""");
        Conflict[] conflicts =
        [
            Conflict("/name", "name", "\"Base\"", "\"Theirs\"", "\"Mine\""),
            Conflict("/config/limits/maxIterations", "config.limits.maxIterations", "1", "9", "5"),
            Conflict("/config/tools/0", "config.tools[mail]", "{\"id\":\"mail\",\"enabled\":true}", null, "{\"id\":\"mail\"}"),
        ];
        var yielding = ConflictResolution.YieldEverywhere(mine, conflicts);
        Assert.Equal("""{"name":"Theirs","config":{"limits":{"maxIterations":9},"tools":[{"id":"search"}]}}""", yielding.ToJsonString());

        var chosen = new Dictionary<string, Side>
        {
            ["name"] = Side.Mine, ["config.limits.maxIterations"] = Side.Theirs, ["config.tools[mail]"] = Side.Theirs,
        };
        var merged = ConflictResolution.Insist(yielding, conflicts, chosen);
        Assert.Equal("""{"name":"Mine","config":{"limits":{"maxIterations":9},"tools":[{"id":"search"}]}}""", merged.ToJsonString());
    }

    [Fact]
    public void An_order_that_both_changed_is_an_order_of_keys()
    {
        var mine = Parse("""{"config":{"tools":[{"id":"c"},{"id":"a"},{"id":"b"}]}}""");
        Conflict[] conflicts =
            [Conflict("/config/tools", "config.tools (order)", """["a","b","c"]""", """["b","a","c"]""", """["c","a","b"]""")];
        var yielding = ConflictResolution.YieldEverywhere(mine, conflicts);
        Assert.Equal("""{"config":{"tools":[{"id":"b"},{"id":"a"},{"id":"c"}]}}""", yielding.ToJsonString());
    }

    [Fact]
    public void Words_are_told_within_lines_and_what_is_the_same_is_folded()
    {
        var older = string.Join('\n', Enumerable.Range(1, 40).Select(number => $"line {number}"));
        var newer = older.Replace("line 20", "line twenty", StringComparison.Ordinal);
        var rows = TextDiff.Compare(older, newer);
        var changed = Assert.Single(rows, row => row.IsChanged);
        Assert.Equal((20, 20), (changed.Older?.Number, changed.Newer?.Number));
        Assert.Equal(["20"], changed.Older!.Words.Where(word => word.IsChanged).Select(word => word.Text));
        Assert.Equal(["twenty"], changed.Newer!.Words.Where(word => word.IsChanged).Select(word => word.Text));
        var blocks = TextDiff.Fold(rows);
        Assert.Equal([(16, true), (7, false), (17, true)], blocks.Select(block => (block.Rows.Count, block.IsFolded)));
    }

    [Theory]
    [InlineData("", "a\nb", 2)]
    [InlineData("a\nb", "", 2)]
    [InlineData("a\nb\nc", "a\nc", 1)]
    [InlineData("a\nc", "a\nb\nc", 1)]
    [InlineData("same", "same", 0)]
    public void Both_texts_are_there_whole_line_by_line(string older, string newer, int changed)
    {
        var rows = TextDiff.Compare(older, newer);
        Assert.Equal(changed, rows.Count(row => row.IsChanged));
        Assert.Equal(older, string.Join('\n', rows.Select(row => row.Older).OfType<DiffLine>().Select(Text)));
        Assert.Equal(newer, string.Join('\n', rows.Select(row => row.Newer).OfType<DiffLine>().Select(Text)));
        static string Text(DiffLine line) => string.Concat(line.Words.Select(word => word.Text));
    }

    [Fact]
    public void What_hides_in_a_text_is_shown()
    {
        Assert.Equal("a⟨U+202E⟩b⟨U+200B⟩c", TextDiff.Visible("a\u202Eb\u200Bc"));
        Assert.Equal("⟨U+001B⟩[31m\ttab", TextDiff.Visible("\u001b[31m\ttab"));
        Assert.Equal("<script>é 日本</script>", TextDiff.Visible("<script>é 日本</script>"));
    }

    [Fact]
    public void Variables_are_found_whatever_braces_stand_around_them()
    {
        const string prompt =
            "{{company}} {{ tone }} {company} {{}} {{{raw}}} }} {{ {{nested.name}} {{two words}} {% if %} ${x} {{company}}";
        Assert.Equal(["company", "tone", "", "raw", "nested.name", "company"], PromptVariables.Find(prompt).Select(found => found.Name));
        Assert.Equal(["tone", "raw", "nested.name"], PromptVariables.Undeclared(prompt, ["company"]).Select(found => found.Name));
        var first = PromptVariables.Find(prompt)[1];
        Assert.Equal("{{ tone }}", prompt.Substring(first.At, first.Length));
        var values = new Dictionary<string, string> { ["company"] = "Acme" };
        Assert.Equal("Acme {{tone}}", PromptVariables.Fill("{{company}} {{tone}}", values));
    }

    [Theory]
    [InlineData("Hello {{|", 6, 2, "")]
    [InlineData("Hello {{ com|", 6, 6, "com")]
    [InlineData("{{{com|", 1, 5, "com")]
    [InlineData("{{a}} {{b|", 6, 3, "b")]
    // What is there already of it is replaced, and what follows is not.
    [InlineData("{{com|pany}}, hello", 0, 11, "com")]
    [InlineData("{{com| and {{tone}}", 0, 5, "com")]
    [InlineData("{com|", -1, 0, "")]
    [InlineData("{{a}}|", -1, 0, "")]
    [InlineData("{{a b|", -1, 0, "")]
    [InlineData("{{\nb|", -1, 0, "")]
    public void A_variable_that_is_being_typed_is_told_by_the_caret(string typed, int at, int length, string name)
    {
        var caret = typed.IndexOf('|', StringComparison.Ordinal);
        var begun = PromptVariables.Begun(typed.Remove(caret, 1), caret);
        Assert.Equal(at < 0 ? null : new BegunVariable(at, length, name), begun);
    }

    [Fact]
    public void Names_that_begin_as_what_is_typed_come_first()
    {
        string[] declared = ["tone", "company", "stone", "Tonic"];
        Assert.Equal(["Tonic", "company", "stone", "tone"], PromptVariables.Matching(declared, "", 8));
        Assert.Equal(["Tonic", "tone", "stone"], PromptVariables.Matching(declared, "TON", 8));
        Assert.Equal(["Tonic"], PromptVariables.Matching(declared, "ton", 1));
        Assert.Empty(PromptVariables.Matching(declared, "company", 8));
        Assert.Empty(PromptVariables.Matching(declared, "x", 8));
    }

    [Fact]
    public void Saved_filters_are_what_was_saved_and_what_is_none_is_left_out()
    {
        var filter = new ListFilter("refund <b>", "active", null, "name", ["a&b", "مرحبا"]);
        var saved = SavedFilters.Read(null).With(new("Mine", ListFilter.All)).With(new("After", filter)).With(new("Mine", filter));
        var read = SavedFilters.Read(SavedFilters.Write(saved));
        Assert.Equal(["After", "Mine"], read.Select(each => each.Name));
        Assert.All(read, each => Assert.True(each.Filter.IsAs(filter)));
        Assert.False(read[0].Filter.IsAs(filter with { Tags = ["a&b"] }));
        Assert.Equal(["After"], read.Without("Mine").Select(each => each.Name));

        var many = string.Join(
            ',', Enumerable.Range(1, 30).Select(number => $$$"""{"name":"Filter {{{number}}}","filter":{"tags":["a"]}}"""));
        Assert.Equal(SavedFilters.Max, SavedFilters.Read($"[{many}]").Count);
        string[] hostile =
        [
            "", "{", "null", "7", "{}", "[1,null,[],{}]", """[{"name":1,"filter":{}}]""", """[{"name":"a","filter":[]}]""",
            """[{"name":"a","filter":{"text":5}}]""", """[{"name":"a","filter":{"tags":"a"}}]""", """[{"name":"","filter":{}}]""",
            """[{"name":"a","filter":{"tags":[{}]}}]""", """[{"name":"a","name":"b","filter":{}}]""",
            $$$"""[{"name":"{{{new string('a', 61)}}}","filter":{}}]""",
        ];
        Assert.All(hostile, kept => Assert.Empty(SavedFilters.Read(kept)));
    }

    [Fact]
    public void The_form_has_every_place_that_the_schema_has()
    {
        var schema = SchemaNode.Of(Domain.Configuration.ContractSchema.AgentConfig.DeepClone().AsObject());
        var kinds = schema.Members.ToDictionary(member => member.Name, member => member.Schema.Kind);
        Assert.Equal(FieldKind.Items, kinds["tools"]);
        Assert.Equal(FieldKind.Members, kinds["model"]);
        Assert.Equal(FieldKind.Free, kinds["metadata"]);
        var model = schema.Members.Single(member => member.Name == "model").Schema;
        var parameters = model.Members.Single(member => member.Name == "params").Schema.Members.ToDictionary(member => member.Name);
        Assert.Equal(FieldKind.Number, parameters["temperature"].Schema.Kind);
        Assert.Equal(FieldKind.Flag, parameters["stream"].Schema.Kind);
        Assert.Contains("high", parameters["reasoningEffort"].Schema.Choices);
        var instructions = schema.Members.Single(member => member.Name == "instructions").Schema;
        Assert.Equal(FieldKind.Map, instructions.Members.Single(member => member.Name == "variables").Schema.Kind);
        Assert.Equal("Max MCP servers", SchemaNode.Words("maxMcpServers"));
    }

    [Fact]
    public void Every_text_of_the_pages_is_in_Spanish_too_with_the_same_places_for_values()
    {
        var spanish = Texts.Read(Texts.Spanish);
        var said = Directory.EnumerateFiles(Repository.PathOf("Console"), "*.*", SearchOption.AllDirectories)
            .Where(file => file.EndsWith(".razor", StringComparison.Ordinal) || file.EndsWith(".cs", StringComparison.Ordinal))
            .SelectMany(file => SaidText().Matches(File.ReadAllText(file)).Select(text => text.Groups[1].Value)).Distinct().ToList();
        Assert.True(said.Count > 100);
        Assert.DoesNotContain(said, text => !spanish.ContainsKey(text));
        Assert.DoesNotContain(spanish, text => !Places(text.Key).SetEquals(Places(text.Value)));
        static HashSet<string> Places(string text) => [.. Place().Matches(text).Select(place => place.Value)];
    }

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();

    private static Conflict Conflict(string path, string label, string? @base, string? theirs, string? mine) =>
        new(path, label, Element(@base), Element(theirs), Element(mine), "");

    private static JsonElement? Element(string? json) => json is null ? null : JsonDocument.Parse(json).RootElement;

    private static AgentManagement.Client.Agent Agent(int version, string prompt) => new(
        "bot", "Bot", "conversational", "draft", version,
        JsonDocument.Parse($"{{\"instructions\":{{\"template\":\"{prompt}\"}}}}").RootElement);

    [GeneratedRegex("(?:\\bT\\[|\\bthis\\[|SignInException\\()\"([^\"]*)\"")]
    private static partial Regex SaidText();

    [GeneratedRegex(@"\{\d\}")]
    private static partial Regex Place();

    [Theory, InlineData(45, "45 s"), InlineData(5_400, "1 h 30 min"), InlineData(90_000, "1 d 1 h")]
    public void A_time_is_said_as_people_say_it(int seconds, string text) =>
        Assert.Equal(text, Texts.Duration(TimeSpan.FromSeconds(seconds)));
}
