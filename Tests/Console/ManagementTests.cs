using AgentManagement.Tests.WebGateway;
using AgentManagement.WebGateway.Access;
using Microsoft.Playwright;

namespace AgentManagement.Tests.WebConsole;

/// <summary>What is managed beside agents, each in a browser: templates, labels, and the platform's tenants.</summary>
[Collection(typeof(MoreConsoleTests))]
public sealed class ManagementTests(Chrome chrome)
{
    private readonly string _tenant = Gateway.NewTenant();

    [Fact]
    public async Task A_template_is_made_and_edited_as_agents_are()
    {
        var client = chrome.Service.CreateClient(_tenant, "admin");
        await using var window = await chrome.OpenAsync();
        await window.SignInAsync(_tenant, page: "templates");
        await window.Button("New template").ClickAsync();
        await window.Dialog.GetByLabel("Name *").FillAsync("Desk");
        await window.Dialog.GetByRole(AriaRole.Button, new() { Name = "Make it" }).ClickAsync();
        await window.SeeAsync("All is saved · version 1");
        await window.Field("System prompt").FillAsync("You speak for {{brand}}.");
        await window.SeeAsync("Used, and declared nowhere:");
        await window.Button("declare").ClickAsync();
        await window.SeeNotAsync(window.Page.GetByText("Used, and declared nowhere:"));
        await window.ShouldBeAccessibleAsync();
        await window.PictureAsync("template-edit");
        var id = window.Page.Url.Split('/')[^2];
        await Await.Until(
            async () => await window.Page.EvaluateAsync<string?>($"sessionStorage.getItem('draft/{_tenant}/template/{id}')") is { } draft
                && draft.Contains("brand", StringComparison.Ordinal), "the edit is kept");
        window.Page.Dialog += (_, dialog) => _ = dialog.AcceptAsync();
        await window.Page.ReloadAsync();
        await window.SignInAgainAsync(_tenant);
        await window.SeeAsync("These are your edits of before; they were not saved.");
        await window.Button("Review and save").ClickAsync();
        await window.SeeAsync(window.Dialog.GetByText("Agents that were made from it stay as they are"));
        await window.ShouldBeAccessibleAsync();
        await window.Dialog.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await window.SeeAsync("All is saved · version 2");
        var saved = await client.GetAsync($"/api/v1/templates/{id}", 200);
        Assert.Equal("You speak for {{brand}}.",
            saved.GetProperty("config").GetProperty("instructions").GetProperty("template").GetString());
        Assert.Equal("string", saved.GetProperty("variables").GetProperty("brand").Text("type"));

        // Somebody else saves meanwhile: nothing of either is lost unseen.
        await window.Field("Description").First.FillAsync("Mine.");
        await (await client.SendAsync(
            "PUT", $"/api/v1/templates/{id}", """{"name":"Desk","type":"conversational","config":{},"description":"Theirs."}"""))
            .ShouldBeAsync(200);
        await window.SeeAsync("tester saved version 3 while you were editing.");
        await window.Button("Put mine over it").ClickAsync();
        await window.Button("Review and save").ClickAsync();
        await window.SeeAsync(window.Dialog.GetByText("Theirs."));
        await window.Dialog.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await window.SeeAsync("All is saved · version 4");
        Assert.Equal("Mine.", (await client.GetAsync($"/api/v1/templates/{id}", 200)).Text("description"));
        window.ShouldBeClean();
    }

