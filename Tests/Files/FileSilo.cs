using AgentManagement.Files;
using AgentManagement.Grains.Storage;
using AgentManagement.ServiceDefaults.Blobs;
using AgentManagement.Tasks;
using AgentManagement.Tests.Tasks;

namespace AgentManagement.Tests.Files;

/// <summary>What tests of files ask of a silo whose clock and tasks they hold.</summary>
internal static class FileSilo
{
    /// <summary>Puts bytes into the store and records them, as an upload does.</summary>
    public static async Task<StoredFile> AddFileAsync(this TaskSilo silo, byte[] bytes, string? tenantId = null)
    {
        var blob = Guid.CreateVersion7().ToString("n");
        await silo.Blobs().WriteAsync(tenantId ?? silo.TenantId, blob, new MemoryStream(bytes), null, default);
        var outcome = await silo.ApplyAsync(
            FileClient.IdOf(bytes), new AddFile("guide.pdf", "application/pdf", bytes.Length, blob, silo.Clock.GetUtcNow()), tenantId);
        Assert.True(outcome.IsOk, outcome.Code);
        return outcome.Value!.File;
    }

    public static Task<Outcome<FileChange>> ApplyAsync(this TaskSilo silo, string fileId, FileCommand command, string? tenantId = null) =>
        silo.Silo.Tenant(tenantId ?? silo.TenantId).ApplyFileAsync(fileId, command);

    public static async Task<bool> HasFileAsync(this TaskSilo silo, string fileId, string? tenantId = null)
    {
        tenantId ??= silo.TenantId;
        TestSilo.ActAs(tenantId);
        return (await silo.Silo.Grains.GetGrain<IFileGrain>(GrainKeys.File(tenantId, fileId)).GetAsync()).IsOk;
    }

    /// <summary>Runs a collection to its end.</summary>
    public static async Task<TaskInfo> CollectAsync(this TaskSilo silo, string? tenantId = null)
    {
        var task = TaskId.New();
        var started = await silo.StartAsync(task, new CollectFiles(), tenantId: tenantId);
        Assert.True(started.IsOk, started.Code);
        return await silo.FinishAsync(task, tenantId);
    }

    public static IBlobStore Blobs(this TaskSilo silo) => silo.Silo.Services.GetRequiredService<IBlobStore>();

    public static IFileStore Files(this TaskSilo silo) => silo.Silo.Services.GetRequiredService<IFileStore>();

    /// <summary>Whether all bytes can be read.</summary>
    public static async Task<bool> HasBytesAsync(this TaskSilo silo, StoredFile file, string? tenantId = null)
    {
        try
        {
            await using var stream = await silo.Blobs().OpenAsync(tenantId ?? silo.TenantId, file.Blob, new(0, file.Size), default);
            var bytes = new byte[file.Size];
            await stream.ReadExactlyAsync(bytes);
            return FileClient.IdOf(bytes) == file.Id;
        }
        catch (BlobStoreException)
        {
            return false;
        }
    }

    public static JsonText Attaching(params IEnumerable<string> files) => new(FileClient.Content(files));

    /// <summary>Makes or replaces an agent.</summary>
    public static Task<Outcome<AgentChange>> PutAsync(this TaskSilo silo, string agentId, JsonText content, string tier = "enterprise") =>
        silo.Silo.Tenant(silo.TenantId, tier: tier).ApplyAsync(agentId, new ReplaceAgent(content));
}
