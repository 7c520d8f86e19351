using AgentManagement.Tests.WebGateway;
using Microsoft.Playwright;

namespace AgentManagement.Tests.WebConsole;

/// <summary>What somebody does who is new here, by what the screen says.</summary>
[Collection(typeof(ConsoleTests))]
public sealed class JourneyTests(Chrome chrome)
{
    [Fact]
    public async Task Somebody_new_makes_an_agent_edits_it_releases_it_and_goes_back()
    {
        await using var window = await chrome.OpenAsync();
        var page = window.Page;
        var tenant = Gateway.NewTenant();

        // Sign in, as anybody may in development.
        await window.GotoAsync("");
        await window.Field("Tenant").FillAsync(tenant);
        await window.PictureAsync("sign-in");
        await window.ShouldBeAccessibleAsync();
        await window.Button("Sign in").ClickAsync();

        // Make an agent from a template.
        await window.SeeAsync("Make the first agent");
        await window.PictureAsync("first-run");
        await window.ShouldBeAccessibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Customer service" }).ClickAsync();
        await page.GetByLabel("Name *", new() { Exact = true }).FillAsync("Support bot");
        await window.Field("Id").FillAsync("support-bot");
        await page.GetByLabel("brand *").FillAsync("Acme");
        await page.GetByLabel("contact *").FillAsync("help@acme.example");
        await window.PictureAsync("new-agent");
        await window.ShouldBeAccessibleAsync();
        await window.Button("Make it").ClickAsync();

        // Edit it, look at the difference before it is saved, and save it with a note.
        var prompt = window.Field("System prompt");
        await window.SeeAsync("All is saved · version 1");
        await prompt.FillAsync(await prompt.InputValueAsync() + "\n- Answer in at most three sentences.");
        await window.SeeAsync("Not saved · edit of version 1");
        await window.PictureAsync("edit");
        await window.ShouldBeAccessibleAsync();
        await window.Button("Review and save").ClickAsync();
        await window.SeeAsync(window.Dialog.GetByText("- Answer in at most three sentences."));
        await window.SeeAsync(window.Dialog.GetByText("medium").First);
        await window.Dialog.GetByLabel("Note").FillAsync("Shorter answers");
        await window.PictureAsync("save");
        await window.ShouldBeAccessibleAsync();
        await window.Dialog.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await window.SeeAsync("All is saved · version 2");

        // Break it, and be told where.
        await window.Field("Temperature").First.FillAsync("9");
        await window.SeeAsync(page.GetByRole(AriaRole.Button, new() { Name = "/config/model/params/temperature" }));
        await window.PictureAsync("issues");
        await window.ShouldBeAccessibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "/config/model/params/temperature" }).ClickAsync();
        await Assertions.Expect(window.Field("Temperature").First).ToBeFocusedAsync();
        await window.Button("Discard").ClickAsync();
        await window.SeeAsync("All is saved · version 2");

        // A colleague saves meanwhile: both edits stay.
        await window.Field("Description").First.FillAsync("Answers customers.");
        var colleague = chrome.Service.CreateClient(tenant, "editor", subject: "ben");
        await (await colleague.SendAsync("PATCH", $"{Api.Agents}/support-bot", """{"tags":["vip"]}""")).ShouldBeAsync(200);
        await window.SeeAsync("ben saved version 3 while you were editing.");
        await window.Button("Take it in").ClickAsync();
        await Assertions.Expect(window.Field("Tags")).ToHaveValueAsync("vip");
        await window.Button("Review and save").ClickAsync();
        await window.Dialog.GetByLabel("Note").FillAsync("Says what it is for");
        await window.Dialog.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await window.SeeAsync("All is saved · version 4");

        // Make it live, release it, and watch a runtime take it up.
        await window.Button("Activate").ClickAsync();
        await window.Dialog.GetByRole(AriaRole.Button, new() { Name = "Activate", Exact = true }).ClickAsync();
        await window.SeeAsync(page.GetByText("version 5", new() { Exact = true }));
        await window.Link("Labels").ClickAsync();
        await window.MakeLabelAsync();
        await window.ReleaseAsync("support-bot", "now nothing");
        await window.Link("Runtimes").First.ClickAsync();
        await chrome.ReportAsync(tenant, "runner-1", "support-bot", version: 5);
        await window.SeeAsync("runner-1");

        // Look at its history, and go back.
        await window.Link("Agents").First.ClickAsync();
        await window.Link("Support bot").ClickAsync();
        await window.Link("Versions").ClickAsync();
        await window.SeeAsync("Shorter answers");
        await window.PictureAsync("versions");
        await window.ShouldBeAccessibleAsync();
        await page.GetByRole(AriaRole.Row).Filter(new() { HasText = "Shorter answers" })
            .GetByRole(AriaRole.Link, new() { Name = "Compare" }).ClickAsync();
        await window.SeeAsync("- Answer in at most three sentences.");
        await window.PictureAsync("compare");
        await window.ShouldBeAccessibleAsync();
        await window.Link("Versions").ClickAsync();
        await page.GetByRole(AriaRole.Row).Filter(new() { HasText = "Made" })
            .GetByRole(AriaRole.Button, new() { Name = "Roll back" }).ClickAsync();
        await window.SeeAsync(window.Dialog.GetByText("- Answer in at most three sentences."));
        await window.Dialog.GetByLabel("Note").FillAsync("It was better before");
        await window.PictureAsync("roll-back");
        await window.ShouldBeAccessibleAsync();
        await window.Dialog.GetByRole(AriaRole.Button, new() { Name = "Roll back", Exact = true }).ClickAsync();
        await window.SeeAsync("It was better before");
        window.ShouldBeClean();
    }
}
