using AgentManagement.Tests.WebGateway;

namespace AgentManagement.Tests.WebConsole;

[Collection(typeof(ConsoleTests))]
public sealed class TemplateUpgradeTests(Chrome chrome)
{
    [Fact]
    public async Task Values_that_a_newer_version_asks_for_are_given_as_it_is_upgraded()
    {
        var tenant = Gateway.NewTenant();
        var client = chrome.Service.CreateClient(tenant, "admin");
        await (await client.SendAsync("POST", "/api/v1/templates", Samples.Template("desk"))).ShouldBeAsync(201);
        await (await client.SendAsync("POST", "/api/v1/templates/desk/instantiate", """
            {"id":"bot","name":"Support bot","variables":{"brand":"Acme"}}
            """)).ShouldBeAsync(201);
        await (await client.SendAsync("PUT", "/api/v1/templates/desk", """
            {"name":"Desk","type":"conversational","variables":{"brand":{"type":"string","required":true},
             "tone":{"type":"enum","label":"Tone","choices":["calm","cheerful"],"required":true}},
             "config":{"instructions":{"template":"For {{brand}}, {{tone}}."}}}
            """)).ShouldBeAsync(200);

        await using var window = await chrome.OpenAsync();
        await window.SignInAsync(tenant, page: "templates/desk");
        await window.Button("Upgrade").Last.ClickAsync();
        await window.SeeAsync(window.Dialog.GetByText("/variables/tone"));
        await window.ShouldBeAccessibleAsync();
        await window.Dialog.GetByLabel("Tone").SelectOptionAsync("cheerful");
        await window.SeeAsync(window.Dialog.GetByText("For Acme, cheerful.").First);
        await window.PictureAsync("upgrade-asks");
        await window.Dialog.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Upgrade", Exact = true }).ClickAsync();
        await window.SeeAsync("None: all agents of this template have its newest version.");

        var agent = await client.GetAsync("/api/v1/agents/bot", 200);
        Assert.Equal("""{"brand":"Acme","tone":"cheerful"}""", agent.GetProperty("templateVariables").GetRawText());
    }
}
