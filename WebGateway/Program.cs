using AgentManagement.ServiceDefaults.Settings;
using AgentManagement.WebGateway;
using AgentManagement.WebGateway.Hosting;
using AgentManagement.WebGateway.Settings;

try
{
    var builder = WebApplication.CreateBuilder(args);
    var read = new EnvironmentReader(builder.Configuration);
    var (settings, gateway) = (ServiceSettings.Read(read), GatewaySettings.Read(read));
    read.ThrowIfAnythingIsWrong();
    builder.AddGateway(settings, gateway);
    builder.AddClusterConnection(settings);
    await builder.Build().MapGateway().RunAsync();
    return 0;
}
catch (SettingsException exception)
{
    await Console.Error.WriteLineAsync(exception.Message);
    return 1;
}
