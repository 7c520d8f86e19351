using AgentManagement.Audit;
using AgentManagement.ServiceDefaults.Audit;
using AgentManagement.Tests.Files;
using AgentManagement.Tests.WebGateway;

namespace AgentManagement.Tests.Audit;

/// <summary>What is read out leaves a line.</summary>
public sealed class AuditReadTests
{
    private const string Reads = "/api/v1/audit/reads";

    public static TheoryData<string> Kinds => TestDatabase.Kinds;

    [Theory, MemberData(nameof(Kinds))]
    public async Task Exports_files_and_links_to_them_are_listed_with_who_and_which(string kind)
    {
        await using var service = await ServiceHost.StartAsync(kind);
        using var viewer = service.CreateClient(role: "viewer", subject: "viv");
        using var editor = service.CreateClient(subject: "ed");
        var bytes = FileClient.NewBytes();
        var file = (await editor.AddAsync(bytes)).Text("id");
        var content = $"{FileClient.Files}/{file}/content";

        await viewer.DownloadAsync(file);
        // What gives nothing out leaves nothing.
        await viewer.SendAsync("HEAD", content);
        await viewer.SendAsync("GET", content, null, ("If-None-Match", $"\"{file}\""));
        await viewer.SendAsync("GET", $"{FileClient.Files}/{FileClient.IdOf([1])}/content");
        var link = await (await viewer.SendAsync("POST", $"{FileClient.Files}/{file}/link", "{}")).ShouldBeAsync(200);
        Assert.Equal(bytes, await service.CreateAnonymousClient().GetByteArrayAsync(link.Text("url")));
        await editor.GetStringAsync("/api/v1/export");
        await (await editor.SendAsync("GET", "/api/v1/audit", null, ("Accept", "application/x-ndjson"))).Content.ReadAsStringAsync();
        await editor.GetAsync("/api/v1/audit", 200);
        await viewer.SendAsync("GET", Reads);

        var items = await ListAsync(editor, 5);
        Assert.Equal(
            [
                ("changes_exported", "GET /api/v1/audit", "ed"), ("agents_exported", "GET /api/v1/export", "ed"),
                ("file_link_used", $"GET /files/{{tenant}}/{file}", null),
                ("file_link_made", $"POST /api/v1/files/{file}/link", "viv"),
                ("file_downloaded", $"GET /api/v1/files/{file}/content", "viv"),
            ],
            items.Select(item => (item.Text("code"), item.Text("operation"), item.GetProperty("subject").GetString())));
        Assert.All(items, item => Assert.Equal("127.0.0.1", item.Text("address")));
        var page = await editor.GetAsync($"{Reads}?limit=2", 200);
        Assert.Equal(items[2].Text("id"), (await editor.GetAsync($"{Reads}?limit=2&cursor={page.Text("nextCursor")}", 200))
            .GetProperty("items")[0].Text("id"));
        // Neither is another tenant's, nor among the refusals.
        Assert.Empty(await ListAsync(service.CreateClient("other"), 0));
        var refusals = await service.CreateClient(role: "admin").GetAsync("/api/v1/audit/refusals", 200);
        Assert.Equal(["permission_denied"], refusals.GetProperty("items").EnumerateArray().Select(item => item.Text("code")));
    }

    [Fact]
    public void A_flood_of_refusals_hides_nothing_that_is_read_and_of_many_reads_a_part_is_kept()
    {
        var clock = new ManualTimeProvider();
        var log = new DeniedAttemptLog(clock);
        for (var number = 0; number < 100; number++) log.Note(log.Make("permission_denied") with { TenantId = "acme" });
        for (var number = 0; number < DeniedAttemptLog.MaxOfAMinute + 7; number++)
        {
            log.Note(log.MakeRead("file_downloaded") with { TenantId = "acme" });
        }
        clock.Advance(TimeSpan.FromMinutes(1));
        var reads = log.Take(1_000).Where(noted => noted.IsRead).ToList();
        Assert.Equal(DeniedAttemptLog.MaxOfAMinute, reads.Count(read => read.Code == "file_downloaded"));
        Assert.Equal(7, Assert.Single(reads, read => read.Code == DeniedAttempt.Omitted).Count);
    }

    private static async Task<IReadOnlyList<JsonElement>> ListAsync(HttpClient client, int atLeast)
    {
        IReadOnlyList<JsonElement> items = [];
        await Await.Until(
            async () =>
            {
                items = [.. (await client.GetAsync(Reads, 200)).GetProperty("items").EnumerateArray()];
                return items.Count >= atLeast;
            }, "what was read is kept");
        return items;
    }
}
