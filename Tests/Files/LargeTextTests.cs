using System.Text;
using System.Text.Json;
using AgentManagement.Agents;
using AgentManagement.Catalog;
using AgentManagement.Files;
using AgentManagement.Json;
using AgentManagement.Keys;
using AgentManagement.Outcomes;
using AgentManagement.Templates;
using AgentManagement.Tests.Support;
using AgentManagement.Tests.Tasks;
using AgentManagement.WebGateway.Files;
using Dapper;
using Microsoft.Extensions.DependencyInjection;

namespace AgentManagement.Tests.Files;

/// <summary>Large texts of configurations are in the blob store, and nobody who reads agents can tell.</summary>
public sealed class LargeTextTests
{
    private const int InlineBytes = 10_000;

    public static TheoryData<string> Kinds => TestDatabase.Kinds;

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_large_configuration_is_read_as_it_was_written_at_every_version_and_after_a_restart(string kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        string[] configs = [Config('a', 1), Config('b', 1), Config('b', 2), """{"metadata":{}}"""];
        await using (var silo = await StartAsync(database))
        {
            foreach (var config in configs)
            {
                await PutAsync(silo, config);
                Assert.Equal(config, (await GetAsync(silo)).Config.Text);
            }
            // The letter changed once, and what it is beside needs no second copy.
            Assert.Equal(2, (await BlobsAsync(silo)).Length);
            await CheckAsync(silo);
            Assert.True((await silo.Silo.Tenant("acme").ApplyAsync("bot", new RollbackAgent(2, null))).IsOk);
        }

        await using var again = await StartAsync(database);
        Assert.Equal(configs[1], (await GetAsync(again)).Config.Text);
        await CheckAsync(again);
        var difference = await again.Silo.Agent("acme", "bot").DiffAsync(1, 2);
        Assert.Equal("/config/metadata/text", difference.Value.Single().Path);

        async Task CheckAsync(TaskSilo silo)
        {
            Assert.DoesNotContain(new string('a', 1_000), string.Concat(await StoredAsync(silo)), StringComparison.Ordinal);
            for (var version = 1; version <= configs.Length; version++)
            {
                Assert.Equal(configs[version - 1], (await silo.Silo.Agent("acme", "bot").GetVersionAsync(version)).Value!.Config.Text);
            }
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Exports_and_kept_answers_are_whole(string kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        await using var silo = await StartAsync(database);
        var config = Config('a', 1);
        var once = new ReplaceAgent(Content(config)) { Options = new() { Idempotency = new("key", "print") } };
        Assert.Equal(config, (await silo.Silo.Tenant("acme").ApplyAsync("bot", once)).Value!.Agent!.Config.Text);
        await PutAsync(silo, Config('b', 1));

        var replayed = await silo.Silo.Tenant("acme").ApplyAsync("bot", once);
        Assert.Equal((1, config), (replayed.Value!.Agent!.Version, replayed.Value.Agent.Config.Text));
        TestSilo.ActAs("acme");
        var exported = await silo.Silo.Grains.GetGrain<ICatalogGrain>(GrainKeys.Tenant("acme")).ExportAgentsAsync(null, 10);
        Assert.Equal(Config('b', 1), exported.Value!.Items.Single().Config.Text);
    }

    [Fact]
    public async Task A_page_of_an_export_takes_the_store_no_more_than_a_few_reads_at_once()
    {
        await using var database = await TestDatabase.CreateAsync("sqlite");
        var store = new FaultyBytes();
        await using var silo = await StartAsync(database, store);
        var configs = Enumerable.Range(0, 40).Select(number => Config((char)('a' + number % 26), number)).ToList();
        for (var number = 0; number < configs.Count; number++) await silo.PutAsync($"bot-{number:00}", Content(configs[number]), "enterprise");

        TestSilo.ActAs("acme");
        var exported = await silo.Silo.Grains.GetGrain<ICatalogGrain>(GrainKeys.Tenant("acme")).ExportAgentsAsync(null, 100);

        Assert.Equal(configs, exported.Value!.Items.Select(agent => agent.Config.Text));
        Assert.InRange(store.MostAtOnce, 2, 16);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Texts_that_no_version_and_no_answer_needs_are_collected(string kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        await using var silo = await StartAsync(database);
        var once = new ReplaceAgent(Content(Config('a', 1))) { Options = new() { Idempotency = new("key", "print") } };
        await silo.Silo.Tenant("acme").ApplyAsync("bot", once);
        // free keeps 20 versions.
        for (var number = 0; number < 21; number++) await PutAsync(silo, Config('b', number), tier: "free");
        // The answer of a template is none of an agent, whatever its metadata are called.
        await silo.Silo.Tenant("acme").ApplyTemplateAsync("house", new CreateTemplate(new("""{"name":"House","type":"rag","metadata":{"texts":["a"]},"config":{}}"""))
        {
            Options = new() { Idempotency = new("other", "print") },
        });
        silo.Clock.Advance(FileRules.GarbageAge + TimeSpan.FromMinutes(1));
        await silo.CollectAsync();
        Assert.Equal(2, (await BlobsAsync(silo)).Length);

        await (await silo.Silo.Database.Source.OpenConnectionAsync()).ExecuteAsync("DELETE FROM idempotency");
        await silo.CollectAsync();
        Assert.Single(await BlobsAsync(silo));
        Assert.Equal(Config('b', 20), (await GetAsync(silo)).Config.Text);

        await silo.Silo.Tenant("acme").ApplyAsync("bot", new PurgeAgent());
        await silo.CollectAsync();
        Assert.Empty(await BlobsAsync(silo));
    }

    [Fact]
    public async Task While_the_store_is_away_agents_are_written_whole_and_what_it_has_is_not_guessed()
    {
        await using var database = await TestDatabase.CreateAsync("sqlite");
        var store = new FaultyBytes();
        await using (var silo = await StartAsync(database, store))
        {
            await PutAsync(silo, Config('a', 1));
            store.IsAway = true;
            await PutAsync(silo, Config('b', 1));
            Assert.Contains(new string('b', 1_000), string.Concat(await StoredAsync(silo)), StringComparison.Ordinal);
            await Assert.ThrowsAnyAsync<Exception>(() => silo.Silo.Agent("acme", "bot").GetVersionAsync(1));
        }
        await using var again = await StartAsync(database, store);
        Assert.Equal(Config('b', 1), (await GetAsync(again)).Config.Text);

        (store.IsAway, store.Change) = (false, bytes => bytes[10]++);
        await Assert.ThrowsAnyAsync<Exception>(() => again.Silo.Agent("acme", "bot").GetVersionAsync(1));
        store.Change = null;
        Assert.Equal(Config('a', 1), (await again.Silo.Agent("acme", "bot").GetVersionAsync(1)).Value!.Config.Text);
    }

    [Fact]
    public async Task Where_silos_do_not_share_a_store_nothing_is_moved()
    {
        await using var database = await TestDatabase.CreateAsync("postgresql");
        await using var silo = await TaskSilo.StartAsync(database, change: settings => settings with { LargeConfigBytes = InlineBytes });
        await PutAsync(silo, Config('a', 1));
        Assert.Empty(await silo.Blobs().ListAsync("acme", DateTimeOffset.MaxValue, default));
        Assert.Equal(Config('a', 1), (await GetAsync(silo)).Config.Text);
    }

    [Fact]
    public async Task A_program_that_does_not_know_of_them_cannot_take_the_rest_for_the_whole()
    {
        await using var database = await TestDatabase.CreateAsync("sqlite");
        await using var silo = await StartAsync(database);
        await PutAsync(silo, Config('a', 1));
        foreach (var document in await StoredAsync(silo))
        {
            using var stored = JsonDocument.Parse(document);
            Assert.False(stored.RootElement.TryGetProperty("config", out _));
            Assert.True(stored.RootElement.TryGetProperty("rest", out _));
        }
    }

    [Theory, InlineData(1), InlineData(2)]
    public async Task Whatever_is_done_every_kept_version_is_whole_and_in_time_nothing_else_is_there(int seed)
    {
        await using var database = await TestDatabase.CreateAsync("sqlite");
        await using var silo = await StartAsync(database);
        var random = new Random(seed);
        var written = new Dictionary<(string Agent, int Version), string>();
        for (var step = 0; step < 80; step++)
        {
            var agent = $"bot-{random.Next(2)}";
            var tenant = silo.Silo.Tenant("acme", tier: "free");
            Outcome<AgentChange>? outcome = random.Next(9) switch
            {
                < 5 => await tenant.ApplyAsync(agent, new ReplaceAgent(Content(Config((char)('a' + random.Next(3)), random.Next(2))))),
                5 => await tenant.ApplyAsync(agent, new RollbackAgent(1 + random.Next(step + 1), null)),
                6 => await tenant.ApplyAsync(agent, random.Next(3) == 0 ? new PurgeAgent() : random.Next(2) == 0 ? new ArchiveAgent() : new RestoreAgent()),
                _ => null,
            };
            if (outcome is { IsOk: true, Value.Agent: { } changed }) written[(agent, changed.Version)] = changed.Config.Text;
            if (outcome is null)
            {
                silo.Clock.Advance(TimeSpan.FromHours(random.Next(1, 40)));
                await silo.CollectAsync();
            }
            if (step % 10 == 9) await CheckAsync(step);
        }
        silo.Clock.Advance(TimeSpan.FromDays(2));
        await silo.CollectAsync();
        await CheckAsync(80);
        Assert.Equal((await silo.Files().ReadBlobsAsync("acme")).Order(), (await BlobsAsync(silo)).Order());

        async Task CheckAsync(int step)
        {
            await using var connection = await silo.Silo.Database.Source.OpenConnectionAsync();
            foreach (var (agent, version) in await connection.QueryAsync<(string, long)>("SELECT agent_id, version FROM agent_version"))
            {
                var found = await silo.Silo.Agent("acme", agent).GetVersionAsync((int)version);
                Assert.True(found.Value?.Config.Text == written[(agent, (int)version)], $"Seed {seed}, step {step}: {agent} at {version} is not what was written.");
            }
        }
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"a":"","b":"short","c":["long long long \" \\ \u00e9 é ☃ 😀"],"long long long name":"long long long"}""")]
    [InlineData("""{"a":["long long long","x",{"b":"long long longer"}],"c":1e400,"d":null}""")]
    public void What_is_cut_out_and_put_back_is_the_same_letter_for_letter(string config)
    {
        var (rest, texts) = ConfigCut.Cut(new(config), leastBytes: 12);
        Assert.Equal(config, ConfigCut.Join(rest, texts).Text);
        Assert.All(texts, text => Assert.StartsWith("long", Encoding.UTF8.GetString(text.Bytes.Span), StringComparison.Ordinal));
        using var parsed = JsonDocument.Parse(rest.Text);
        Assert.Equal(texts.IsEmpty, rest.Text == config);
    }

    private static async Task<TaskSilo> StartAsync(TestDatabase database, FaultyBytes? store = null) => await TaskSilo.StartAsync(database, adjust: services =>
    {
        services.AddSingleton(new TextKeeping(InlineBytes, IsShared: true));
        if (store is not null) services.AddSingleton<IFileBytes>(provider => store.Before(new AgentManagement.Silo.Files.FileBytes(provider.GetRequiredService<IBlobStore>())));
    });

    /// <summary>About 13 KB, of which more than 12 are one text.</summary>
    private static string Config(char letter, int number) =>
        $$$"""{"metadata":{"number":{{{number}}},"text":"é \" \u00e9 {{{new string(letter, 12_000)}}}","note":"{{{new string('n', 500)}}}"}}""";

    private static JsonText Content(string config) => new($$"""{"name":"Bot","type":"rag","config":{{config}}}""");

    private static async Task PutAsync(TaskSilo silo, string config, string tier = "enterprise")
    {
        var outcome = await silo.PutAsync("bot", Content(config), tier);
        Assert.True(outcome.IsOk, $"{outcome.Code} {outcome.Detail}");
    }

    private static async Task<Agent> GetAsync(TaskSilo silo) => (await silo.Silo.Agent("acme", "bot").GetAsync()).Value!;

    private static Task<ImmutableArray<string>> BlobsAsync(TaskSilo silo) => silo.Blobs().ListAsync("acme", DateTimeOffset.MaxValue, default);

    private static async Task<List<string>> StoredAsync(TaskSilo silo)
    {
        await using var connection = await silo.Silo.Database.Source.OpenConnectionAsync();
        return [.. await connection.QueryAsync<string>("SELECT document FROM agent_version")];
    }
}
