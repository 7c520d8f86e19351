using AgentManagement.ServiceDefaults.Blobs;

namespace AgentManagement.Tests.Files;

/// <summary>What every blob store does: a folder, and S3 on a real server.</summary>
public sealed class BlobStoreTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("agent-management-").FullName;
    private readonly string _tenant = $"tenant-{Guid.NewGuid():n}";

    public static TheoryData<string> Kinds => ["folder", "s3"];

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory, MemberData(nameof(Kinds))]
    public async Task What_is_stored_is_read_whole_and_in_parts(string kind)
    {
        var store = await OpenAsync(kind);
        // Less than a part, two parts exactly, and two and a bit.
        foreach (var length in (int[])[1, 5_000, 16 * 1024 * 1024, 20_000_001])
        {
            var (bytes, blob) = (FileClient.NewBytes(length), Guid.NewGuid().ToString("n"));
            await store.WriteAsync(_tenant, blob, new MemoryStream(bytes), null, default);
            Assert.Equal(bytes, await ReadAsync(store, blob, new(0, length)));
            Assert.Equal(bytes[(length / 2)..], await ReadAsync(store, blob, new(length / 2, length - (length / 2))));
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_write_that_fails_leaves_nothing(string kind)
    {
        var store = await OpenAsync(kind);
        foreach (var length in (int[])[1_000, 17 * 1024 * 1024])
        {
            var blob = Guid.NewGuid().ToString("n");
            using var content = new MeasuredStream(new MemoryStream(FileClient.NewBytes(length)), length - 1);
            await Assert.ThrowsAsync<TooManyBytesException>(() => store.WriteAsync(_tenant, blob, content, null, default));
            await Assert.ThrowsAsync<BlobStoreException>(() => store.OpenAsync(_tenant, blob, new(0, 1), default));
        }
        Assert.Empty(await store.ListAsync(_tenant, DateTimeOffset.MaxValue.AddDays(-1), default));
        if (kind == "s3")
        {
            await Await.Until(async () => !(await store.ListTenantsAsync(default)).Contains(_tenant), "the tenant has nothing there");
        }
    }

    [Fact]
    public async Task A_stream_that_is_longer_than_was_said_is_not_stored_in_part()
    {
        var store = await OpenAsync("s3");
        var blob = Guid.NewGuid().ToString("n");
        await Assert.ThrowsAsync<ArgumentException>(() => store.WriteAsync(_tenant, blob, new MemoryStream(new byte[11]), 10, default));
        await Assert.ThrowsAsync<BlobStoreException>(() => store.OpenAsync(_tenant, blob, new(0, 1), default));
        await store.WriteAsync(_tenant, blob, new MemoryStream(new byte[11]), 11, default);
        Assert.Equal(new byte[11], await ReadAsync(store, blob, new(0, 11)));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Each_tenant_has_a_place_of_its_own(string kind)
    {
        var store = await OpenAsync(kind);
        var (blob, neighbour) = (Guid.NewGuid().ToString("n"), _tenant + "-2");
        await store.WriteAsync(_tenant, blob, new MemoryStream([1, 2, 3]), null, default);
        await store.WriteAsync(neighbour, blob, new MemoryStream([4]), null, default);

        Assert.Equal([1, 2, 3], await ReadAsync(store, blob, new(0, 3)));
        Assert.Empty(new[] { _tenant, neighbour }.Except(await store.ListTenantsAsync(default)));
        await store.DeleteAsync(neighbour, blob, default);
        Assert.Equal([blob], await store.ListAsync(_tenant, DateTimeOffset.UtcNow.AddHours(1), default));
        Assert.Empty(await store.ListAsync(neighbour, DateTimeOffset.UtcNow.AddHours(1), default));
        // A tenant whose id begins alike is another.
        Assert.Empty(await store.ListAsync(_tenant[..^1], DateTimeOffset.UtcNow.AddHours(1), default));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task What_is_young_is_not_listed_as_old_and_what_is_gone_may_go_again(string kind)
    {
        var store = await OpenAsync(kind);
        var blob = Guid.NewGuid().ToString("n");
        await store.WriteAsync(_tenant, blob, new MemoryStream([1]), null, default);
        Assert.Empty(await store.ListAsync(_tenant, DateTimeOffset.UtcNow.AddHours(-1), default));
        await store.DeleteAsync(_tenant, blob, default);
        await store.DeleteAsync(_tenant, blob, default);
        await store.DeleteUnfinishedAsync(_tenant, DateTimeOffset.UtcNow, default);
        await store.CheckAsync(default);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_name_that_would_lead_elsewhere_is_refused(string kind)
    {
        var store = await OpenAsync(kind);
        await Assert.ThrowsAsync<ArgumentException>(
            () => store.WriteAsync("..", new string('a', 32), new MemoryStream([1]), null, default));
        await Assert.ThrowsAsync<ArgumentException>(() => store.OpenAsync(_tenant, "../x", new(0, 1), default));
    }

    private async Task<IBlobStore> OpenAsync(string kind) => kind == "folder"
        ? new FolderBlobStore(_directory) : await S3Server.OpenAsync();

    private async Task<byte[]> ReadAsync(IBlobStore store, string blob, BytePart part)
    {
        await using var stream = await store.OpenAsync(_tenant, blob, part, default);
        var bytes = new byte[part.Length];
        await stream.ReadExactlyAsync(bytes);
        return bytes;
    }
}
