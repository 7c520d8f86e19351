using System.Net.Http.Json;
using System.Text;
using AgentManagement.Tests.WebGateway;
using Microsoft.Playwright;

namespace AgentManagement.Tests.WebConsole;

/// <summary>What people must be able to do, each in a browser.</summary>
[Collection(typeof(ConsoleTests))]
public sealed class AbilityTests(Chrome chrome)
{
    private readonly string _tenant = Gateway.NewTenant();

    [Fact]
    public async Task Two_who_edit_one_agent_lose_nothing()
    {
        var bot = await MakeAsync(Api.Content(text: "Help.", id: "bot"));
        await using var ana = await chrome.OpenAsync();
        await using var ben = await chrome.OpenAsync();
        await ana.SignInAsync(_tenant, subject: "ana", page: "agents/bot/edit");
        await ben.SignInAsync(_tenant, subject: "ben", page: "agents/bot/edit");

        // Each changes something else: Ana learns of what Ben has saved, and takes it in.
        await ana.Field("Description").First.FillAsync("Answers customers.");
        await ben.Field("System prompt").FillAsync("Help at once.");
        await SaveAsync(ben, "Quicker");
        await ben.SeeAsync("All is saved · version 2");
        await ana.SeeAsync("ben saved version 2 while you were editing.");
        await ana.PictureAsync("somebody-saved");
        await ana.ShouldBeAccessibleAsync();
        await ana.Button("Take it in").ClickAsync();
        await ana.SeeAsync("Not saved · edit of version 2");
        await Assertions.Expect(ana.Field("System prompt")).ToHaveValueAsync("Help at once.");
        await Assertions.Expect(ana.Field("Description").First).ToHaveValueAsync("Answers customers.");
        await SaveAsync(ana, "Says what it is for");
        await ana.SeeAsync("All is saved · version 3");

        // Both change the same: the one who saves second chooses.
        await ben.SeeAsync("All is saved · version 3");
        await ben.Field("System prompt").FillAsync("Help as Ben says.");
        await ana.Field("System prompt").FillAsync("Help as Ana says.");
        await SaveAsync(ben, "Ben's words");
        await ana.SeeAsync("ben saved version 4 while you were editing.");
        await ana.Button("Review and save").ClickAsync();
        await ana.SeeAsync(ana.Dialog.GetByText("You and somebody else changed the same."));
        await ana.PictureAsync("conflict");
        await ana.ShouldBeAccessibleAsync();
        await ana.Dialog.GetByText("Mine", new() { Exact = true }).ClickAsync();
        await ana.Dialog.GetByRole(AriaRole.Button, new() { Name = "Use these choices" }).ClickAsync();
        await ana.Dialog.GetByLabel("Note").FillAsync("Ana's words");
        await ana.Dialog.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await ana.SeeAsync("All is saved · version 5");
        var now = await bot.GetAsync($"{Api.Agents}/bot", 200);
        Assert.Equal("Help as Ana says.", now.GetProperty("config").GetProperty("instructions").GetProperty("template").GetString());
        Assert.Equal("Answers customers.", now.GetProperty("description").GetString());
        ana.ShouldBeClean();
        ben.ShouldBeClean();
    }

    [Fact]
    public async Task Who_else_has_an_agent_open_stands_by_its_name()
    {
        await MakeAsync(Api.Content(id: "bot"));
        await using var ana = await chrome.OpenAsync();
        await using var ben = await chrome.OpenAsync();
        await ana.SignInAsync(_tenant, subject: "ana", page: "agents/bot");
        await ben.SignInAsync(_tenant, subject: "ben", page: "agents/bot/edit");
        await ana.SeeAsync("Also here: ben");
        await ben.SeeAsync("Also here: ana");
        await ana.PictureAsync("also-here");
        await ana.ShouldBeAccessibleAsync();
        await ben.GoAsync("agents");
        await ana.SeeNotAsync(ana.Page.GetByText("Also here:"));
        ana.ShouldBeClean();
        ben.ShouldBeClean();
    }

