using AgentManagement.Templates;
using AgentManagement.Tests.Tasks;

namespace AgentManagement.Tests.Files;

/// <summary>
/// Random uploads, references, rollbacks, archivings, purges and days: after each collection all is there that a version needs.
/// </summary>
public sealed class FileCollectionPropertyTests
{
    private const int Steps = 60;

    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public async Task A_collection_never_removes_what_a_kept_version_needs_and_in_time_all_that_none_does(int seed)
    {
        await using var silo = await TaskSilo.StartAsync("sqlite");
        var random = new Random(seed);
        var contents = Enumerable.Range(0, 6).Select(_ => FileClient.NewBytes(50)).ToArray();
        for (var step = 0; step < Steps; step++)
        {
            var agent = $"bot-{random.Next(3)}";
            switch (random.Next(11))
            {
                case 0 or 1 or 2:
                    await silo.AddFileAsync(contents[random.Next(contents.Length)]);
                    break;
                case 3 or 4 or 5:
                    // free keeps 20 versions, of which these soon pass some.
                    await silo.PutAsync(
                        agent, FileSilo.Attaching(contents.Where(_ => random.Next(3) == 0).Select(FileClient.IdOf)), tier: "free");
                    break;
                case 6:
                    await silo.Silo.Tenant("acme").ApplyAsync(agent, new RollbackAgent(1 + random.Next(4), null));
                    break;
                case 7:
                    await silo.Silo.Tenant("acme").ApplyAsync(agent, random.Next(2) == 0 ? new ArchiveAgent() : new RestoreAgent());
                    break;
                case 8:
                    await silo.Silo.Tenant("acme").ApplyAsync(agent, new ArchiveAgent());
                    await silo.Silo.Tenant("acme").ApplyAsync(agent, new PurgeAgent());
                    break;
                case 9:
                    await silo.Silo.Tenant("acme")
                        .ApplyTemplateAsync("desk", random.Next(2) == 0 ? new DeleteTemplate() : new ReplaceTemplate(new(
                        $$$"""{"name":"Desk {{{step}}}","type":"rag","config":{"attachments":[{{{FileClient.Attach(FileClient.IdOf(contents[random.Next(contents.Length)]))}}}]}}""")));
                    break;
                default:
                    silo.Clock.Advance(TimeSpan.FromDays(random.Next(1, 5)));
                    var before = (await NeededAsync(silo)).Intersect(await silo.Files().ReadIdsAsync("acme")).ToList();
                    await silo.CollectAsync();
                    Assert.Empty(before.Except(await silo.Files().ReadIdsAsync("acme")));
                    break;
            }
            foreach (var id in (await NeededAsync(silo)).Intersect(await silo.Files().ReadIdsAsync("acme")))
            {
                Assert.True(await silo.HasBytesAsync((await silo.Files().ReadAsync("acme", [id])).Single()),
                    $"Seed {seed}, step {step}: the bytes of a needed file are gone.");
            }
        }

        await silo.CollectAsync();
        silo.Clock.Advance(TimeSpan.FromDays(8));
        await silo.CollectAsync();
        var needed = await NeededAsync(silo);
        Assert.All(await silo.Files().ReadIdsAsync("acme"), id => Assert.Contains(id, needed));
        Assert.Equal((await silo.Files().ReadBlobsAsync("acme")).Order(),
            (await silo.Blobs().ListAsync("acme", DateTimeOffset.MaxValue, default)).Order());
    }

    /// <summary>What the documents of the versions that are kept say, read as text and not through the table of uses.</summary>
    private static async Task<HashSet<string>> NeededAsync(TaskSilo silo)
    {
        await using var connection = await silo.Silo.Database.Source.OpenConnectionAsync();
        var documents = await Dapper.SqlMapper.QueryAsync<string>(
            connection, "SELECT document FROM agent_version UNION ALL SELECT document FROM template_version");
        return [.. documents.SelectMany(document => System.Text.RegularExpressions.Regex.Matches(document, "sha256-[0-9a-f]{64}")
            .Select(match => match.Value))];
    }
}
