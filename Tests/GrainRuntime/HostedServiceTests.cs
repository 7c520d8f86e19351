using AgentManagement.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans;

namespace AgentManagement.Tests.GrainRuntime;

/// <summary>Services of the host that are added after the silo have it from their start to their stop.</summary>
public sealed class HostedServiceTests
{
    [Fact]
    public async Task A_hosted_service_calls_grains_when_it_starts_and_when_it_stops()
    {
        var service = default(Greeter);
        var host = await GrainHost.StartAsync(silo => silo.Services.AddHostedService(services => service = new(services.GetRequiredService<IGrainFactory>())));
        Assert.Equal(["start"], service!.Answers);
        await host.StopAsync();
        Assert.Equal(["start", "stop"], service.Answers);
        await host.DisposeAsync();
    }

    private sealed class Greeter(IGrainFactory grains) : IHostedService
    {
        public List<string> Answers { get; } = [];

        public Task StartAsync(CancellationToken cancellationToken) => AskAsync("start");

        public Task StopAsync(CancellationToken cancellationToken) => AskAsync("stop");

        private async Task AskAsync(string word) => Answers.Add(await grains.GetGrain<IEchoGrain>("t/greeter").Echo(word));
    }
}
