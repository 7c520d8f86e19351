using AgentManagement.Tests.WebGateway;
using Microsoft.Playwright;

namespace AgentManagement.Tests.WebConsole;

/// <summary>Every page, light and dark, in both languages: nobody is kept out by how it is made.</summary>
[Collection(typeof(MoreConsoleTests))]
public sealed class PageTests(Chrome chrome)
{
    private static readonly string[] Pages =
    [
        "agents", "agents/support-bot", "agents/support-bot/edit", "agents/support-bot/versions", "agents/support-bot/versions/1",
        "agents/support-bot/compare", "agents/support-bot/activity", "agents/new", "agents/import", "templates",
        "templates/customer_service", "templates/desk/edit", "files", "releases", "releases/new", "labels", "runtimes", "live", "tasks",
        "audit", "denied", "labels/staging", "tenant", "keys", "webhooks", "platform", "agents/nobody", "nothing",
    ];

    [Theory, InlineData(false, "en"), InlineData(true, "es")]
    public async Task A_page_is_accessible_and_asks_nobody_but_the_service(bool isDark, string language)
    {
        var tenant = Gateway.NewTenant();
        var client = chrome.Service.CreateClient(tenant, "admin", subject: "ana");
        await client.CreateAsync(Api.Content(id: "support-bot"));
        foreach (var words in (string[])["You answer briefly.", "You answer briefly.\\nYou are friendly.\\nYou never promise a refund."])
        {
            var patch = $"{{\"note\":\"After the review\",\"config\":{{\"instructions\":{{\"template\":\"{words}\"}}}}}}";
            await (await client.SendAsync("PATCH", $"{Api.Agents}/support-bot", patch)).ShouldBeAsync(200);
        }
        await client.SendAsync("POST", Api.Tasks, """{"kind":"revalidate"}""");
        await client.SendAsync("PUT", "/api/v1/templates/desk", """{"name":"Desk","type":"conversational","config":{}}""");
        await client.SendAsync("PUT", "/api/v1/labels/staging", """{"description":"Where it is tried"}""");
        await chrome.Service.CreateClient(tenant, "viewer", subject: "ben").SendAsync("DELETE", $"{Api.Agents}/support-bot");
        await using var window = await chrome.OpenAsync(isDark, language);
        await window.SignInAsync(tenant, language: language);
        // In the dark every fourth one: what they are made of is the same.
        foreach (var page in Pages.Where((_, index) => !isDark || index % 4 == 0))
        {
            await window.GoAsync(page);
            await Assertions.Expect(window.Page.Locator(".busy .bar")).ToHaveCountAsync(0, new() { Timeout = 60_000 });
            await window.PictureAsync($"{page.Replace('/', '-')}{(isDark ? "-dark" : "")}");
            await window.ShouldBeAccessibleAsync();
        }
        window.ShouldBeClean();
    }

    [Fact]
    public async Task On_a_narrow_screen_the_menu_opens()
    {
        var tenant = Gateway.NewTenant();
        await chrome.Service.CreateClient(tenant, "admin").CreateAsync(Api.Content(id: "support-bot"));
        await using var window = await chrome.OpenAsync(width: 420, height: 800);
        await window.SignInAsync(tenant);
        await window.SeeAsync(window.Link("Support bot"));
        await window.PictureAsync("narrow");
        await window.ShouldBeAccessibleAsync();
        await window.Button("Menu").ClickAsync();
        await window.Link("Usage and limits").ClickAsync();
        await window.SeeAsync("Used of the limits");
    }
}
