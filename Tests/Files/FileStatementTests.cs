using AgentManagement.Files;
using AgentManagement.Silo.Commits;
using AgentManagement.Tenants;
using AgentManagement.Tests.Tasks;
using AgentManagement.Tests.WebGateway;
using Dapper;

namespace AgentManagement.Tests.Files;

/// <summary>What the statement of a change keeps true of files, whatever the grains believe.</summary>
public sealed class FileStatementTests(FileStatementTests.Silos silos) : IClassFixture<FileStatementTests.Silos>
{
    private readonly string _tenant = Gateway.NewTenant();

    public static TheoryData<string> Kinds => TestDatabase.Kinds;

    [Theory, MemberData(nameof(Kinds))]
    public async Task Every_kept_version_and_no_other_has_its_files(string kind)
    {
        var silo = await silos.OfAsync(kind, _tenant);
        var (one, two) = (await silo.AddFileAsync(FileClient.NewBytes()), await silo.AddFileAsync(FileClient.NewBytes()));
        await silo.PutAsync("bot", FileSilo.Attaching(one.Id), tier: "free");
        Assert.Equal([(one.Id, "bot", 1L)], await UsesAsync(silo));
        await silo.PutAsync("bot", FileSilo.Attaching(one.Id, two.Id), tier: "free");
        Assert.Equal(3, (await UsesAsync(silo)).Count);

        // free keeps 20 versions.
        for (var number = 0; number < 19; number++) await silo.PutAsync(
            "bot", new(FileClient.Content().Replace("Help.", $"Help {number}.", StringComparison.Ordinal)), tier: "free");
        Assert.Equal([(one.Id, "bot", 2L), (two.Id, "bot", 2L)], (await UsesAsync(silo)).Where(use => use.Version == 2)
            .OrderBy(use => use.FileId == one.Id ? 0 : 1));
        await silo.PutAsync("bot", FileSilo.Attaching(two.Id), tier: "free");
        await silo.Silo.Services.GetRequiredService<VersionRetention>().SweepAsync();
        Assert.Equal([(two.Id, "bot", 22L)], await UsesAsync(silo));

        Assert.True((await silo.Silo.Tenant(_tenant).ApplyTemplateAsync("desk", new AgentManagement.Templates.CreateTemplate(new(
            $$$"""{"name":"Desk","type":"rag","config":{"attachments":[{{{FileClient.Attach(one.Id)}}}]}}""")))).IsOk);
        Assert.Contains((one.Id, "template/desk", 1L), await UsesAsync(silo));
        Assert.Equal("in_use", (await silo.ApplyAsync(one.Id, new DeleteFile())).Code);

        await silo.Silo.Tenant(_tenant).ApplyTemplateAsync("desk", new AgentManagement.Templates.DeleteTemplate());
        await silo.Silo.Tenant(_tenant).ApplyAsync("bot", new ArchiveAgent());
        await silo.Silo.Tenant(_tenant).ApplyAsync("bot", new PurgeAgent());
        Assert.Empty(await UsesAsync(silo));
        Assert.True((await silo.ApplyAsync(one.Id, new DeleteFile())).IsOk);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_file_that_a_version_refers_to_stays_though_the_grain_did_not_see_it(string kind)
    {
        var (silo, other) = (await silos.OfAsync(kind, _tenant), await silos.OfAsync(kind, _tenant, isSecond: true));
        var file = await silo.AddFileAsync(FileClient.NewBytes());
        await silo.PutAsync("bot", FileSilo.Attaching(file.Id));
        // As if the version were written between the grain's look and its write.
        Assert.Equal("in_use", (await other.ApplyAsync(file.Id, new DeleteFile())).Code);
        Assert.True(await silo.HasFileAsync(file.Id));
        Assert.Single(await silo.Files().ReadIdsAsync(_tenant));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task An_agent_whose_file_goes_while_it_is_written_is_decided_anew(string kind)
    {
        var silo = await silos.OfAsync(kind, _tenant, isSecond: true);
        var files = (BlindFiles)silo.Files();
        var file = await silo.AddFileAsync(FileClient.NewBytes());
        Assert.True((await silo.PutAsync("bot", FileSilo.Attaching())).IsOk);
        Assert.True((await silo.Silo.Tenant(_tenant).ApplyAsync("bot", new ActivateAgent(null))).IsOk);

        // After the check has found it and before the statement.
        files.AfterRead = async () => Assert.True((await silo.ApplyAsync(file.Id, new DeleteFile())).IsOk);
        var outcome = await silo.PutAsync("bot", FileSilo.Attaching(file.Id));

        Assert.Equal((OutcomeKind.Invalid, "attachment_missing"), (outcome.Kind, outcome.Issues.Single().Code));
        Assert.Empty(await UsesAsync(silo));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task The_bytes_of_a_tenant_never_pass_their_bound_however_many_come_at_once(string kind)
    {
        var silo = await silos.OfAsync(kind, _tenant);
        await silo.Silo.Tenant(_tenant, "platform_admin")
            .ConfigureAsync(new ConfigureTenant("enterprise", new("""{"totalFileMebibytes":1}""")));
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(number =>
            silo.ApplyAsync(
                FileClient.IdOf([(byte)number]), new AddFile("a", "a/b", 700_000, new string('a', 31) + number, silo.Clock.GetUtcNow()))));
        // Each saw no bytes, or those of the one; the statement saw them all.
        Assert.Equal((1, 7), (outcomes.Count(outcome => outcome.IsOk), outcomes.Count(outcome => outcome.Code == "quota_exceeded")));
        Assert.Equal(700_000, (await silo.Silo.Tenant(_tenant).GetAsync()).Usage.FileBytes);
    }

    private static async Task<List<(string FileId, string Subject, long Version)>> UsesAsync(TaskSilo silo)
    {
        await using var connection = await silo.Silo.Database.Source.OpenConnectionAsync();
        return [.. await connection.QueryAsync<(string, string, long)>(
            """
            SELECT file_id, subject, CAST(version AS bigint) FROM file_use
            WHERE tenant_id = @TenantId ORDER BY version, subject
            """, new { silo.TenantId })];
    }

    /// <summary>The second one sees no use of files.</summary>
    public sealed class Silos : SharedTaskSilos
    {
        private protected override Task<TaskSilo> StartAsync(TestDatabase database, bool isSecond) =>
            TaskSilo.StartAsync(database, adjust: isSecond ? new BlindFiles().Replace : null);
    }
}