    [Fact]
    public async Task An_edit_that_is_not_saved_survives_a_reload_and_a_lost_connection()
    {
        await MakeAsync(Api.Content(text: "Help.", id: "bot"));
        await using var window = await chrome.OpenAsync();
        await window.SignInAsync(_tenant, page: "agents/bot/edit");
        await window.Field("System prompt").FillAsync("Help them all.");
        await window.SeeAsync("Not saved · edit of version 1");
        await Await.Until(
            async () => await window.Page.EvaluateAsync<string?>($"sessionStorage.getItem('draft/{_tenant}/bot')") is { } draft
                && draft.Contains("Help them all.", StringComparison.Ordinal), "the edit is kept");
        window.Page.Dialog += (_, dialog) => _ = dialog.AcceptAsync();
        await window.Page.ReloadAsync();
        await window.SignInAsync(_tenant, page: "agents/bot/edit");
        await window.SeeAsync("These are your edits of before; they were not saved.");
        await Assertions.Expect(window.Field("System prompt")).ToHaveValueAsync("Help them all.");

        await window.Page.Context.SetOfflineAsync(true);
        await window.Button("Review and save").ClickAsync();
        await window.SeeAsync("The service cannot be reached. Nothing that you typed is lost.");
        await window.Page.Context.SetOfflineAsync(false);
        await window.Dialog.GetByRole(AriaRole.Button, new() { Name = "Go on editing" }).ClickAsync();
        await SaveAsync(window, "After all");
        await window.SeeAsync("All is saved · version 2");
    }

    [Fact]
    public async Task A_viewer_sees_everything_and_nothing_that_writes()
    {
        await MakeAsync(Api.Content(id: "bot"));
        await using var window = await chrome.OpenAsync();
        await window.SignInAsync(_tenant, role: "viewer");
        await window.SeeAsync(window.Link("Support bot"));
        string[] pages =
            ["agents", "agents/bot", "agents/bot/edit", "agents/bot/versions", "templates", "files", "tasks", "releases", "labels"];
        string[] acts =
        [
            "New agent", "Import", "Activate", "Clone", "Archive", "Review and save", "Roll back", "New release", "New label",
            "Validate all agents", "Delete", "Make an agent",
        ];
        foreach (var page in pages)
        {
            await window.GoAsync(page);
            foreach (var act in acts)
            {
                await window.SeeNotAsync(window.Button(act));
                await window.SeeNotAsync(window.Link(act));
            }
        }
        await window.GoAsync("agents/bot/edit");
        await Assertions.Expect(window.Field("System prompt")).ToBeDisabledAsync();
        await window.SeeNotAsync(window.Link("Audit"));
        await window.SeeNotAsync(window.Link("API keys"));
        window.ShouldBeClean();
    }

    [Fact]
    public async Task What_content_says_is_text_and_nothing_else()
    {
        const string hostile = "<img src=x onerror=alert(1)><script>alert(2)</script>";
        var client = await MakeAsync(new JsonObject
        {
            ["id"] = "bot", ["name"] = $"{hostile} مرحبا", ["description"] = $"\"'>{hostile}", ["type"] = "conversational",
            ["tags"] = new JsonArray("<b>bold</b>", "مرحبا", "a&b"),
            ["config"] = new JsonObject
            {
                ["instructions"] = new JsonObject
                {
                    ["template"] = $"{hostile}\n{{{{constructor.constructor('alert(3)')()}}}}\n\u202Eevil\u200D",
                },
                ["tools"] = new JsonArray(new JsonObject { ["id"] = "t", ["description"] = $"</textarea>{hostile}" }),
            },
        }.ToJsonString());
        await (await client.SendAsync("PATCH", $"{Api.Agents}/bot", new JsonObject
        {
            ["note"] = hostile, ["config"] = new JsonObject { ["instructions"] = new JsonObject { ["template"] = $"</pre>{hostile}" } },
        }.ToJsonString())).ShouldBeAsync(200);
        await using var window = await chrome.OpenAsync();
        var spoken = false;
        window.Page.Dialog += (_, dialog) =>
        {
            spoken = true;
            _ = dialog.DismissAsync();
        };
        await window.SignInAsync(_tenant);
        foreach (var page in (string[])["agents", "agents/bot", "agents/bot/edit", "agents/bot/versions", "agents/bot/versions/1",
            "agents/bot/compare?from=1&to=2", "agents/bot/activity", "audit", "live"])
        {
            await window.GoAsync(page);
            await window.SeeAsync(window.Page.GetByText("onerror").First.Or(window.Page.Locator("h1")).First);
            Assert.Equal(0, await window.Page.Locator("main img[src=x], main script, main b").CountAsync());
        }
        await window.GoAsync("agents/bot/compare?from=1&to=2");
        await window.SeeAsync("⟨U+202E⟩");
        await window.PictureAsync("hostile");
        Assert.False(spoken);
        window.ShouldBeClean();
    }

