using AgentManagement.Client;
using AgentManagement.Domain.Configuration;
using AgentManagement.WebConsole.Access;
using AgentManagement.WebConsole.Agents;
using AgentManagement.WebConsole.Components;
using AgentManagement.WebConsole.Differences;
using AgentManagement.WebConsole.Editing;
using AgentManagement.WebConsole.Languages;
using AgentManagement.WebConsole.Live;
using AgentManagement.WebConsole.Templates;
using AngleSharp.Dom;
using Bunit;
using Microsoft.AspNetCore.Components;
using MudBlazor.Services;
using Finding = AgentManagement.Client.Issue;

namespace AgentManagement.Tests.WebConsole;

/// <summary>What parts of pages show for which input, and what becomes of the document when somebody acts. Without a browser.</summary>
public sealed class ComponentTests : IAsyncDisposable
{
    private const string Hostile = "<img src=x onerror=alert(1)><script>alert(2)</script>";
    private readonly BunitContext _page = new();
    private readonly HttpClient _http = new() { BaseAddress = new("http://nobody.invalid/") };

    public ComponentTests()
    {
        _page.JSInterop.Mode = JSRuntimeMode.Loose;
        _page.Services.AddSingleton(_http).AddSingleton<Browser>().AddSingleton<Texts>().AddSingleton<IdentitySignIn>()
            .AddSingleton<Session>().AddSingleton<LiveChanges>().AddMudServices();
    }

    public async ValueTask DisposeAsync()
    {
        await _page.DisposeAsync();
        _http.Dispose();
    }

    [Fact]
    public async Task What_a_page_still_does_when_it_is_left_ends_without_an_error()
    {
        var page = _page.Render<TwoReadings>();
        var reading = page.InvokeAsync(page.Instance.ReadAsync);
        page.Instance.Dispose();
        page.Instance.First.SetResult();
        Assert.False(await reading);
        Assert.Null(page.Instance.Shown);
    }

    [Fact]
    public void A_difference_shows_the_words_that_changed_and_folds_what_did_not()
    {
        var older = string.Join('\n', Enumerable.Range(1, 40).Select(number => $"line {number}"));
        var diff = Diff(older, older.Replace("line 20", "line twenty", StringComparison.Ordinal));
        var changed = Assert.Single(diff.FindAll("tr.changed"));
        Assert.Equal(["20", "line 20", "20", "line twenty"], changed.QuerySelectorAll("td").Select(cell => cell.TextContent));
        Assert.Equal(["20", "twenty"], changed.QuerySelectorAll("mark").Select(mark => mark.TextContent));
        Assert.Equal(7, Rows().Count);

        var folds = diff.FindAll("tr.fold button");
        Assert.Equal(["Show 16 lines that are the same", "Show 17 lines that are the same"],
            folds.Select(fold => fold.LastChild!.TextContent.Trim()));
        folds[0].Click();
        Assert.Equal(16 + 7, Rows().Count);
        Assert.Equal("line 1", Rows()[0].Children[1].TextContent);
        Assert.Single(diff.FindAll("tr.fold"));

        IReadOnlyList<IElement> Rows() => [.. diff.FindAll("tr:not(.fold)")];
    }

    [Fact]
    public void A_line_that_only_one_side_has_is_beside_nothing()
    {
        var diff = Diff("same\ngone", "same");
        Assert.Equal(["2", "gone", "", ""], diff.Find("tr.changed").QuerySelectorAll("td").Select(cell => cell.TextContent));
        Assert.Equal("none", diff.Find("tr.changed").Children[3].ClassName);
        diff.Render(view => view.Add(each => each.Newer, "same\ngone"));
        Assert.Empty(diff.FindAll("tr.changed"));
        diff.Render(view => view.Add(each => each.Older, "same"));
        Assert.Equal(["", "", "2", "gone"], diff.Find("tr.changed").QuerySelectorAll("td").Select(cell => cell.TextContent));
    }

