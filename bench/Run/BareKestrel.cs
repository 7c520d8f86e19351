using System.Globalization;
using System.Net;
using AgentManagement.Bench.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace AgentManagement.Bench.Run;

/// <summary>
/// What the service is measured beside: Kestrel, and nothing between a request and its answer but the bytes, or one indexed SELECT.
/// </summary>
public static class BareKestrel
{
    /// <summary>The program's command that serves it.</summary>
    public const string Command = "kestrel";

    /// <summary>What it gives to everything that it serves.</summary>
    public const string EntityTag = "\"1\"";

    private const string ContentType = "application/json; charset=utf-8";

    /// <summary>Serves until the process ends.</summary>
    /// <param name="port">Of this machine.</param>
    /// <param name="body">A file with the bytes of every answer.</param>
    /// <param name="connectionString">
    /// Of a database with the table of <see cref="ReferenceTable"/>; answers are then the content of the row whose number is in the path.
    /// </param>
    public static async Task ServeAsync(int port, string body, string? connectionString)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => options.Listen(IPAddress.Loopback, port));
        await using var app = builder.Build();
        await using var database = connectionString is null ? null : NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(connectionString) { Pooling = true, MaxAutoPrepare = 1 });
        var bytes = await File.ReadAllBytesAsync(body);
        app.Run(database is null ? context => AnswerAsync(context, bytes) : context => SelectAsync(context, database));
        await app.RunAsync();
    }

    private static Task AnswerAsync(HttpContext context, byte[] bytes)
    {
        var response = context.Response;
        response.Headers.ETag = EntityTag;
        if (context.Request.Headers.IfNoneMatch == EntityTag)
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }
        response.ContentType = ContentType;
        response.ContentLength = bytes.Length;
        return response.Body.WriteAsync(bytes, 0, bytes.Length);
    }

    private static async Task SelectAsync(HttpContext context, NpgsqlDataSource database)
    {
        await using var select = database.CreateCommand(ReferenceTable.Select);
        select.Parameters.Add(new NpgsqlParameter<int>
        {
            TypedValue = int.Parse(context.Request.Path.Value.AsSpan(1), CultureInfo.InvariantCulture),
        });
        var content = (string)(await select.ExecuteScalarAsync())!;
        context.Response.Headers.ETag = EntityTag;
        context.Response.ContentType = ContentType;
        await context.Response.WriteAsync(content);
    }
}

/// <summary>The process that serves it.</summary>
internal sealed class BareKestrelProcess : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("agent-management-kestrel-").FullName;
    private readonly int _port = ChildProcess.FreePort();
    private ChildProcess? _process;

    /// <summary>Where it answers, whatever the path.</summary>
    public Uri Address => new($"http://127.0.0.1:{_port}/");

    /// <summary>Its process.</summary>
    public ProcessSet Processes => new(_process!.Id);

    /// <summary>Starts one, see <see cref="BareKestrel.ServeAsync"/>.</summary>
    public static async Task<BareKestrelProcess> StartAsync(byte[] body, string? connectionString = null)
    {
        var server = new BareKestrelProcess();
        var file = Path.Combine(server._directory, "body.json");
        await File.WriteAllBytesAsync(file, body);
        string[] arguments = [BareKestrel.Command, "--port", server._port.ToString(CultureInfo.InvariantCulture), "--body", file];
        if (connectionString is not null) arguments = [.. arguments, "--select", connectionString];
        server._process = ChildProcess.Start(
            // The garbage collector that the service has.
            ChildProcess.DotNet(typeof(BareKestrel).Assembly.Location, server._directory, arguments,
                new Dictionary<string, string> { ["DOTNET_gcServer"] = "1" }),
            Path.Combine(server._directory, "kestrel.log"));
        await Servers.Programs.WaitForPortAsync(server._port);
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }
}
