using System.Net;
using AgentManagement.Silo.Maintenance;
using AgentManagement.Tests.WebGateway;
using AgentManagement.WebGateway.Limits;
using Microsoft.Playwright;

namespace AgentManagement.Tests.WebConsole;

/// <summary>When the service does not do at once what somebody asks: nothing is lost, and they know.</summary>
[Collection(typeof(MoreConsoleTests))]
public sealed class TroubleTests(Chrome chrome)
{
    private readonly string _tenant = Gateway.NewTenant();

    [Fact]
    public async Task A_save_while_writes_are_stopped_says_so_and_is_done_afterwards()
    {
        await using var service = await ServiceHost.StartAsync();
        await service.CreateClient(_tenant, "admin").CreateAsync(Api.Content(text: "Help.", id: "bot"));
        var windows = service.Services.GetRequiredService<MaintenanceStore>();
        await using var window = await chrome.OpenAsync(address: service.Address);
        await window.SignInAsync(_tenant, page: "agents/bot/edit");
        await window.Field("System prompt").FillAsync("Help them all.");
        await window.Button("Review and save").ClickAsync();
        await window.Dialog.GetByLabel("Note").FillAsync("While it rains");

        await windows.OpenAsync(new(DateTimeOffset.UtcNow.AddMinutes(10), "new disks"));
        await SaveButton(window).ClickAsync();
        await window.SeeAsync(window.Dialog.GetByText("It may be tried again in 30 s."));
        await Assertions.Expect(window.Dialog.GetByLabel("Note")).ToHaveValueAsync("While it rains");
        await window.ShouldBeAccessibleAsync();

        await windows.CloseAsync();
        await SaveButton(window).ClickAsync();
        await window.SeeAsync("All is saved · version 2");
        await Assertions.Expect(window.Field("System prompt")).ToHaveValueAsync("Help them all.");
    }

    [Fact]
    public async Task A_save_beyond_the_tenants_rate_says_so_and_is_done_afterwards()
    {
        var clock = new ShiftedClock();
        await using var service = await ServiceHost.StartAsync(
            change: settings => settings with { IsRateLimited = true }, configure: services => services.AddSingleton<TimeProvider>(clock));
        const string tier = """{"tier":"enterprise","overrides":{"requestsPerMinute":200}}""";
        await (await service.CreateClient("platform", "platform_admin").SendAsync("PUT", $"/internal/v1/tenants/{_tenant}", tier))
            .ShouldBeAsync(200);
        var client = service.CreateClient(_tenant, "admin", subject: "ana");
        await client.CreateAsync(Api.Content(text: "Help.", id: "bot"));
        await using var window = await chrome.OpenAsync(address: service.Address);
        await window.SignInAsync(_tenant, page: "agents/bot/edit");
        await window.Field("System prompt").FillAsync("Help them all.");
        await window.Button("Review and save").ClickAsync();
        await window.Dialog.GetByLabel("Note").FillAsync("In a hurry");

        // All of them in one minute of the clock, in which nothing of the minute before it counts less and less.
        clock.Advance((2 * SlidingWindow.Length) - SlidingWindow.MinuteOf(clock.GetUtcNow()).Elapsed);
        for (var asked = 0; (await client.GetAsync(Api.Agents)).StatusCode is not HttpStatusCode.TooManyRequests; asked++)
        {
            Assert.InRange(asked, 0, 200);
        }
        await SaveButton(window).ClickAsync();
        await window.SeeAsync(window.Dialog.GetByText("It may be tried again in"));
        await Assertions.Expect(window.Dialog.GetByLabel("Note")).ToHaveValueAsync("In a hurry");

        clock.Advance(2 * SlidingWindow.Length);
        await SaveButton(window).ClickAsync();
        await window.SeeAsync("All is saved · version 2");
        await Assertions.Expect(window.Field("System prompt")).ToHaveValueAsync("Help them all.");
    }

    [Fact]
    public async Task A_save_that_takes_long_is_seen_to_go_on_and_is_done_once()
    {
        var client = chrome.Service.CreateClient(_tenant, "admin");
        await client.CreateAsync(Api.Content(text: "Help.", id: "bot"));
        using var relay = new Relay(chrome.Service.Address);
        await using var window = await chrome.OpenAsync(address: relay.Address);
        await window.SignInAsync(_tenant, page: "agents/bot/edit");
        await window.Field("System prompt").FillAsync("Help them all.");
        await window.Button("Review and save").ClickAsync();
        await window.SeeAsync(window.Dialog.GetByLabel("Note"));

        relay.Delay = TimeSpan.FromSeconds(5);
        await SaveButton(window).ClickAsync();
        await window.SeeAsync(window.Dialog.Locator(".busy .bar"));
        await Assertions.Expect(SaveButton(window)).ToBeDisabledAsync();
        relay.Delay = TimeSpan.Zero;
        await window.SeeAsync("All is saved · version 2");
        Assert.Equal(2, (await client.GetAsync($"{Api.Agents}/bot", 200)).GetProperty("version").GetInt32());
        window.ShouldBeClean();
    }

    [Fact]
    public async Task A_gateway_is_replaced_under_an_edit_and_nothing_is_lost()
    {
        var database = await TestDatabase.CreateAsync("sqlite");
        var first = await ServiceHost.StartAsync(database);
        await first.CreateClient(_tenant, "admin").CreateAsync(Api.Content(text: "Help.", id: "bot"));
        using var relay = new Relay(first.Address);
        await using var window = await chrome.OpenAsync(address: relay.Address);
        await window.SignInAsync(_tenant, page: "agents/bot/edit");
        await window.Field("System prompt").FillAsync("Help them all.");
        await window.SeeAsync("Not saved · edit of version 1");

        await first.StopAsync();
        await window.SeeAsync("Connection lost, trying again");
        await window.PictureAsync("gateway-gone");
        await using var second = await ServiceHost.StartAsync(database);
        // Before the page is connected again somebody else saves.
        var client = second.CreateClient(_tenant, "admin");
        await (await client.SendAsync("PATCH", $"{Api.Agents}/bot", """{"description":"Answers customers."}""")).ShouldBeAsync(200);
        relay.Service = second.Address;
        await window.SeeAsync(window.Page.GetByText("Live", new() { Exact = true }));
        await window.SeeAsync("tester saved version 2 while you were editing.");
        await Assertions.Expect(window.Field("System prompt")).ToHaveValueAsync("Help them all.");

        await window.Button("Take it in").ClickAsync();
        await window.SeeAsync("Not saved · edit of version 2");
        await window.Button("Review and save").ClickAsync();
        await SaveButton(window).ClickAsync();
        await window.SeeAsync("All is saved · version 3");
        var saved = await client.GetAsync($"{Api.Agents}/bot", 200);
        Assert.Equal("Answers customers.", saved.Text("description"));
        Assert.Equal("Help them all.", saved.GetProperty("config").GetProperty("instructions").GetProperty("template").GetString());
    }

    private static ILocator SaveButton(Window window) =>
        window.Dialog.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true });
}
