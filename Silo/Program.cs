using AgentManagement.Silo.Hosting;
using AgentManagement.Silo.Storage;
using AgentManagement.WebGateway;
using AgentManagement.WebGateway.Development;
using AgentManagement.WebGateway.Settings;

// The whole service in one process; with the argument `migrate`, only the database's schema.
try
{
    var builder = WebApplication.CreateBuilder();
    if (args is ["migrate"]) return await MigrateCommand.RunAsync(builder.Configuration);
    if (args.Length > 0) throw new SettingsException($"There is no command '{args[0]}'. The only one is: migrate");

    var settings = ServiceSettings.Read(builder.Configuration, ProcessRole.Both);
    builder.AddGateway(settings);
    builder.AddSilo(settings);
    var app = builder.Build();
    app.MapGateway();
    await app.PrepareDatabaseAsync(settings);
    await app.StartAsync();
    app.Greet();
    await app.WaitForShutdownAsync();
    return 0;
}
catch (Exception exception) when (StartProblem.Describe(exception) is { } problem)
{
    await Console.Error.WriteLineAsync(problem);
    return 1;
}
