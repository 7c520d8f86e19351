using System.Text.Json;
using AgentManagement.Tests.GrainRuntime;
using AgentManagement.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Storage;

namespace AgentManagement.Tests.Embedded;

public sealed class AdoNetGrainStorageTests : IDisposable
{
    private static readonly GrainId GrainId = GrainId.Create("tally", "tenant/agent");
    private readonly SqliteDataSource _database = new();
    private readonly IHost _host;

    public AdoNetGrainStorageTests()
    {
        _database.Execute("""
            CREATE TABLE OrleansQuery (QueryKey TEXT PRIMARY KEY, QueryText TEXT NOT NULL);
            CREATE TABLE State (
                GrainIdHash INTEGER, GrainIdN0 INTEGER, GrainIdN1 INTEGER, GrainTypeHash INTEGER, GrainTypeString TEXT,
                GrainIdExtensionString TEXT, ServiceId TEXT, Version INTEGER NOT NULL, PayloadBinary BLOB,
                PRIMARY KEY (ServiceId, GrainTypeString, GrainIdExtensionString));
            INSERT INTO OrleansQuery VALUES
            ('ReadFromStorageKey', 'SELECT PayloadBinary, Version FROM State WHERE GrainIdHash = @GrainIdHash AND GrainTypeHash = @GrainTypeHash
                AND GrainIdExtensionString = @GrainIdExtensionString AND GrainTypeString = @GrainTypeString AND ServiceId = @ServiceId'),
            ('WriteToStorageKey', 'INSERT INTO State VALUES (@GrainIdHash, @GrainIdN0, @GrainIdN1, @GrainTypeHash, @GrainTypeString,
                @GrainIdExtensionString, @ServiceId, 1, @PayloadBinary)
                ON CONFLICT DO UPDATE SET Version = Version + 1, PayloadBinary = excluded.PayloadBinary WHERE Version = @GrainStateVersion
                RETURNING Version AS NewGrainStateVersion'),
            ('ClearStorageKey', 'UPDATE State SET PayloadBinary = NULL, Version = Version + 1 WHERE GrainTypeString = @GrainTypeString
                AND GrainIdExtensionString = @GrainIdExtensionString AND ServiceId = @ServiceId AND Version = @GrainStateVersion
                RETURNING Version AS NewGrainStateVersion');
            """);
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.UseOrleans(silo => silo
            .Configure<ClusterOptions>(options => options.ServiceId = "service")
            .AddAdoNetGrainStorage("sql", options => (options.DataSource, options.GrainStorageSerializer) = (_database, new Json())));
        _host = builder.Build();
    }

    private IGrainStorage Storage => _host.Services.GetRequiredKeyedService<IGrainStorage>("sql");

    public void Dispose()
    {
        _host.Dispose();
        _database.Dispose();
    }

    [Fact]
    public async Task A_state_never_written_is_new_and_has_no_version()
    {
        var state = await Read();
        Assert.Equal((0, null, false), (state.State!.Count, state.ETag, state.RecordExists));
    }

    [Fact]
    public async Task A_written_state_is_read_with_the_version_the_database_gave()
    {
        await Write(new GrainState<Tally>(new() { Count = 7 }));
        var state = await Read();
        Assert.Equal((7, "1", true), (state.State!.Count, state.ETag, state.RecordExists));
        await Write(state);
        Assert.Equal("2", state.ETag);
    }

    [Fact]
    public async Task The_row_is_found_by_the_texts_that_the_stock_provider_binds_too()
    {
        await Write(new GrainState<Tally>(new()));
        var row = _database.Query<string>("""
            SELECT GrainIdHash || ' ' || GrainIdN0 || ' ' || GrainIdN1 || ' ' || GrainTypeHash || ' ' || GrainTypeString || ' '
                || GrainIdExtensionString || ' ' || ServiceId || ' ' || CAST(PayloadBinary AS TEXT) FROM State
            """);
        Assert.Equal("""0 0 0 0 tally tenant/agent service {"Count":0}""", row);
    }

    [Fact]
    public async Task A_first_write_beside_another_is_a_conflict()
    {
        await Write(new GrainState<Tally>(new()));
        await AssertConflict(Write(new GrainState<Tally>(new())));
    }

    [Fact]
    public async Task A_write_from_an_old_version_is_a_conflict_and_changes_nothing()
    {
        await Write(new GrainState<Tally>(new() { Count = 1 }));
        var (ours, theirs) = (await Read(), await Read());
        theirs.State!.Count = 2;
        await Write(theirs);
        await AssertConflict(Write(ours));
        Assert.Equal("1", ours.ETag);
        Assert.Equal(2, (await Read()).State!.Count);
    }

    [Theory]
    [InlineData("SELECT 1 AS NewGrainStateVersion")]
    [InlineData("SELECT NULL AS NewGrainStateVersion")]
    [InlineData("SELECT 1 AS NewGrainStateVersion WHERE 0 = 1")]
    public async Task An_unchanged_version_null_and_no_row_are_conflicts(string query)
    {
        _database.Execute($"UPDATE OrleansQuery SET QueryText = '{query}' WHERE QueryKey = 'WriteToStorageKey'");
        await AssertConflict(Write(new GrainState<Tally>(new(), "1")));
    }

    [Fact]
    public async Task A_cleared_state_keeps_its_version_going()
    {
        var state = new GrainState<Tally>(new() { Count = 7 });
        await Write(state);
        await Storage.ClearStateAsync("tally", GrainId, state);
        Assert.Equal((0, "2", false), (state.State!.Count, state.ETag, state.RecordExists));
        await Write(state);
        Assert.Equal("3", (await Read()).ETag);
    }

    [Fact]
    public async Task Clearing_from_an_old_version_is_a_conflict()
    {
        await Write(new GrainState<Tally>(new()));
        var old = await Read();
        await Write(await Read());
        await AssertConflict(Storage.ClearStateAsync("tally", GrainId, old));
    }

    [Theory]
    [InlineData("42")]
    [InlineData("a+b/c")]
    public async Task A_key_that_orleans_would_read_differently_is_refused(string key) => await Assert.ThrowsAsync<NotSupportedException>(() =>
        Storage.ReadStateAsync("tally", GrainId.Create("tally", key), new GrainState<Tally>()));

    [Fact]
    public async Task A_database_without_the_queries_is_named_as_such()
    {
        _database.Execute("DELETE FROM OrleansQuery WHERE QueryKey = 'ClearStorageKey'");
        var failure = await Assert.ThrowsAsync<BadProviderConfigException>(Read);
        Assert.Contains("ClearStorageKey", failure.Message, StringComparison.Ordinal);
    }

    private static Task<InconsistentStateException> AssertConflict(Task write) => Assert.ThrowsAsync<InconsistentStateException>(() => write);

    private Task Write(GrainState<Tally> state) => Storage.WriteStateAsync("tally", GrainId, state);

    private async Task<GrainState<Tally>> Read()
    {
        var state = new GrainState<Tally>();
        await Storage.ReadStateAsync("tally", GrainId, state);
        return state;
    }

    private sealed class Json : IGrainStorageSerializer
    {
        public BinaryData Serialize<T>(T? input) => new(JsonSerializer.SerializeToUtf8Bytes(input));

        public T? Deserialize<T>(BinaryData input) => JsonSerializer.Deserialize<T>(input);
    }
}
