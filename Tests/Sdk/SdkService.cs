using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using AgentManagement.Bench.Servers;
using AgentManagement.Bench.Service;

namespace AgentManagement.Tests.Sdk;

/// <summary>
/// The service in a process of its own for the conformance suite (sdk/conformance), which kills and starts it through an address
/// beside it.
/// </summary>
public sealed class SdkService : IAsyncLifetime
{
    // Longer than the suite's client has patience for one attempt.
    private static readonly TimeSpan Slowness = TimeSpan.FromSeconds(2.5);

    private readonly HttpListener _control = new();
    private readonly Uri _controlAddress = new($"http://127.0.0.1:{ChildProcess.FreePort()}/");
    private DataLocation? _data;
    private RedisServer? _redis;
    private ServiceProcess? _service;
    private Task _controlled = Task.CompletedTask;

    private ServiceProcess Service => _service ?? throw new InvalidOperationException("The service was not started.");

    /// <summary>Where it answers.</summary>
    public Uri Address => new($"http://{Service.EndPoint}");

    /// <summary>What a runner of the suite reads.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["CONFORMANCE_SERVICE"] = Address.ToString().TrimEnd('/'),
        ["CONFORMANCE_CONTROL"] = _controlAddress.ToString().TrimEnd('/'),
    };

    public async ValueTask InitializeAsync()
    {
        _data = await DataLocation.CreateAsync(DataLocation.Sqlite);
        var settings = new Dictionary<string, string>();
        if (RedisServer.IsInstalled)
        {
            _redis = await RedisServer.StartAsync();
            settings["REDIS_URI"] = _redis.Address.OriginalString;
        }
        _service = await ServiceProcess.StartAsync(_data, settings);
        _control.Prefixes.Add(_controlAddress.ToString());
        _control.Start();
        _controlled = ListenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _control.Close();
        await _controlled;
        if (_service is not null) await _service.DisposeAsync();
        if (_redis is not null) await _redis.DisposeAsync();
        if (_data is not null) await _data.DisposeAsync();
    }

    private async Task ListenAsync()
    {
        while (_control.IsListening)
        {
            HttpListenerContext request;
            try
            {
                request = await _control.GetContextAsync();
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
            try
            {
                await ActAsync(request.Request.Url!.AbsolutePath);
                request.Response.StatusCode = 204;
            }
            catch (Exception exception) when (exception is InvalidOperationException or TimeoutException)
            {
                request.Response.StatusCode = 500;
                await request.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(exception.Message));
            }
            request.Response.Close();
        }
    }

    private async Task ActAsync(string path)
    {
        switch (path)
        {
            case "/kill":
                await Service.KillAsync();
                break;
            case "/start_with_empty_redis":
                if (_redis is not null)
                {
                    await _redis.KillAsync();
                    await _redis.StartAgainAsync();
                }
                await Service.StartAgainAsync();
                break;
            case "/slow":
                await SignalAsync("STOP");
                _ = GoOnAsync();
                break;
            default:
                throw new InvalidOperationException($"{path} is no action.");
        }
    }

    private async Task GoOnAsync()
    {
        await Task.Delay(Slowness);
        await SignalAsync("CONT");
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", Service.ProcessId.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }
}

/// <summary>The tests that share it, one after the other.</summary>
[CollectionDefinition, Trait(Apart.Name, Apart.Value)]
public sealed class SdkTests : ICollectionFixture<SdkService>;