    [Fact]
    public async Task A_dropped_connection_is_shown_and_caught_up()
    {
        var client = await MakeAsync(Api.Content(id: "bot"));
        using var relay = new Relay(chrome.Service.Address);
        await using var window = await chrome.OpenAsync(address: relay.Address);
        await window.SignInAsync(_tenant);
        await window.SeeAsync(window.Link("Support bot"));
        // The page follows what happens.
        await client.CreateAsync(Api.Content(name: "Second bot", id: "second"));
        await window.SeeAsync(window.Link("Second bot"));

        relay.Cut();
        await window.SeeAsync("Connection lost, trying again");
        await window.PictureAsync("connection-lost");
        await client.CreateAsync(Api.Content(name: "Third bot", id: "third"));
        relay.Mend();
        await window.SeeAsync(window.Link("Third bot"));
        await window.SeeAsync(window.Page.GetByText("Live", new() { Exact = true }));
    }

    [Fact]
    public async Task A_list_of_thousands_comes_as_it_is_looked_at()
    {
        const int agents = 2_000;
        var client = chrome.Service.CreateClient(_tenant, "admin");
        var lines = new StringBuilder();
        for (var number = 1; number <= agents; number++)
        {
            lines.Append($"{{\"id\":\"agent-{number:00000}\",\"name\":\"Agent {number:00000}\",")
                .Append("\"type\":\"conversational\",\"config\":{}}\n");
        }
        var task = await (await client.SendAsync("POST", Api.Import, lines.ToString())).ShouldBeAsync(202);
        var import = $"{Api.Tasks}/{task.GetProperty("id")}";
        await Await.Until(async () => await DoneAsync() == agents, "all agents are imported");
        await using var window = await chrome.OpenAsync();
        await window.SignInAsync(_tenant);
        await window.SeeAsync("of 2,000");
        // A page has as many rows as are seen, and not thousands.
        Assert.InRange(await window.Page.Locator("tbody tr").CountAsync(), 5, 120);
        for (var page = 0; page < 4; page++)
        {
            await window.Page.Locator(".list-scroll").EvaluateAsync("list => list.scrollTop = list.scrollHeight");
            await window.SeeAsync(window.Page.GetByText($"{(page + 2) * 100:0} of 2,000"));
        }
        Assert.InRange(await window.Page.Locator("tbody tr").CountAsync(), 5, 120);
        await window.Field("Search").FillAsync("agent 01999");
        await window.SeeAsync(window.Link("Agent 01999"));
        await window.SeeAsync("1 of 1");
        Assert.Contains("q=agent%2001999", window.Page.Url, StringComparison.Ordinal);
        window.ShouldBeClean();

        async Task<int> DoneAsync() => (await client.GetAsync(import, 200)).GetProperty("progress").GetProperty("done").GetInt32();
    }

    [Fact]
    public async Task A_prompt_of_a_hundred_thousand_characters_is_edited()
    {
        var prompt = string.Concat(Enumerable.Repeat("{{company}} {x} {{ {{{raw}}} }} ${y} {% if %} {{undeclared}}\n", 1_640))[..100_000];
        var client = await MakeAsync(new JsonObject
        {
            ["id"] = "bot", ["name"] = "Bot", ["type"] = "conversational",
            ["config"] = new JsonObject
            {
                ["instructions"] = new JsonObject
                {
                    ["template"] = prompt, ["variables"] = new JsonObject { ["company"] = new JsonObject { ["type"] = "string" } },
                },
            },
        }.ToJsonString());
        await using var window = await chrome.OpenAsync();
        await window.SignInAsync(_tenant, page: "agents/bot/edit");
        await window.SeeAsync("100,000 of 256,000 characters");
        await window.SeeAsync("Used, and declared nowhere:");
        await window.Field("System prompt").EvaluateAsync("field => { field.focus(); field.setSelectionRange(0, 0); }");
        await window.Page.Keyboard.TypeAsync("Begin. ");
        await SaveAsync(window, "A beginning");
        await window.SeeAsync("All is saved · version 2");
        var saved = await client.GetAsync($"{Api.Agents}/bot", 200);
        Assert.Equal($"Begin. {prompt}", saved.GetProperty("config").GetProperty("instructions").GetProperty("template").GetString());
        window.ShouldBeClean();
    }

