using AgentManagement.ServiceDefaults.Health;
using AgentManagement.ServiceDefaults.Hosting;
using AgentManagement.ServiceDefaults.Settings;
using AgentManagement.WebGateway;
using AgentManagement.WebGateway.Hosting;
using AgentManagement.WebGateway.Settings;

if (args is ["health"])
{
    return await HealthProbe.RunAsync(
        new ConfigurationBuilder().AddEnvironmentVariables().Build(), Console.Out, CancellationToken.None);
}
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
catch (Exception exception) when (StartProblem.Describe(exception) is { } problem)
{
    await Console.Error.WriteLineAsync(problem);
    return 1;
}
