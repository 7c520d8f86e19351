using AgentManagement.Tests.WebGateway;
using Microsoft.Playwright;

namespace AgentManagement.Tests.WebConsole;

/// <summary>Releases to the label <c>production</c> as a person makes them, and runtimes that take them up.</summary>
internal static class Releasing
{
    /// <summary>Makes the label, from the page of labels, and goes to it.</summary>
    public static async Task MakeLabelAsync(this Window window)
    {
        await window.Button("New label").ClickAsync();
        await window.Dialog.GetByLabel("Name *").FillAsync("production");
        await window.Dialog.GetByRole(AriaRole.Button, new() { Name = "Make it" }).ClickAsync();
        await window.Link("production").ClickAsync();
    }

    /// <summary>Releases an agent from the page of the label.</summary>
    /// <param name="window">Where.</param>
    /// <param name="agent">Its id.</param>
    /// <param name="before">What the page says that the label has of it.</param>
    /// <param name="picture">Of the release before it is made; null for none.</param>
    public static async Task ReleaseAsync(this Window window, string agent, string before, string? picture = null)
    {
        await window.Link("Release to it").ClickAsync();
        await window.Field("Add an agent").FillAsync(agent);
        await window.Button("Add").ClickAsync();
        await window.SeeAsync(before);
        if (picture is not null) await window.PictureAsync(picture);
        await window.ShouldBeAccessibleAsync();
        await window.Button("Make the release").ClickAsync();
        await window.Button("Start").ClickAsync();
        await window.Dialog.GetByRole(AriaRole.Button, new() { Name = "Start", Exact = true }).ClickAsync();
        await window.SeeAsync(window.Page.GetByText("completed", new() { Exact = true }).First);
    }

    /// <summary>A runtime says that it has what the label has now.</summary>
    public static async Task ReportAsync(this Chrome chrome, string tenant, string instance, string agent, int version)
    {
        var label = await chrome.Service.CreateClient(tenant, "admin").GetAsync("/api/v1/labels/production/assignments", 200);
        var report = new JsonObject
        {
            ["label"] = "production", ["labelRevision"] = label.GetProperty("revision").GetInt32(),
            ["applied"] = new JsonArray(new JsonObject { ["agent"] = agent, ["version"] = version }),
        };
        await (await chrome.Service.CreateClient(tenant, "service")
            .SendAsync("PUT", $"/internal/v1/tenants/{tenant}/runtimes/{instance}", report.ToJsonString())).ShouldBeAsync(200);
    }
}