    [Fact]
    public async Task Versions_are_released_to_production_and_taken_back()
    {
        var client = await MakeAsync(Api.Content(id: "bot"));
        await (await client.SendAsync("POST", $"{Api.Agents}/bot/activate")).ShouldBeAsync(200);
        await using var window = await chrome.OpenAsync();
        await window.SignInAsync(_tenant, page: "labels");
        await window.MakeLabelAsync();
        await window.ReleaseAsync("bot", "now nothing");
        const string patch = """{"config":{"instructions":{"template":"Other words."}}}""";
        await (await client.SendAsync("PATCH", $"{Api.Agents}/bot", patch)).ShouldBeAsync(200);
        await window.GoAsync("labels/production");
        await chrome.ReportAsync(_tenant, "runner-1", "bot", version: 2);
        await window.ReleaseAsync("bot", "now version 2", picture: "new-release");
        // A runtime that has not taken it over yet is told of, until it has.
        await window.SeeAsync("Behind: runner-1");
        await chrome.ReportAsync(_tenant, "runner-1", "bot", version: 3);
        await window.SeeAsync("1 of 1");
        await window.PictureAsync("release");
        await window.ShouldBeAccessibleAsync();
        await window.GoAsync("runtimes");
        await window.SeeAsync("runner-1");
        await window.PictureAsync("runtimes");
        await window.GoAsync("agents/bot");
        await window.SeeAsync("Live in");
        await window.GoAsync("labels/production");
        await window.PictureAsync("label");
        await window.ShouldBeAccessibleAsync();
        await window.Link("Release").ClickAsync();
        await window.Button("Take it back").ClickAsync();
        await window.Dialog.GetByLabel("Reason *").FillAsync("Wrong about refunds");
        await window.Dialog.GetByRole(AriaRole.Button, new() { Name = "Take it back", Exact = true }).ClickAsync();
        await window.SeeAsync("Wrong about refunds");
        var assignments = await client.GetAsync("/api/v1/labels/production/assignments", 200);
        Assert.Equal(2, assignments.GetProperty("items")[0].GetProperty("stable").GetInt32());
        window.ShouldBeClean();
    }

    [Fact]
    public async Task Many_are_changed_at_once_with_the_outcome_of_each()
    {
        var client = await MakeAsync(Api.Content(name: "First bot", id: "first"));
        await client.CreateAsync("""{"id":"second","name":"Second bot","type":"conversational","config":{}}""");
        await using var window = await chrome.OpenAsync();
        await window.SignInAsync(_tenant);
        await window.Page.GetByLabel("Choose First bot").CheckAsync();
        await window.Page.GetByLabel("Choose Second bot").CheckAsync();
        await window.SeeAsync("2 chosen");
        await window.Page.GetByRole(AriaRole.Region, new() { Name = "Chosen agents" })
            .GetByRole(AriaRole.Button, new() { Name = "Activate", Exact = true }).ClickAsync();
        await window.Dialog.GetByRole(AriaRole.Button, new() { Name = "Activate", Exact = true }).ClickAsync();
        await window.SeeAsync(window.Dialog.GetByText("refused"));
        await window.SeeAsync(window.Dialog.GetByText("changed", new() { Exact = true }));
        await window.PictureAsync("bulk");
        await window.ShouldBeAccessibleAsync();
        Assert.Equal("active", (await client.GetAsync($"{Api.Agents}/first", 200)).GetProperty("status").GetString());
    }

    [Fact]
    public async Task Everything_is_found_by_the_keyboard()
    {
        await MakeAsync(Api.Content(name: "Support bot", id: "bot"));
        await using var window = await chrome.OpenAsync();
        await window.SignInAsync(_tenant);
        await window.Page.Keyboard.PressAsync("Control+k");
        await window.SeeAsync(window.Dialog);
        await window.Page.Keyboard.TypeAsync("support");
        await window.SeeAsync(window.Dialog.GetByRole(AriaRole.Option, new() { Name = "Support bot" }));
        await window.PictureAsync("palette");
        await window.ShouldBeAccessibleAsync();
        await window.Page.Keyboard.PressAsync("Enter");
        await window.SeeAsync(window.Page.GetByRole(AriaRole.Heading, new() { Name = "Support bot" }));
        Assert.EndsWith("/console/agents/bot", window.Page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_that_ends_is_begun_again_with_the_edit_as_it_was()
    {
        await MakeAsync(Api.Content(text: "Help.", id: "bot"));
        await using var window = await chrome.OpenAsync();
        await window.SignInAsync(_tenant, page: "agents/bot/edit");
        await window.Page.RouteAsync("**/api/v1/agents/bot**", route => route.FulfillAsync(new() { Status = 401, Body = "{}" }));
        await window.Field("System prompt").FillAsync("Help them.");
        await window.SeeAsync("Your session has ended");
        await window.Page.UnrouteAsync("**/api/v1/agents/bot**");
        await window.SignInAgainAsync(_tenant);
        await SaveAsync(window, "Goes on");
        await window.SeeAsync("All is saved · version 2");
    }

    /// <summary>Makes an agent; returns a client of the tenant's.</summary>
    private async Task<HttpClient> MakeAsync(string body)
    {
        var client = chrome.Service.CreateClient(_tenant, "admin");
        await client.CreateAsync(body);
        return client;
    }

    private static async Task SaveAsync(Window window, string note)
    {
        await window.Button("Review and save").ClickAsync();
        await window.Dialog.GetByLabel("Note").FillAsync(note);
        await window.Dialog.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
    }
}
