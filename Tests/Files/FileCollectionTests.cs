using AgentManagement.Domain.Files;
using AgentManagement.Files;
using AgentManagement.ServiceDefaults.Blobs;
using AgentManagement.Tasks;
using AgentManagement.Tests.Tasks;

namespace AgentManagement.Tests.Files;

/// <summary>What nothing needs is removed; nothing else is.</summary>
public sealed class FileCollectionTests
{
    private static readonly TimeSpan Grace = TimeSpan.FromDays(7);

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Only_what_no_kept_version_refers_to_is_removed_after_the_grace_period(string kind)
    {
        await using var silo = await TaskSilo.StartAsync(kind);
        var (unused, old, template) = (await AddAsync(silo), await AddAsync(silo), await AddAsync(silo));
        await silo.PutAsync("bot", FileSilo.Attaching(old.Id));
        await silo.PutAsync("bot", FileSilo.Attaching());
        await silo.Silo.Tenant("acme").ApplyAsync("bot", new ArchiveAgent());
        await silo.Silo.Tenant("acme").ApplyTemplateAsync("desk", new AgentManagement.Templates.CreateTemplate(new(
            $$$"""{"name":"Desk","type":"rag","variables":{"guide":{"type":"string","default":"blob://files/{{{template.Id}}}"}},"config":{}}""")));

        Assert.Equal(0, (await silo.CollectAsync()).Count("removed"));
        silo.Clock.Advance(Grace - TimeSpan.FromHours(1));
        Assert.Equal(0, (await silo.CollectAsync()).Count("removed"));
        silo.Clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal(1, (await silo.CollectAsync()).Count("removed"));

        Assert.Equal((false, false), (await silo.HasFileAsync(unused.Id), await silo.HasBytesAsync(unused)));
        foreach (var kept in (StoredFile[])[old, template])
        {
            Assert.Equal((true, true), (await silo.HasFileAsync(kept.Id), await silo.HasBytesAsync(kept)));
        }
        Assert.Equal(("file_deleted", $"file/{unused.Id}", "tester", "admin"), (await silo.LogAsync())[^1]);

        // The agent is gone for good: its versions need nothing any more.
        await silo.Silo.Tenant("acme").ApplyAsync("bot", new ArchiveAgent());
        await silo.Silo.Tenant("acme").ApplyAsync("bot", new PurgeAgent());
        await silo.CollectAsync();
        silo.Clock.Advance(Grace);
        Assert.Equal(1, (await silo.CollectAsync()).Count("removed"));
        Assert.False(await silo.HasBytesAsync(old));
        Assert.True(await silo.HasBytesAsync(template));
    }

    [Fact]
    public async Task What_broken_uploads_left_is_removed_and_nobody_elses_bytes()
    {
        await using var database = await TestDatabase.CreateAsync("sqlite");
        await using var silo = await TaskSilo.StartAsync(database);
        var (ours, theirs) = (await AddAsync(silo), await silo.AddFileAsync(FileClient.NewBytes(), "other"));
        var garbage = Guid.NewGuid().ToString("n");
        await silo.Blobs().WriteAsync("acme", garbage, new MemoryStream([1, 2]), null, default);
        var unfinished = Path.Combine(database.Directory, "files", "acme", $"{Guid.NewGuid():n}.part");
        await File.WriteAllBytesAsync(unfinished, [1]);

        Assert.Equal(0, (await silo.CollectAsync()).Count("garbage"));
        silo.Clock.Advance(FileRules.GarbageAge + TimeSpan.FromMinutes(1));
        Assert.Equal(1, (await silo.CollectAsync()).Count("garbage"));

        Assert.False(File.Exists(unfinished));
        await Assert.ThrowsAsync<BlobStoreException>(() => silo.Blobs().OpenAsync("acme", garbage, new(0, 1), default));
        Assert.True(await silo.HasBytesAsync(ours));
        Assert.True(await silo.HasBytesAsync(theirs, "other"));
    }

