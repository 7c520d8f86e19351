using System.Diagnostics;
using System.IO.Compression;
using AgentManagement.Silo.Storage;
using AgentManagement.Tests.Deployment;
using AgentManagement.Tests.Files;
using AgentManagement.Tests.WebGateway;
using Dapper;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace AgentManagement.Tests.Releases;

/// <summary>
/// A database that a released version wrote opens under this one, and goes on. Each release has a folder beside this file, named by its
/// schema, with what it wrote and what it told of that.
/// </summary>
public sealed class ReleaseTests
{
    private const string Folder = "Tests/Releases";

    public static TheoryData<string, string> Databases =>
    [
        .. Directory.EnumerateDirectories(Repository.PathOf(Folder)).Select(Path.GetFileName).Order(StringComparer.Ordinal)
            .SelectMany(release => TestDatabase.Kinds.Select(kind => (release!, kind.Data))),
    ];

    [Theory, MemberData(nameof(Databases))]
    public async Task What_it_kept_is_there_and_goes_on(string release, string kind)
    {
        var database = await TestDatabase.CreateAsync(kind);
        await LoadAsync(database, Repository.PathOf($"{Folder}/{release}/{NameOf(kind)}"));
        await using var service = await ServiceHost.StartAsync(database);
        using var client = service.CreateClient("acme", "admin");

        Assert.Equal(Repository.Read($"{Folder}/{release}/{kind}.told.json"), await DescribeAsync(client));
        Assert.True((await client.GetAsync("/api/v1/audit/verify", 200)).GetProperty("valid").GetBoolean());
        var rolledBack = await (await client.SendAsync("POST", $"{Api.Agents}/bot/rollback", """{"toVersion":1}""")).ShouldBeAsync(200);
        Assert.Equal(("Ágent", 5), (rolledBack.Text("name"), rolledBack.GetProperty("version").GetInt32()));
        await (await client.SendAsync("POST", $"{Api.Agents}/old/restore")).ShouldBeAsync(200);
        await (await client.SendAsync("POST", "/api/v1/templates/desk/instantiate", """{"name":"New","variables":{"brand":"Acme"}}"""))
            .ShouldBeAsync(201);
        await (await client.SendAsync("DELETE", $"{FileClient.Files}/{FileClient.IdOf(File)}")).ShouldBeProblemAsync(409, "in_use");
        Assert.True((await client.GetAsync("/api/v1/audit/verify", 200)).GetProperty("valid").GetBoolean());
    }

