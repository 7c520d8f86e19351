using AgentManagement.Silo.Hosting;
using AgentManagement.WebGateway.Settings;

var builder = WebApplication.CreateBuilder(args);
var settings = ServiceSettings.Read(builder.Configuration, ProcessRole.Both);
builder.AddSilo(settings);
var app = builder.Build();
await app.PrepareDatabaseAsync(settings);
await app.RunAsync();