    [Fact]
    public async Task Bytes_whose_record_went_before_a_crash_are_found_by_the_next_collection()
    {
        await using var silo = await TaskSilo.StartAsync("sqlite");
        var file = await AddAsync(silo);
        await silo.ApplyAsync(file.Id, new DeleteFile());
        Assert.True(await silo.HasBytesAsync(file));
        silo.Clock.Advance(FileRules.GarbageAge + TimeSpan.FromMinutes(1));
        Assert.Equal((0, 1), Counts(await silo.CollectAsync()));
        Assert.False(await silo.HasBytesAsync(file));
    }

    [Fact]
    public async Task A_collection_repeated_after_a_crash_ends_well()
    {
        await using var silo = await TaskSilo.StartAsync("sqlite");
        await AddAsync(silo);
        await silo.CollectAsync();
        silo.Clock.Advance(Grace);
        var task = TaskId.New();
        await silo.StartAsync(task, new CollectFiles());
        silo.Store.NextWrite = new IOException("The silo dies here.");
        await Assert.ThrowsAnyAsync<Exception>(() => silo.StepAsync(task));

        Assert.Equal("completed", (await silo.FinishAsync(task)).Status);
        Assert.Empty(await silo.Files().ReadIdsAsync("acme"));
        Assert.Single(await silo.LogAsync(), change => change.Kind == "file_deleted");
    }

    [Fact]
    public async Task The_same_bytes_uploaded_again_live_though_the_old_ones_are_collected()
    {
        await using var silo = await TaskSilo.StartAsync("sqlite");
        var bytes = FileClient.NewBytes();
        var first = await silo.AddFileAsync(bytes);
        await silo.CollectAsync();
        silo.Clock.Advance(Grace - TimeSpan.FromHours(1));
        // Marked, and about to go: the upload spares it.
        Assert.Equal(first, await silo.AddFileAsync(bytes));
        silo.Clock.Advance(TimeSpan.FromHours(2));
        await silo.CollectAsync();
        Assert.True(await silo.HasBytesAsync(first));

        silo.Clock.Advance(Grace);
        await silo.CollectAsync();
        Assert.False(await silo.HasFileAsync(first.Id));
        var second = await silo.AddFileAsync(bytes);
        Assert.NotEqual(first.Blob, second.Blob);
        silo.Clock.Advance(FileRules.GarbageAge + TimeSpan.FromMinutes(1));
        await silo.CollectAsync();
        Assert.Equal((true, true), (await silo.HasFileAsync(second.Id), await silo.HasBytesAsync(second)));
    }

    [Fact]
    public async Task Once_a_day_the_service_itself_collects_where_there_are_files_or_bytes()
    {
        await using var silo = await TaskSilo.StartAsync("sqlite");
        await silo.Silo.Tenant("none").ApplyAsync("bot", new CreateAgent(Sample.Content()));
        await silo.AddFileAsync(FileClient.NewBytes());
        await silo.Blobs().WriteAsync("broken", Guid.NewGuid().ToString("n"), new MemoryStream([1]), null, default);
        await silo.KeepAsync();
        await silo.KeepAsync();
        Assert.Equal(2, silo.Queue.TakeAll().Count);
        foreach (var tenant in (string[])["acme", "broken"])
        {
            Assert.Equal(TaskKind.Files, Assert.Single(await silo.Store.ListAsync(tenant, default, null, 10, default)).Kind);
        }
        silo.Clock.Advance(TimeSpan.FromDays(1));
        await silo.KeepAsync();
        // Those of yesterday, which nobody took, have expired.
        Assert.Equal(2, silo.Queue.TakeAll().Count);
    }

    private static Task<StoredFile> AddAsync(TaskSilo silo) => silo.AddFileAsync(FileClient.NewBytes());

    private static (int, int) Counts(TaskInfo task) => (task.Count("removed"), task.Count("garbage"));
}