    [Fact]
    public void A_conflict_shows_all_three_and_a_click_chooses()
    {
        var chosen = new Dictionary<string, Side>();
        var told = 0;
        var choices = _page.Render<ConflictChoices>(view => view.Add(each => each.Conflicts,
            [Conflict("name", "\"Base\"", "\"Theirs\"", "\"Mine\""), Conflict("config.limits", "{\"a\":1}", null, "{\"a\":2}")])
            .Add(each => each.Chosen, chosen).Add(each => each.Changed, () => told++));
        Assert.Equal(["Base", "Theirs", "Mine"], choices.FindAll("fieldset")[0].QuerySelectorAll("pre").Select(value => value.TextContent));
        Assert.Equal(["{\n  \"a\": 1\n}", "(nothing)", "{\n  \"a\": 2\n}"],
            choices.FindAll("fieldset")[1].QuerySelectorAll("pre").Select(value => value.TextContent.ReplaceLineEndings("\n")));
        Assert.Empty(choices.FindAll(".chosen"));

        choices.FindAll("input[type=radio]")[1].Change(true);
        choices.FindAll("input[type=radio]")[2].Change(true);
        Assert.Equal((Side.Mine, Side.Theirs), (chosen["name"], chosen["config.limits"]));
        Assert.Equal(["Mine", "(nothing)"], choices.FindAll(".chosen pre").Select(value => value.TextContent));
        choices.FindAll("input[type=radio]")[0].Change(true);
        Assert.Equal(Side.Theirs, chosen["name"]);
        Assert.Equal(3, told);
    }

    // The declaration, what is typed, and the value that is sent.
    [Theory]
    [InlineData("""{"type":"string"}""", "1", "\"1\""), InlineData("""{"type":"string"}""", "", null)]
    [InlineData("""{"type":"number"}""", "1.5", "1.5"), InlineData("""{"type":"number"}""", "many", "\"many\"")]
    [InlineData("""{"type":"boolean"}""", "yes", "true"), InlineData("""{"type":"boolean","default":true}""", "no", "false")]
    [InlineData("""{"type":"boolean","default":true}""", "", null), InlineData("""{"type":"enum","choices":["a","b"]}""", "b", "\"b\"")]
    [InlineData("""{"type":"list"}""", "a\nb c\n", """["a","b c"]"""), InlineData("""{"type":"object"}""", """{ "a": 1 }""", """{"a":1}""")]
    [InlineData("""{"type":"object"}""", "{", "\"{\""), InlineData("""{"type":"file"}""", "blob://files/1", "\"blob://files/1\"")]
    public void A_templates_variable_is_asked_for_in_the_form_of_its_type(string declaration, string typed, string? expected)
    {
        string? sent = "nothing";
        var variable = JsonDocument.Parse($$"""{"v":{{declaration}} }""").RootElement.EnumerateObject().Single();
        var field = _page.Render<VariableField>(view => view.Add(each => each.Name, "v").Add(each => each.Variable, variable)
            .Add(each => each.ValueChanged, (JsonNode? value) => sent = value?.ToJsonString()));
        var input = field.Find("#v");
        if (input.TagName == "SELECT") input.Change(typed);
        else input.Input(typed);
        Assert.Equal(expected, sent);
        Assert.Equal(typed == "{", field.FindAll(".issue").Count == 1);
        if (input.TagName == "SELECT") Assert.Contains(typed, field.FindAll("option").Select(option => option.GetAttribute("value")));
    }