    /// <summary>Writes the folder of the schema that this version has. Run once for a release: <c>-explicit only</c>.</summary>
    [Theory(Explicit = true), InlineData("sqlite"), InlineData("postgresql")]
    public async Task Make(string kind)
    {
        var database = await TestDatabase.CreateAsync(kind);
        await using var service = await ServiceHost.StartAsync(database);
        using var client = service.CreateClient("acme", "admin");
        await FillAsync(client);
        var schema = (await service.Services.GetRequiredService<Database>().Source.OpenConnectionAsync())
            .ExecuteScalar<long>("SELECT max(version) FROM schema_version");
        var folder = Directory.CreateDirectory(Repository.PathOf($"{Folder}/{schema:0000}")).FullName;
        await System.IO.File.WriteAllTextAsync(Path.Combine(folder, $"{kind}.told.json"), await DescribeAsync(client));
        await SaveAsync(database, Path.Combine(folder, NameOf(kind)));
    }

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };

    private static readonly byte[] File = [.. Enumerable.Range(0, 1_000).Select(number => (byte)number)];

    private static string NameOf(string kind) => kind == "sqlite" ? "sqlite.db.gz" : "postgresql.sql.gz";

    /// <summary>Something of everything that is kept.</summary>
    private static async Task FillAsync(HttpClient client)
    {
        var file = await client.AddAsync(File);
        await (await client.SendAsync("PUT", $"{Api.Agents}/bot", Api.Content("Ágent"))).ShouldBeAsync(201);
        await (await client.SendAsync("PUT", $"{Api.Agents}/bot",
            $$$"""{"name":"Bot \"2\" 😀","type":"rag","tags":["b","a"],"config":{"model":{"provider":"openai","id":"gpt-5-mini"},"instructions":{"template":"Help."},"attachments":[{{{FileClient.Attach(file.Text("id"))}}}]},"metadata":{"z":1.0,"a":null}}""")).ShouldBeAsync(200);
        await (await client.SendAsync("PATCH", $"{Api.Agents}/bot", """{"description":"Helps."}""", ("Idempotency-Key", "one")))
            .ShouldBeAsync(200);
        await (await client.SendAsync("POST", $"{Api.Agents}/bot/activate", """{"reason":"go"}""")).ShouldBeAsync(200);
        await (await client.SendAsync("PUT", $"{Api.Agents}/old", Api.Content("Old"))).ShouldBeAsync(201);
        await (await client.SendAsync("DELETE", $"{Api.Agents}/old")).ShouldBeAsync(204);
        await (await client.SendAsync("POST", "/api/v1/templates",
            """{"id":"desk","name":"Desk","type":"rag","config":{"instructions":{"template":"For {{brand}}."}},"variables":{"brand":{"type":"string","required":true}}}""")).ShouldBeAsync(201);
        await (await client.SendAsync("POST", "/api/v1/templates/desk/instantiate",
            """{"id":"desk-1","name":"Desk 1","variables":{"brand":"Acme"}}""")).ShouldBeAsync(201);
        await (await client.SendAsync("POST", "/api/v1/api-keys", """{"name":"ci","role":"viewer"}""")).ShouldBeAsync(201);
        await (await client.SendAsync("POST", "/api/v1/webhooks", """{"url":"https://hooks.example.com/","disabled":true}"""))
            .ShouldBeAsync(201);
    }

    /// <summary>All that the service tells of the tenant, but what depends on the day.</summary>
    private static async Task<string> DescribeAsync(HttpClient client)
    {
        var told = new Dictionary<string, JsonElement>();
        foreach (var path in (string[])
            [
                "agents", "agents?status=archived", "agents/bot", "agents/bot/versions", "agents/bot/versions/1", "agents/bot/versions/2",
                "agents/desk-1", "templates/desk", "templates/desk/versions", "files", "api-keys", "webhooks",
                "audit",
            ])
        {
            told[path] = await client.GetAsync($"/api/v1/{path}", 200);
        }
        told["revision"] = (await client.GetAsync("/api/v1/tenant", 200)).GetProperty("revision");
        return JsonSerializer.Serialize(told, Indented) + "\n";
    }

    private static async Task LoadAsync(TestDatabase database, string path)
    {
        await using var packed = System.IO.File.OpenRead(path);
        await using var content = new GZipStream(packed, CompressionMode.Decompress);
        if (database.Url is null)
        {
            await using var file = System.IO.File.Create(Path.Combine(database.Directory, "agents.db"));
            await content.CopyToAsync(file);
            return;
        }
        using var reader = new StreamReader(content);
        await using var source = NpgsqlDataSource.Create(PostgreSqlAddress.ToConnectionString(database.Url));
        await using var command = source.CreateCommand(await reader.ReadToEndAsync());
        await command.ExecuteNonQueryAsync();
    }

    private static async Task SaveAsync(TestDatabase database, string path)
    {
        await using var packed = System.IO.File.Create(path);
        await using var content = new GZipStream(packed, CompressionLevel.SmallestSize);
        if (database.Url is null)
        {
            var copy = Path.Combine(database.Directory, "copy.db");
            await using var connection = new SqliteConnection($"Data Source={Path.Combine(database.Directory, "agents.db")}");
            await connection.ExecuteAsync("VACUUM INTO @copy", new { copy });
            await content.WriteAsync(await System.IO.File.ReadAllBytesAsync(copy));
            return;
        }
        using var dump = Process.Start(new ProcessStartInfo(
            "pg_dump", ["--inserts", "--rows-per-insert=100", "--no-owner", "--no-privileges", "--no-comments", database.Url.ToString()])
        {
            RedirectStandardOutput = true
        })!;
        var text = await dump.StandardOutput.ReadToEndAsync();
        await dump.WaitForExitAsync();
        Assert.Equal(0, dump.ExitCode);
        // But what psql alone understands.
        await using var writer = new StreamWriter(content);
        foreach (var line in text.Split('\n').Where(line => !line.StartsWith('\\'))) await writer.WriteLineAsync(line);
    }
}
