using AgentManagement.Files;
using AgentManagement.Storage;
using AgentManagement.Tasks;

namespace AgentManagement.Silo.Tasks;

/// <summary>The collection of the files of each tenant that has any, or bytes that a broken upload left.</summary>
internal sealed class DailyFileCollection(IFileStore store, IFileBytes bytes, IGrainFactory grains) : DailyTask("files", grains)
{
    protected override async Task<IEnumerable<string>> FindTenantsAsync(DateTimeOffset now) =>
        bytes.IsConfigured ? (await store.ReadTenantsAsync()).Union(await bytes.ListTenantsAsync()) : [];

    protected override TaskCommand NewCommand() => new CollectFiles();
}
