using AgentManagement.Client.Hosting;
using AgentManagement.Silo.Hosting;
using AgentManagement.WebGateway;
using AgentManagement.WebGateway.Development;
using AgentManagement.WebGateway.Hosting;
using AgentManagement.WebGateway.Settings;

// Without an argument the whole service in one process, `silo` for one silo of a cluster, `migrate` for the schema only, `verify` to check the log.
try
{
    var builder = WebApplication.CreateBuilder();
    return args switch
    {
        [] => await RunServiceAsync(builder),
        ["silo"] => await RunSiloAsync(builder),
        ["migrate"] => await MigrateCommand.RunAsync(builder.Configuration),
        ["verify"] => await VerifyCommand.RunAsync(builder.Configuration, tenantId: null, Console.Out),
        ["verify", var tenantId] => await VerifyCommand.RunAsync(builder.Configuration, tenantId, Console.Out),
        _ => throw new SettingsException($"There is no command '{string.Join(' ', args)}'. There are: silo, migrate, verify"),
    };
}
catch (Exception exception) when (StartProblem.Describe(exception) is { } problem)
{
    await Console.Error.WriteLineAsync(problem);
    return 1;
}

static async Task<int> RunServiceAsync(WebApplicationBuilder builder)
{
    var settings = ServiceSettings.Read(builder.Configuration, ProcessRole.Both);
    builder.AddGateway(settings);
    await builder.AddSiloAsync(settings);
    var app = builder.Build();
    app.MapGateway();
    await app.PrepareDatabaseAsync(settings);
    await app.StartAsync();
    app.Greet();
    await app.WaitForShutdownAsync();
    return 0;
}

static async Task<int> RunSiloAsync(WebApplicationBuilder builder)
{
    var settings = ServiceSettings.Read(builder.Configuration, ProcessRole.Silo);
    if (settings.RedisUri is null) throw new SettingsException("The service cannot start: silos meet through REDIS_URI, which is not set.");
    builder.AddServer(settings);
    await builder.AddSiloAsync(settings);
    var app = builder.Build();
    app.MapProbes();
    await app.PrepareDatabaseAsync(settings);
    await app.RunAsync();
    return 0;
}
