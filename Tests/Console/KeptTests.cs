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
    public async Task A_filter_is_saved_and_chosen_again_and_deleted()
    {
        var client = chrome.Service.CreateClient(_tenant, "admin");
        await client.CreateAsync(Api.Content(name: "Billing", id: "billing"));
        await client.CreateAsync(Api.Content(name: "Support", id: "support"));
        await (await client.SendAsync("POST", $"{Api.Agents}/support/activate")).ShouldBeAsync(200);
        await chrome.Service.CreateClient(_other, "admin").CreateAsync(Api.Content(name: "Theirs", id: "theirs"));
        await using var window = await chrome.OpenAsync();
        await window.SignInAsync(_tenant);
        await window.SeeAsync(window.Link("Billing"));
        // There is nothing to save of a list of all.
        await window.SeeNotAsync(window.Button("Save this filter"));
        await window.Field("Status").SelectOptionAsync("active");
        await window.Field("Order").SelectOptionAsync("Name");
        await window.SeeNotAsync(window.Link("Billing"));
        await window.Button("Save this filter").ClickAsync();
        var save = window.Dialog.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true });
        await Assertions.Expect(save).ToBeDisabledAsync();
        await window.Dialog.GetByLabel("Name *").FillAsync(new string('a', 61));
        await Assertions.Expect(save).ToBeDisabledAsync();
        await window.Dialog.GetByLabel("Name *").FillAsync("Live <b>now</b>");
        await window.ShouldBeAccessibleAsync();
        await save.ClickAsync();
        await Assertions.Expect(window.Field("Saved filters")).ToHaveValueAsync("Live <b>now</b>");
        await window.PictureAsync("saved-filter");
        await window.ShouldBeAccessibleAsync();

        // It is there after a reload, and the address says the filter, for whoever it is sent to.
        await window.SignInAsync(_tenant);
        await window.SeeAsync(window.Link("Billing"));
        await Assertions.Expect(window.Field("Saved filters")).ToHaveValueAsync("");
        await window.Field("Saved filters").SelectOptionAsync("Live <b>now</b>");
        await window.SeeNotAsync(window.Link("Billing"));
        await window.SeeAsync(window.Link("Support"));
        await Assertions.Expect(window.Field("Status")).ToHaveValueAsync("active");
        Assert.Contains("status=active", window.Page.Url, StringComparison.Ordinal);
        Assert.Contains("sort=name", window.Page.Url, StringComparison.Ordinal);

        // Another tenant has none of it.
        await window.SignInAsync(_other);
        await window.SeeAsync(window.Link("Theirs"));
        await window.SeeNotAsync(window.Field("Saved filters"));

        await window.SignInAsync(_tenant);
        await window.Field("Saved filters").SelectOptionAsync("Live <b>now</b>");
        await window.Button("Delete this filter").ClickAsync();
        await window.SeeNotAsync(window.Field("Saved filters"));
        await window.SeeAsync(window.Button("Save this filter"));
        await window.SignInAsync(_tenant);
        await window.SeeAsync(window.Link("Billing"));
        await window.SeeNotAsync(window.Field("Saved filters"));
        window.ShouldBeClean();
    }

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