    [Fact]
    public async Task A_template_is_deleted_and_whoever_was_made_from_it_is_named_first()
    {
        var client = chrome.Service.CreateClient(_tenant, "admin");
        const string template = """{"name":"Desk","type":"conversational","config":{}}""";
        await (await client.SendAsync("PUT", "/api/v1/templates/desk", template)).ShouldBeAsync(201);
        foreach (var id in (string[])["help", "sales"])
        {
            var body = $$"""{"id":"{{id}}","name":"{{id}}"}""";
            await (await client.SendAsync("POST", "/api/v1/templates/desk/instantiate", body)).ShouldBeAsync(201);
        }
        await using var editor = await chrome.OpenAsync(isDark: true);
        await editor.SignInAsync(_tenant, role: "editor", page: "templates/desk");
        await editor.Button("Delete").ClickAsync();
        await editor.ShouldBeAccessibleAsync();
        await DeleteButton(editor).ClickAsync();
        await editor.SeeAsync(editor.Dialog.GetByText("Only an administrator can delete it"));
        await Assertions.Expect(editor.Dialog.GetByRole(AriaRole.Link)).ToHaveTextAsync(["help", "sales"]);
        await editor.PictureAsync("template-delete-dark");
        await editor.ShouldBeAccessibleAsync();
        // Who may not force it is not asked whether to.
        await Assertions.Expect(DeleteButton(editor)).ToBeDisabledAsync();
        await editor.SeeNotAsync(editor.Dialog.GetByRole(AriaRole.Checkbox));
        await editor.Dialog.GetByRole(AriaRole.Link, new() { Name = "sales" }).ClickAsync();
        await editor.SeeAsync(editor.Page.GetByRole(AriaRole.Heading, new() { Name = "sales" }));
        editor.ShouldBeClean();

        await using var window = await chrome.OpenAsync();
        await window.SignInAsync(_tenant, page: "templates/desk");
        await window.Button("Delete").ClickAsync();
        await DeleteButton(window).ClickAsync();
        await window.SeeAsync(window.Dialog.GetByText("are marked as degraded"));
        await window.PictureAsync("template-delete");
        await window.ShouldBeAccessibleAsync();
        await Assertions.Expect(DeleteButton(window)).ToBeDisabledAsync();
        await client.GetAsync("/api/v1/templates/desk", 200);
        await window.Dialog.GetByRole(AriaRole.Checkbox).CheckAsync();
        await DeleteButton(window).ClickAsync();
        await window.SeeAsync("Desk is deleted.");
        await client.GetAsync("/api/v1/templates/desk", 404);
        Assert.Equal("template/desk", (await client.GetAsync($"{Api.Agents}/sales", 200)).GetProperty("degraded")[0].GetString());
        window.ShouldBeClean();

        static ILocator DeleteButton(Window window) =>
            window.Dialog.GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true });
    }

    [Fact]
    public async Task A_value_that_is_a_variable_of_a_template_is_shown_and_kept()
    {
        var client = chrome.Service.CreateClient(_tenant, "admin");
        await (await client.SendAsync("PUT", "/api/v1/templates/desk", """
            {"name":"Desk","type":"conversational","variables":{"warmth":{"type":"number","default":0.2}},
             "config":{"model":{"provider":"openai","id":"gpt-5-mini","params":{"temperature":"{{warmth}}"}}}}
            """)).ShouldBeAsync(201);
        await using var window = await chrome.OpenAsync();
        await window.SignInAsync(_tenant, page: "templates/desk/edit");
        await Assertions.Expect(window.Field("Temperature")).ToHaveValueAsync("{{warmth}}");
        await window.Field("Description").First.FillAsync("Warm.");
        await window.Button("Review and save").ClickAsync();
        await window.Dialog.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await window.SeeAsync("All is saved · version 2");
        var saved = await client.GetAsync("/api/v1/templates/desk", 200);
        Assert.Equal("{{warmth}}",
            saved.GetProperty("config").GetProperty("model").GetProperty("params").GetProperty("temperature").GetString());
        window.ShouldBeClean();
    }

    [Fact]
    public async Task The_rules_of_a_label_are_changed_and_it_is_deleted()
    {
        var client = chrome.Service.CreateClient(_tenant, "admin");
        await client.CreateAsync(Api.Content(id: "bot"));
        await (await client.SendAsync("PUT", "/api/v1/labels/production", "{}")).ShouldBeAsync(201);
        await (await client.SendAsync("PUT", $"{Api.Agents}/bot/labels/production", """{"version":1}""")).ShouldBeAsync(200);
        await using var window = await chrome.OpenAsync();
        await window.SignInAsync(_tenant, page: "labels/production");
        var save = window.Dialog.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true });
        await ChangeAsync();
        // What somebody else sets meanwhile is not overwritten unseen.
        await (await client.SendAsync("PUT", "/api/v1/labels/production", """{"description":"Theirs."}""")).ShouldBeAsync(200);
        await window.SeeAsync(window.Page.GetByText("Theirs.").First);
        await save.ClickAsync();
        await window.SeeAsync(window.Dialog.GetByRole(AriaRole.Alert));
        Assert.Equal("Theirs.", (await client.GetAsync("/api/v1/labels/production", 200)).Text("description"));
        await window.Dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await ChangeAsync();
        await window.PictureAsync("label-rules");
        await window.ShouldBeAccessibleAsync();
        await save.ClickAsync();
        await window.SeeAsync("evaluation, red-team");
        await window.SeeAsync("Holidays");
        await window.ShouldBeAccessibleAsync();
        var label = await client.GetAsync("/api/v1/labels/production", 200);
        Assert.Equal((2, true), (label.GetProperty("approvals").GetInt32(), label.GetProperty("excludeAuthors").GetBoolean()));
        Assert.Equal(["evaluation", "red-team"], label.GetProperty("checks").EnumerateArray().Select(check => check.GetString()));
        var freeze = label.GetProperty("freezes")[0];
        Assert.Equal((9, "Holidays"), (
            (freeze.GetProperty("to").GetDateTimeOffset() - freeze.GetProperty("from").GetDateTimeOffset()).Days, freeze.Text("reason")));

        await window.Button("Delete").ClickAsync();
        var delete = window.Dialog.GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true });
        await Assertions.Expect(delete).ToBeDisabledAsync();
        await window.Dialog.GetByRole(AriaRole.Checkbox).CheckAsync();
        await window.ShouldBeAccessibleAsync();
        await delete.ClickAsync();
        await window.SeeAsync("There is no label yet");
        await client.GetAsync("/api/v1/labels/production", 404);
        window.ShouldBeClean();

        async Task ChangeAsync()
        {
            await window.Button("Change its rules").ClickAsync();
            await window.Dialog.GetByLabel("Approvals that a release needs").FillAsync("2");
            await window.Dialog.GetByLabel("Those who wrote what is released do not count").CheckAsync();
            await window.Dialog.GetByLabel("Checks that a version must have passed").FillAsync("evaluation, red-team");
            await window.Dialog.GetByRole(AriaRole.Button, new() { Name = "Add a time" }).ClickAsync();
            await Assertions.Expect(save).ToBeDisabledAsync();
            await window.Dialog.GetByLabel("From", new() { Exact = true }).FillAsync("2031-12-24T00:00");
            await window.Dialog.GetByLabel("Until", new() { Exact = true }).FillAsync("2032-01-02T00:00");
            await window.Dialog.GetByLabel("Reason *").FillAsync("Holidays");
            await window.Dialog.GetByLabel("Note").FillAsync("As agreed with operations");
        }
    }

    [Fact]
    public async Task The_platforms_administrators_see_what_a_tier_would_come_to_before_they_set_it()
    {
        var client = chrome.Service.CreateClient(_tenant, "admin");
        for (var number = 1; number <= 4; number++) await client.CreateAsync(Api.Content(id: $"bot-{number}"));
        await using var window = await chrome.OpenAsync();
        await window.GotoAsync("agents");
        var (token, _) = chrome.Service.Services.GetRequiredService<TokenIssuer>().Issue("platform", "platform_admin", null, "olga");
        await window.Page.GetByText("Sign in with a token or an API key").ClickAsync();
        await window.Page.GetByLabel("Token", new() { Exact = true }).FillAsync(token);
        await window.Button("Sign in with it").ClickAsync();
        await window.Link("Tenants").ClickAsync();
        await window.ShouldBeAccessibleAsync();
        await window.SeeNotAsync(window.Link("Agents").And(window.Page.Locator("nav a")));
        await window.Field("Tenant *").FillAsync(_tenant);
        await window.Field("Tier").SelectOptionAsync("free");
        await window.Field("Limits of its own").FillAsync("{\"activeAgents\": 2");
        await window.Button("What it would come to").ClickAsync();
        await window.SeeAsync("this is no JSON.");
        await window.Field("Limits of its own").FillAsync("{\"activeAgents\": 2}");
        await window.Button("What it would come to").ClickAsync();
        await window.SeeAsync("Beyond these limits");
        await window.SeeAsync("4 of 3");
        await window.ShouldBeAccessibleAsync();
        await window.PictureAsync("platform");
        Assert.Equal("enterprise", (await client.GetAsync("/api/v1/tenant", 200)).Text("tier"));
        await window.Button("Set it").ClickAsync();
        await window.SeeAsync(window.Page.GetByRole(AriaRole.Heading, new() { NameRegex = new("^It is set") }));
        var tenant = await client.GetAsync("/api/v1/tenant", 200);
        Assert.Equal(("free", 2), (tenant.Text("tier"), tenant.GetProperty("limits").GetProperty("activeAgents").GetInt32()));
        window.ShouldBeClean();
    }
}
