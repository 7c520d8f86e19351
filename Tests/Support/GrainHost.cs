using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Hosting;

namespace AgentManagement.Tests.Support;

/// <summary>A silo of one test, on whichever grain runtime the build chose.</summary>
public sealed class GrainHost : IAsyncDisposable
{
    private readonly IHost _host;
    private bool _isStopped;

    private GrainHost(IHost host) => _host = host;

    public IGrainFactory Grains => _host.Services.GetRequiredService<IGrainFactory>();

    public IServiceProvider Services => _host.Services;

    public static async Task<GrainHost> StartAsync(Action<ISiloBuilder>? configure = null, TimeProvider? clock = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Logging.ClearProviders();
        if (clock is not null)
        {
            builder.Services.AddSingleton(clock);
        }

        builder.UseOrleans(silo =>
        {
            GrainHostPlatform.Configure(silo);
            silo.AddMemoryGrainStorage("memory");
            configure?.Invoke(silo);
        });
        var host = builder.Build();
        await host.StartAsync();
        return new(host);
    }

    public Task StopAsync()
    {
        _isStopped = true;
        return _host.StopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_isStopped) await _host.StopAsync(new CancellationToken(canceled: true));
        await Await.For(((IAsyncDisposable)_host).DisposeAsync().AsTask(), "the silo to be disposed of");
    }
}
