using AgentManagement.Client.Hosting;
using AgentManagement.WebGateway;
using AgentManagement.WebGateway.Hosting;
using AgentManagement.WebGateway.Settings;

try
{
    var builder = WebApplication.CreateBuilder(args);
    var settings = ServiceSettings.Read(builder.Configuration, ProcessRole.Gateway);
    builder.AddGateway(settings);
    builder.AddClusterConnection(settings);
    await builder.Build().MapGateway().RunAsync();
    return 0;
}
catch (SettingsException exception)
{
    await Console.Error.WriteLineAsync(exception.Message);
    return 1;
}
