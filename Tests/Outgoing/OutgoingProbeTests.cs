using System.Diagnostics.Metrics;
using AgentManagement.Observability;
using AgentManagement.Silo.ToolRegistry;
using AgentManagement.Tests.Identity;
using AgentManagement.Tests.Support;
using AgentManagement.Tests.Tools;
using AgentManagement.WebGateway.Identity;
using AgentManagement.WebGateway.Outgoing;
using AgentManagement.WebGateway.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Polly.CircuitBreaker;

namespace AgentManagement.Tests.Outgoing;

/// <summary>That another service fails is known, and that it does no longer, though no request asks it.</summary>
public sealed class OutgoingProbeTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public async Task A_service_is_in_doubt_from_its_first_failure_to_its_next_answer_and_told_of_while_it_is_not_asked()
    {
        using var gauge = new BreakerGauge("service_of_this_test");
        var pipeline = new OutgoingPipeline("The Service of this test", _clock, NullLogger.Instance);
        Assert.Equal((0, false), (gauge.Value, pipeline.IsInDoubt));
        await AskAsync(pipeline, isGood: false);
        Assert.Equal((0, true), (gauge.Value, pipeline.IsInDoubt));
        await AskAsync(pipeline, isGood: true);
        Assert.False(pipeline.IsInDoubt);
        for (var call = 0; call < OutgoingPipeline.CallsThatTell; call++) await AskAsync(pipeline, isGood: false);
        Assert.Equal((1, true), (gauge.Value, pipeline.IsInDoubt));
        _clock.Advance(OutgoingPipeline.Pause);
        Assert.Equal((1, true), (gauge.Value, pipeline.IsInDoubt));
        await AskAsync(pipeline, isGood: true);
        Assert.Equal((0, false), (gauge.Value, pipeline.IsInDoubt));
    }

    [Fact]
    public async Task One_that_is_left_out_is_in_doubt_though_the_last_call_was_answered()
    {
        var pipeline = new OutgoingPipeline("The Service of that test", _clock, NullLogger.Instance);
        var late = new TaskCompletionSource<int>();
        var calling = pipeline.ExecuteAsync(async _ => await late.Task);
        for (var call = 0; call < OutgoingPipeline.CallsThatTell; call++) await AskAsync(pipeline, isGood: false);
        late.SetResult(1);
        Assert.Equal(1, await calling);
        Assert.True(pipeline.IsInDoubt);
    }

    [Fact]
    public async Task Every_service_is_asked_at_its_pace()
    {
        var service = new CountedService();
        using var probe = new OutgoingProbe([service, service], _clock);
        await probe.StartAsync(TestContext.Current.CancellationToken);
        await Await.Until(() => _clock.HasTimerIn(OutgoingProbe.Period), "the probe waits");
        for (var tick = 1; tick <= 3; tick++)
        {
            _clock.Advance(OutgoingProbe.Period);
            await Await.Until(() => service.Probes == 2 * tick, "both were asked");
        }
        await probe.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_registry_that_failed_once_is_found_out_and_taken_in_again_without_anybody_asking()
    {
        await using var server = await RegistryServer.StartAsync();
        server.Add("search");
        using var logs = new LogCapture();
        using var client = new ToolRegistryClient(
            new ServiceSettings { ToolRegistryUrl = server.Address, ServiceToken = "t" }, _clock, LoggerOf<ToolRegistryClient>(logs));
        // Nothing is in doubt yet.
        await ProbeAsync(client);
        Assert.NotNull(await client.ResolveAsync("acme", ["search"], "c"));
        await ProbeAsync(client);
        Assert.Equal(1, server.Requests);

        server.Fault = RegistryServer.Answer(500);
        Assert.Null(await client.ResolveAsync("other", ["poison"], "c"));
        for (var probe = 1; probe < OutgoingPipeline.CallsThatTell; probe++) await ProbeAsync(client);
        Assert.Contains(logs.Lines, line => line.Contains("it is not asked for a while", StringComparison.Ordinal));
        // What it could answer, and not what may be wrong with one question.
        Assert.Equal("""{"tenant_id":"acme","tools":["search"]}""", server.Asked.Last().Body.GetRawText());

        server.Fault = null;
        for (var probe = 0; probe < 3; probe++) await ProbeAsync(client);
        Assert.Contains(logs.Lines, line => line.Contains("answers again", StringComparison.Ordinal));
        var asked = server.Requests;
        await ProbeAsync(client);
        Assert.Equal(asked, server.Requests);
    }

    [Fact]
    public async Task An_Identity_Service_that_is_gone_in_the_night_is_found_out_and_taken_in_again()
    {
        await using var identity = await IdentityServer.StartAsync();
        using var logs = new LogCapture();
        using var client = ClientOf(identity, logs);
        var keys = new IdentityKeys(client, _clock, LoggerOf<IdentityKeys>(logs));
        await ProbeAsync(keys);
        await ProbeAsync(keys);
        Assert.Equal((1, 1), (identity.Asked("discovery"), identity.Asked("keys")));

        identity.FailWith(RegistryServer.Answer(500));
        _clock.Advance(IdentityKeys.RenewTime);
        for (var probe = 0; probe < OutgoingPipeline.CallsThatTell; probe++) await ProbeAsync(keys);
        Assert.Contains(logs.Lines, line => line.Contains("The Identity Service fails; it is not asked for a while", StringComparison.Ordinal));
        identity.Faults.Clear();
        for (var probe = 0; probe < 3; probe++) await ProbeAsync(keys);
        Assert.Contains(logs.Lines, line => line.Contains("The Identity Service answers again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task No_request_waits_for_keys_that_were_renewed()
    {
        await using var identity = await IdentityServer.StartAsync();
        using var client = ClientOf(identity, new LogCapture());
        var keys = new IdentityKeys(client, _clock, NullLogger<IdentityKeys>.Instance);
        await keys.ProbeAsync();
        _clock.Advance(IdentityKeys.RenewTime);
        await keys.ProbeAsync();
        _clock.Advance(IdentityKeys.FreshTime - TimeSpan.FromSeconds(1));
        identity.FailWith(RegistryServer.Silence);
        Assert.NotNull(await keys.FindAsync("first"));
        Assert.Equal(2, identity.Asked("discovery"));
    }

    [Fact]
    public async Task An_introspection_that_failed_is_asked_again_about_a_token_that_is_nobodys()
    {
        await using var identity = await IdentityServer.StartAsync();
        var tokens = new List<string>();
        identity.Introspect = token =>
        {
            tokens.Add(token);
            return new { active = false };
        };
        using var client = ClientOf(identity, new LogCapture());
        await client.ProbeAsync();
        identity.Faults["introspection"] = RegistryServer.Answer(500);
        await Assert.ThrowsAsync<NoAnswerException>(() => client.IntrospectAsync($"{identity.Issuer}/introspect", "the-token"));
        identity.Faults.Clear();
        await client.ProbeAsync();
        await client.ProbeAsync();
        Assert.DoesNotContain("the-token", Assert.Single(tokens), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_service_asks_all_that_it_needs()
    {
        await using var identity = await IdentityServer.StartAsync();
        await using var service = await ServiceHost.StartAsync(change: settings => settings with
        {
            IdentityServiceUrl = identity.Address, ServiceToken = "t", ToolRegistryUrl = identity.Address,
        });
        Assert.Equal(
            [nameof(IdentityClient), nameof(IdentityKeys), nameof(ToolRegistryClient)],
            service.Services.GetServices<IProbed>().Select(probed => probed.GetType().Name).Order());
        Assert.Single(service.Services.GetServices<IHostedService>().OfType<OutgoingProbe>());
    }

    private async Task ProbeAsync(IProbed service)
    {
        await service.ProbeAsync();
        _clock.Advance(OutgoingProbe.Period);
    }

    private IdentityClient ClientOf(IdentityServer identity, LogCapture logs) =>
        new(new ServiceSettings { IdentityServiceUrl = identity.Address, ServiceToken = "t" }, _clock, LoggerOf<IdentityClient>(logs));

    private static Microsoft.Extensions.Logging.Logger<T> LoggerOf<T>(LogCapture logs) =>
        new Microsoft.Extensions.Logging.Logger<T>(new Microsoft.Extensions.Logging.LoggerFactory([logs]));

    private static async Task AskAsync(OutgoingPipeline pipeline, bool isGood)
    {
        try
        {
            await pipeline.ExecuteAsync(_ => isGood ? ValueTask.FromResult(1) : throw new NoAnswerException("It fails."));
        }
        catch (Exception exception) when (exception is NoAnswerException or BrokenCircuitException)
        {
            // As was wanted.
        }
    }

    private sealed class CountedService : IProbed
    {
        private int _probes;

        public int Probes => Volatile.Read(ref _probes);

        public Task ProbeAsync()
        {
            Interlocked.Increment(ref _probes);
            return Task.CompletedTask;
        }
    }

    /// <summary>What the gauge says of one service.</summary>
    private sealed class BreakerGauge : IDisposable
    {
        private readonly MeterListener _listener = new();

        public BreakerGauge(string service)
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == ServiceMeter.Name && instrument.Name == "agent_management.breaker.open") listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<int>((_, value, tags, _) =>
            {
                if (tags is [{ Value: string name }] && name == service) Value = value;
            });
            _listener.Start();
        }

        public int? Value { get; private set; }

        public void Dispose() => _listener.Dispose();
    }
}
