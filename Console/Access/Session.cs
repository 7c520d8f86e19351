using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentManagement.Client;
using AgentManagement.WebConsole.Components;

namespace AgentManagement.WebConsole.Access;

/// <summary>
/// Who is signed in. The token is in memory only: a reload asks for another one, of the same person. What is kept in the tab of a
/// development sign-in is what was picked, and no token.
/// </summary>
public sealed class Session(HttpClient http, Browser browser)
{
    private const string PickKey = "development-sign-in";
    private static readonly TimeSpan Renewal = TimeSpan.FromMinutes(1);

    private string? _token;
    private DateTimeOffset _renewAt = DateTimeOffset.MaxValue;
    private DevelopmentPick? _pick;
    private AgentManagementClient? _api;

    /// <summary>Somebody signed in or out, or the service took the token back.</summary>
    public event Action? Changed;

    public ConsoleSettings Settings { get; private set; } = new(HasDevelopmentTokens: false, ServiceVersion: "");

    /// <summary>Null while nobody is signed in.</summary>
    public Me? Me { get; private set; }

    /// <summary>The service refuses the token: the page stays as it is, and asks to sign in again.</summary>
    public bool IsExpired { get; private set; }

    public bool IsStarted { get; private set; }

    /// <summary>The service, as whoever is signed in.</summary>
    public AgentManagementClient Api => _api ?? throw new InvalidOperationException("Nobody is signed in.");

    public bool May(string permission) => Me?.Permissions.Contains(permission) == true;

    /// <summary>Takes up the sign-in of before a reload.</summary>
    public async Task StartAsync()
    {
        if (IsStarted) return;
        Settings = await ReadSettingsAsync();
        if (Settings.HasDevelopmentTokens && DevelopmentPick.Read(await browser.ReadTabAsync(PickKey)) is { } pick)
        {
            try
            {
                await SignInAsync(pick);
            }
            catch (Exception exception) when (exception is HttpRequestException or ApiException)
            {
                // Then the page to sign in says what is wrong, when it is tried there.
            }
        }
        IsStarted = true;
        Changed?.Invoke();
    }

    /// <summary>Signs in with a token that the service makes for whoever asks, in development.</summary>
    public async Task SignInAsync(DevelopmentPick pick)
    {
        await TakeTokenAsync(pick);
        _pick = pick;
        await browser.WriteTabAsync(PickKey, pick.ToText());
        await BeginAsync();
    }

    /// <summary>Signs in with a token or an API key.</summary>
    public async Task SignInAsync(string token)
    {
        (_pick, _token, _renewAt) = (null, token.Trim(), DateTimeOffset.MaxValue);
        await browser.WriteTabAsync(PickKey, null);
        await BeginAsync();
    }

    public async Task SignOutAsync()
    {
        (_token, _pick, _api, Me, IsExpired) = (null, null, null, null, false);
        await browser.WriteTabAsync(PickKey, null);
        Changed?.Invoke();
    }

    private async Task BeginAsync()
    {
        var tenant = Me?.Tenant;
        var options = new AgentManagementOptions { Token = (_, wasRefused) => TokenAsync(wasRefused), OnAnswer = Heed };
        var api = new AgentManagementClient(http, options);
        var me = await api.Tenant.GetCallerAsync();
        // Another tenant's answers and pages are nobody's any more.
        if (_api is null || tenant != me.Tenant) _api = api;
        (Me, IsExpired) = (me, false);
        Changed?.Invoke();
    }

    private async ValueTask<string> TokenAsync(bool wasRefused)
    {
        if (_pick is { } pick && (wasRefused || DateTimeOffset.UtcNow >= _renewAt)) await TakeTokenAsync(pick);
        return _token ?? "";
    }

    private void Heed(AnswerInfo answer)
    {
        if (answer.Status != HttpStatusCode.Unauthorized || Me is null || IsExpired || _pick is not null) return;
        IsExpired = true;
        Changed?.Invoke();
    }

    private async Task TakeTokenAsync(DevelopmentPick pick)
    {
        using var body = new StringContent(pick.ToText(), Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        using var answer = await http.PostAsync(new Uri("dev/token", UriKind.Relative), body);
        using var document = await JsonDocument.ParseAsync(await answer.Content.ReadAsStreamAsync());
        if (!answer.IsSuccessStatusCode)
        {
            var problem = document.RootElement;
            throw new ApiException(
                answer.StatusCode, new(problem.GetProperty("code").GetString()!, problem.GetProperty("detail").GetString()!));
        }
        _token = document.RootElement.GetProperty("token").GetString();
        _renewAt = document.RootElement.GetProperty("expiresAt").GetDateTimeOffset() - Renewal;
    }

    private async Task<ConsoleSettings> ReadSettingsAsync()
    {
        try
        {
            using var document = JsonDocument.Parse(await http.GetByteArrayAsync(new Uri("console/settings.json", UriKind.Relative)));
            var settings = document.RootElement;
            return new(settings.GetProperty("hasDevelopmentTokens").GetBoolean(), settings.GetProperty("version").GetString() ?? "");
        }
        catch (HttpRequestException)
        {
            return Settings;
        }
    }
}

/// <summary>What the gateway says of itself to the console.</summary>
/// <param name="HasDevelopmentTokens">Whether it makes tokens for whoever asks.</param>
public sealed record ConsoleSettings(bool HasDevelopmentTokens, string ServiceVersion);

/// <summary>As whom somebody signs in, in development.</summary>
public sealed record DevelopmentPick(string Tenant, string Role, string Tier)
{
    public static IReadOnlyList<string> Roles { get; } = ["admin", "editor", "viewer"];
    public static IReadOnlyList<string> Tiers { get; } = ["free", "advance", "professional", "enterprise"];

    public string ToText() => new JsonObject { ["tenant"] = Tenant, ["role"] = Role, ["tier"] = Tier }.ToJsonString();

    public static DevelopmentPick? Read(string? text)
    {
        if (text is null) return null;
        using var document = JsonDocument.Parse(text);
        var pick = document.RootElement;
        return new(pick.GetProperty("tenant").GetString()!, pick.GetProperty("role").GetString()!, pick.GetProperty("tier").GetString()!);
    }
}
