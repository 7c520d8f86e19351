using System.CommandLine;
using AgentManagement.Client;
using AgentManagement.Demonstration;
using AgentManagement.Keys;
using AgentManagement.ServiceDefaults.Settings;
using AgentManagement.Silo.Commands;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Settings;
using Microsoft.IdentityModel.Tokens;

namespace AgentManagement.App.Commands;

/// <summary><c>demo</c>: a tenant with what there is to look around in, and runtimes that run some of it. In development only.</summary>
internal static class DemoCommand
{
    private const string Tier = "enterprise";
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ProbePause = TimeSpan.FromMilliseconds(200);

    // Each runs what one label has of the agents that are released.
    private static readonly IReadOnlyList<RuntimeOptions> Runtimes =
        [new("demo-runner-1", DemonstrationData.Production), new("demo-runner-2", DemonstrationData.Staging)];

    public static Command Create()
    {
        var tenant = new Argument<string>("tenant") { Description = "Which tenant is filled", DefaultValueFactory = _ => "demo" };
        var command = new Command(
            "demo", "Fills a tenant to look around in, of the service on SERVICE_PORT or, where none answers, of one that it starts; "
                + "goes on as its runtimes")
        {
            tenant,
        };
        command.SetAction((parsed, stopping) => Running.RunAsync(() =>
            RunAsync(Running.Environment, parsed.GetValue(tenant)!, Console.Out, ServiceCommand.RunAsync, stopping)));
        return command;
    }

    /// <param name="start">Starts the service, where none answers.</param>
    /// <returns>0, when it was stopped.</returns>
    /// <exception cref="SettingsException">It is not development, or the service takes no tokens of this key.</exception>
    internal static async Task<int> RunAsync(
        IConfiguration environment, string tenant, TextWriter output, Func<CancellationToken, Task<int>> start, CancellationToken stopping)
    {
        if (!GrainKeys.IsTenantId(tenant)) throw new SettingsException("That is not a tenant id.");
        var read = new EnvironmentReader(environment);
        var (settings, gateway) = (ServiceSettings.Read(read), GatewaySettings.Read(read));
        read.ThrowIfAnythingIsWrong();
        if (settings.IsProduction || gateway.IdentityServiceUrl is not null)
        {
            throw new SettingsException(
                "demo is for development: in production, and with IDENTITY_SERVICE_URL, there are no people but real ones.");
        }
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        using var http = new HttpClient
        {
            BaseAddress = new($"http://localhost:{settings.ServicePort}"), Timeout = Timeout.InfiniteTimeSpan,
        };
        var service = await IsReadyAsync(http, stopping) is null ? start(ending.Token) : null;
        try
        {
            while (service is not { IsCompleted: true } && await IsReadyAsync(http, stopping) is not true)
            {
                await Task.Delay(ProbePause, stopping);
            }
            // What kept it from starting.
            if (service is { IsCompleted: true }) return await service;
            await FillAsync(http, new(new SymmetricSecurityKey(SecretKey.Of(settings)), TimeProvider.System), tenant, output, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // What there is then is taken up the next time.
        }
        catch (ApiException refusal)
        {
            throw new SettingsException($"The service refuses: {refusal.Message}");
        }
        await ending.CancelAsync();
        return service is null ? 0 : await service;
    }

    /// <summary>Makes what is not there yet, and runs it until it is told to stop.</summary>
    private static async Task FillAsync(HttpClient http, TokenIssuer issuer, string tenant, TextWriter output, CancellationToken stopping)
    {
        var people = DemonstrationData.People.ToDictionary(
            person => person, person => ClientOf(person, person == DemonstrationData.People[0] ? "admin" : "editor"));
        await output.WriteLineAsync($"Filling the tenant {tenant} ...");
        var made = 0;
        await new DemonstrationData(person => people[person], done => made = done).FillAsync(stopping);
        await output.WriteLineAsync(
            $"There it is ({made} new): {http.BaseAddress}console, signed in as the tenant {tenant}. Two runtimes run it until Ctrl-C.");
        await Task.WhenAll(Runtimes.Select(runtime => RunAsync(ClientOf(runtime.Instance, "service"), tenant, runtime, stopping)));

        AgentManagementClient ClientOf(string subject, string role) => new(http, new()
        {
            // A token lives shorter than who looks around may want to.
            Token = (_, _) => new(issuer.Issue(tenant, role, Tier, subject).Token),
        });
    }

    /// <summary>One that runs what a label has, and takes over what changes.</summary>
    private static async Task RunAsync(AgentManagementClient client, string tenant, RuntimeOptions runtime, CancellationToken stopping)
    {
        await using var cache = new AgentCache(client, new(tenant) { Runtime = runtime });
        // A tier may be too small for releases.
        if (await FindAsync() is null) return;
        await cache.StartAsync(stopping);
        await Task.Delay(Timeout.InfiniteTimeSpan, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        async Task<LabelledAgents?> FindAsync()
        {
            try
            {
                return await cache.ResolveAsync(runtime.Label!, [.. DemonstrationData.Released], runtime.Instance, stopping);
            }
            catch (ApiException refusal) when (refusal.Status == System.Net.HttpStatusCode.NotFound)
            {
                return null;
            }
        }
    }

    /// <returns>Null where there is no service.</returns>
    private static async Task<bool?> IsReadyAsync(HttpClient http, CancellationToken stopping)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        limit.CancelAfter(ProbeTimeout);
        try
        {
            using var answer = await http.GetAsync("health/ready", limit.Token);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException exception) when (exception.HttpRequestError == HttpRequestError.ConnectionError)
        {
            return null;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException
            && !stopping.IsCancellationRequested)
        {
            // Somebody is there who takes long.
            return false;
        }
    }
}
