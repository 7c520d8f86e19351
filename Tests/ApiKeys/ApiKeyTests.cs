using System.Net.Http.Headers;
using AgentManagement.Tests.WebGateway;

namespace AgentManagement.Tests.ApiKeys;

/// <summary>What tests of API keys over REST need: each has a tenant of its own.</summary>
public abstract class ApiKeyTests(ApiKeyTests.Host host)
{
    protected const string Keys = "/api/v1/api-keys";

    protected string Tenant { get; } = Gateway.NewTenant();

    protected HttpClient Admin => field ??= Client(Tenant, "admin");

    protected Host Shared { get; } = host;

    protected async Task<(string Id, string Secret)> MakeAsync(string body)
    {
        var made = await (await Admin.SendAsync("POST", Keys, body)).ShouldBeAsync(201);
        return (made.GetProperty("apiKey").Text("id"), made.Text("secret"));
    }

    /// <summary>With a token of today: that the clock is set forward is nothing to tokens.</summary>
    protected HttpClient Client(string tenant, string role) => Using(Tokens.Make(change: claims =>
        (claims["tenant_id"], claims["role"], claims["tier"]) = (tenant, role, "enterprise")));

    protected HttpClient Using(string token)
    {
        var client = Shared.Service.CreateAnonymousClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    protected async Task<int> StatusAsync(string token)
    {
        using var client = Using(token);
        return (int)(await client.GetAsync(Api.Agents)).StatusCode;
    }

    /// <summary>One service for all of them, with a clock that they set forward.</summary>
    public sealed class Host : IAsyncLifetime
    {
        internal ServiceHost Service { get; private set; } = null!;

        internal ShiftedClock Clock { get; } = new();

        internal string DataDirectory { get; private set; } = "";

        public async ValueTask InitializeAsync() => Service = await ServiceHost.StartAsync(
            change: settings =>
            {
                DataDirectory = settings.DataDirectory;
                return settings;
            },
            configure: services => services.AddSingleton<TimeProvider>(Clock));

        public ValueTask DisposeAsync() => Service.DisposeAsync();
    }
}
