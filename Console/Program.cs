using AgentManagement.WebConsole;
using AgentManagement.WebConsole.Access;
using AgentManagement.WebConsole.Components;
using AgentManagement.WebConsole.Languages;
using AgentManagement.WebConsole.Layout;
using AgentManagement.WebConsole.Live;
using Microsoft.AspNetCore.Components.WebAssembly.Hosting;
using MudBlazor;
using MudBlazor.Services;

var builder = WebAssemblyHostBuilder.CreateDefault(args);
builder.RootComponents.Add<App>("#app");
// The console is served by the gateway, under /console: the API is beside it.
var service = new Uri(new Uri(builder.HostEnvironment.BaseAddress), "/");
builder.Services.AddSingleton(new HttpClient { BaseAddress = service, Timeout = Timeout.InfiniteTimeSpan });
builder.Services.AddSingleton<Browser>();
builder.Services.AddSingleton<Texts>();
builder.Services.AddSingleton<IdentitySignIn>();
builder.Services.AddSingleton<Session>();
builder.Services.AddSingleton<LiveChanges>();
builder.Services.AddSingleton<Presence>();
builder.Services.AddSingleton<Appearance>();
builder.Services.AddSingleton<Shortcuts>();
builder.Services.AddMudServices(options => options.SnackbarConfiguration.PositionClass = Defaults.Classes.Position.BottomRight);
await builder.Build().RunAsync();