    [Fact]
    public void What_somebody_wrote_is_text_wherever_it_is_shown()
    {
        var text = $"{Hostile}\u202Eevil";
        var json = JsonSerializer.Serialize(text);
        var choices = _page.Render<ConflictChoices>(view => view
            .Add(each => each.Conflicts, [Conflict(text, json, json, $"{{{json}:1}}")]).Add(each => each.Chosen, []));
        Assert.Equal($"{Hostile}⟨U+202E⟩evil", choices.Find("legend").TextContent);
        Assert.Equal($"{Hostile}⟨U+202E⟩evil", choices.FindAll("pre")[1].TextContent);
        ShouldHaveNoneOfIt(choices);

        var diff = Diff("", text);
        Assert.Equal($"{Hostile}⟨U+202E⟩evil", diff.Find(".newer").TextContent);
        ShouldHaveNoneOfIt(diff);

        var variable = new JsonObject { ["type"] = "string", ["description"] = text };
        var instructions = new JsonObject { ["template"] = text, ["variables"] = new JsonObject { ["<b>"] = variable } };
        var (form, edit) = Form(new JsonObject { ["instructions"] = instructions }.ToJsonString());
        edit.Put("/name", text);
        edit.Judge([new Finding("error", "too_long", "/name", Hostile)]);
        form.Render();
        Assert.Equal(text, At(form, "/name").GetAttribute("value"));
        Assert.Contains(Hostile, form.Find(".issue").TextContent, StringComparison.Ordinal);
        Assert.Equal("<b>", At(form, "/config/instructions/variables/<b>").TextContent);
        ShouldHaveNoneOfIt(form);
    }

    [Fact]
    public void The_form_writes_what_is_typed_and_takes_away_what_is_emptied()
    {
        var (form, edit) = Form("{}");
        Assert.False(edit.IsDirty);
        At(form, "/name").Input("Desk");
        At(form, "/description").Input("Answers.");
        At(form, "/tags").Input(" a,, b c ,");
        At(form, "/type").Change("rag");
        At(form, "/config/model/id").Input("gpt-5-mini");
        At(form, "/config/model/params/temperature").Input("0.7");
        Assert.Equal("""{"model":{"id":"gpt-5-mini","params":{"temperature":0.7}}}""", edit.At("/config")!.ToJsonString());
        Assert.Equal(("Desk", "rag", "Answers."), (edit.Text("/name"), edit.Text("/type"), edit.Text("/description")));
        Assert.Equal("""["a","b c"]""", edit.At("/tags")!.ToJsonString());
        At(form, "/description").Input("");
        At(form, "/tags").Input(" , ");
        At(form, "/config/model/id").Input("");
        At(form, "/config/model/params/temperature").Input("");
        Assert.Equal("""{"name":"Desk","type":"rag","config":{}}""", edit.Content.ToJsonString());
    }

