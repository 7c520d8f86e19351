using AgentManagement.Tests.WebGateway;
using Microsoft.Playwright;

namespace AgentManagement.Tests.WebConsole;

/// <summary>What a browser keeps for whoever uses it, and of which tenant.</summary>
[Collection(typeof(MoreConsoleTests))]
public sealed class KeptTests(Chrome chrome)
{
    private readonly string _tenant = Gateway.NewTenant();
    private readonly string _other = Gateway.NewTenant();

    [Fact]
    public async Task What_was_answered_to_one_tenant_is_never_shown_to_another()
    {
        await chrome.Service.CreateClient(_tenant, "admin").CreateAsync(Api.Content(text: "Ours.", id: "bot"));
        await chrome.Service.CreateClient(_other, "admin").CreateAsync(Api.Content(text: "Theirs.", id: "bot"));
        await using var window = await chrome.OpenAsync();
        await window.SignInAsync(_tenant, page: "agents/bot/edit");
        await Assertions.Expect(window.Field("System prompt")).ToHaveValueAsync("Ours.");
        // The same address, and the same version.
        await window.SignInAsync(_other, page: "agents/bot/edit");
        await Assertions.Expect(window.Field("System prompt")).ToHaveValueAsync("Theirs.");
        window.ShouldBeClean();
    }
}