    [Fact]
    public void Issues_stand_at_their_field_and_open_the_section_that_has_them()
    {
        var (form, edit) = Form("""{"model":{"id":"x"}}""");
        Assert.False(Section("voice").HasAttribute("open"));
        Assert.Empty(form.FindAll("[aria-invalid=true]"));
        edit.Judge(
        [
            new Finding("error", "unknown_model", "/config/model/id", "There is no such model."),
            new Finding("warning", "no_voice", "/config/voice/voiceId", "Nobody speaks so."),
            new Finding("error", "duplicate", "/tags/1", "It is there twice."),
        ]);
        form.Render();
        var field = At(form, "/config/model/id");
        Assert.Equal("true", field.GetAttribute("aria-invalid"));
        var help = form.Find($"[id='{field.GetAttribute("aria-describedby")}']");
        Assert.Equal("There is no such model. unknown_model", help.QuerySelector(".issue.error")!.TextContent);
        Assert.True(Section("voice").HasAttribute("open"));
        Assert.Contains("to mend", Section("voice").QuerySelector("summary")!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("to mend", Section("tools").QuerySelector("summary")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("true", At(form, "/tags").GetAttribute("aria-invalid"));
        Assert.Equal("false", At(form, "/name").GetAttribute("aria-invalid"));

        IElement Section(string name) => At(form, $"/config/{name}").ParentElement!;
    }

    [Theory]
    [InlineData("""{"type":"string"}""", "INPUT", "Words", "\"Words\"")]
    [InlineData("""{"type":"string","maxLength":5000}""", "TEXTAREA", "Words", "\"Words\"")]
    [InlineData("""{"type":"integer"}""", "INPUT", "12", "12")]
    [InlineData("""{"type":"number"}""", "INPUT", "1.5e-3", "0.0015")]
    [InlineData("""{"type":"number"}""", "INPUT", "{{warmth}}", "\"{{warmth}}\"")]
    [InlineData("""{"type":"number"}""", "INPUT", "1,5", null)]
    [InlineData("""{"type":"array","items":{"type":"string"}}""", "TEXTAREA", "a\n\nb", "[\"a\",\"b\"]")]
    [InlineData("""{"type":"object"}""", "TEXTAREA", "{\"a\":[1]}", "{\"a\":[1]}")]
    [InlineData("""{"type":"object"}""", "TEXTAREA", "{\"a\":", null)]
    public void A_place_is_edited_as_its_schema_says(string schema, string element, string typed, string? written)
    {
        var (field, edit) = Field(schema);
        Assert.Equal(element, At(field, "/config/it").TagName);
        At(field, "/config/it").Input(typed);
        Assert.Equal(written, edit.At("/config/it")?.ToJsonString());
        At(field, "/config/it").Input("");
        Assert.Null(edit.At("/config/it"));
    }

    [Theory]
    [InlineData("""{"type":"boolean"}""", "not set,yes,no", "no", "false")]
    [InlineData("""{"enum":["low","high"]}""", "not set,low,high", "high", "\"high\"")]
    public void A_place_with_few_values_is_chosen(string schema, string options, string chosen, string written)
    {
        var (field, edit) = Field(schema);
        Assert.Equal(options.Split(','), field.FindAll("option").Select(option => option.TextContent));
        At(field, "/config/it").Change(chosen);
        Assert.Equal(written, edit.At("/config/it")?.ToJsonString());
        At(field, "/config/it").Change("");
        Assert.Null(edit.At("/config/it"));
    }

    [Fact]
    public void Text_that_is_no_JSON_says_so_and_stays_to_be_mended()
    {
        var (field, edit) = Field("""{"type":"object"}""");
        At(field, "/config/it").Input("""{"a":1}""");
        At(field, "/config/it").Input("""{"a":1,""");
        Assert.Contains("This is no JSON yet.", field.Find(".issue").TextContent, StringComparison.Ordinal);
        Assert.Equal("""{"a":1,""", At(field, "/config/it").GetAttribute("value"));
        Assert.Equal("""{"a":1}""", edit.At("/config/it")?.ToJsonString());
        At(field, "/config/it").Input("""{"a":2}""");
        Assert.Empty(field.FindAll(".issue"));
        Assert.Equal("""{"a":2}""", edit.At("/config/it")?.ToJsonString());
    }

    [Fact]
    public void Items_are_added_named_by_what_they_hold_and_removed()
    {
        var (field, edit) = Field(
            """{"type":"array","items":{"type":"object","properties":{"id":{"type":"string"}},"required":["id"]}}""");
        Button(field, "Add").Click();
        Button(field, "Add").Click();
        Assert.Equal(["New one (1)", "New one (2)"], field.FindAll("summary").Select(item => item.TextContent));
        At(field, "/config/it/1/id").Input("mail");
        // As it is left.
        At(field, "/config/it/1/id").FocusOut();
        Assert.Equal(["New one (1)", "mail"], field.FindAll("summary").Select(item => item.TextContent));
        Assert.Equal("""[{},{"id":"mail"}]""", edit.At("/config/it")?.ToJsonString());
        Button(field, "Remove").Click();
        Assert.Equal("""[{"id":"mail"}]""", edit.At("/config/it")?.ToJsonString());
        Button(field, "Remove").Click();
        Assert.Null(edit.At("/config/it"));
        Assert.Empty(field.FindAll("summary"));
    }

    [Fact]
    public void What_has_a_name_is_added_under_it()
    {
        var (field, edit) = Field(
            """{"type":"object","additionalProperties":{"type":"object","properties":{"type":{"type":"string"}},"required":["type"]}}""");
        Assert.True(Button(field, "Add").HasAttribute("disabled"));
        field.Find("[id='at/config/it-new']").Input(" a/b ");
        Button(field, "Add").Click();
        Assert.Equal("""{"a/b":{"type":"string"}}""", edit.At("/config/it")?.ToJsonString());
        At(field, "/config/it/a~1b/type").Input("number");
        Assert.Equal("""{"a/b":{"type":"number"}}""", edit.At("/config/it")?.ToJsonString());
        Button(field, "Remove").Click();
        Assert.Null(edit.At("/config/it"));
    }

    [Fact]
    public void A_variable_of_the_prompt_that_nobody_declared_is_told_and_declared()
    {
        var (form, edit) = Form("""{"instructions":{"template":"For {{company}} in {{tone}}.","variables":{"tone":{"type":"string"}}}}""");
        Assert.Equal(["company"], form.FindAll(".undeclared code").Select(name => name.TextContent));
        Button(form, "declare").Click();
        Assert.Equal("string", edit.Text("/config/instructions/variables/company/type"));
        form.Render();
        Assert.Empty(form.FindAll(".undeclared"));

        Button(form, "Preview with values").Click();
        form.Find("#sample-tone").Input("<i>calm</i>");
        Assert.Equal("For {{company}} in <i>calm</i>.", form.Find("pre.prompt").TextContent);
        Assert.Equal("For {{company}} in {{tone}}.", edit.Text("/config/instructions/template"));
        ShouldHaveNoneOfIt(form);
    }

    private static void ShouldHaveNoneOfIt<T>(IRenderedComponent<T> shown) where T : IComponent =>
        Assert.Empty(shown.FindAll("img, script, b, i"));

    private static IElement At<T>(IRenderedComponent<T> shown, string pointer) where T : IComponent =>
        shown.Find($"[id='{EditSession.ElementOf(pointer)}']");

    private static IElement Button<T>(IRenderedComponent<T> shown, string text) where T : IComponent =>
        shown.FindAll("button").First(button => button.TextContent.Trim() == text);

    private static EditSession Edit(string config) =>
        new(new AgentManagement.Client.Agent("bot", "Bot", "conversational", "draft", 1, JsonDocument.Parse(config).RootElement));

    private static Conflict Conflict(string label, string? @base, string? theirs, string? mine) =>
        new($"/{label}", label, Element(@base), Element(theirs), Element(mine), "");

    private static JsonElement? Element(string? json) => json is null ? null : JsonDocument.Parse(json).RootElement;

    private IRenderedComponent<DiffView> Diff(string older, string newer) =>
        _page.Render<DiffView>(view => view
            .Add(each => each.Older, older).Add(each => each.Newer, newer).Add(each => each.Label, "Prompt"));

    private (IRenderedComponent<AgentForm> Form, EditSession Edit) Form(string config)
    {
        var edit = Edit(config);
        var schema = ContractSchema.AgentConfig.DeepClone().AsObject();
        return (_page.Render<AgentForm>(view => view.Add(each => each.Edit, edit).Add(each => each.Schema, schema)), edit);
    }

    /// <summary>The place <c>/config/it</c> of a document, with a schema.</summary>
    private (IRenderedComponent<SchemaField> Field, EditSession Edit) Field(string schema)
    {
        var edit = Edit("{}");
        var node = SchemaNode.Of(JsonNode.Parse(schema)!.AsObject());
        return (_page.Render<SchemaField>(view => view.Add(each => each.Edit, edit).Add(each => each.Node, node)
            .Add(each => each.Pointer, "/config/it").Add(each => each.Name, "it")), edit);
    }

    private sealed class TwoReadings : PageBase
    {
        public TaskCompletionSource First { get; } = new();

        public Exception? Shown => Failure;

        public Task<bool> ReadAsync() => TryAsync(async () =>
        {
            await First.Task;
            await Task.Delay(Timeout.Infinite, Leaving);
        });
    }
}
