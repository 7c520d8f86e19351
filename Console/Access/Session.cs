using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentManagement.Client;
using AgentManagement.WebConsole.Components;

namespace AgentManagement.WebConsole.Access;

/// <summary>
/// Who is signed in. The token is in memory only: a reload asks for another one, of the same person. What is kept in the tab is what was
/// picked of a development sign-in, or that somebody was signed in at the Identity Service, and no token.
/// </summary>
public sealed class Session(HttpClient http, Browser browser, IdentitySignIn identity)
{
    private const string PickKey = "development-sign-in";
    private const string IdentityKey = "identity-signed-in";
    private static readonly TimeSpan Renewal = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan RenewalRetry = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    private string? _token;
    private DateTimeOffset _renewAt = DateTimeOffset.MaxValue;
    private DevelopmentPick? _pick;
    private IdentityTokens? _identity;
    private Task? _renewing;
    private bool _isUnproven;
    private AgentManagementClient? _api;

    /// <summary>Somebody signed in or out, or the service took the token back.</summary>
    public event Action? Changed;

    public ConsoleSettings Settings { get; private set; } = new(HasDevelopmentTokens: false, ServiceVersion: "", Identity: null);

    /// <summary>Null while nobody is signed in.</summary>
    public Me? Me { get; private set; }

    /// <summary>The service refuses the token: the page stays as it is, and asks to sign in again.</summary>
    public bool IsExpired { get; private set; }

    public bool IsStarted { get; private set; }

    /// <summary>Why the Identity Service signed nobody in; null where nothing was tried, or it did.</summary>
    public SignInException? Refusal { get; private set; }

    /// <summary>The service, as whoever is signed in.</summary>
    public AgentManagementClient Api => _api ?? throw new InvalidOperationException("Nobody is signed in.");

    public bool May(string permission) => Me?.Permissions.Contains(permission) == true;

    /// <summary>Takes up the sign-in of before a reload.</summary>
    public async Task StartAsync()
    {
        if (IsStarted) return;
        Settings = await ReadSettingsAsync();
        if (Settings.Identity is { } service && await ReturnAsync(service)) return;
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

    /// <summary>Leaves the page to sign in at the Identity Service.</summary>
    /// <exception cref="SignInException">It cannot be begun.</exception>
    public Task SignInAsync() =>
        identity.BeginAsync(Settings.Identity ?? throw new InvalidOperationException("There is no Identity Service."));

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
        (_pick, _identity, _token, _renewAt) = (null, null, token.Trim(), DateTimeOffset.MaxValue);
        await browser.WriteTabAsync(PickKey, null);
        await browser.WriteTabAsync(IdentityKey, null);
        await BeginAsync();
    }

    /// <returns>Whether the page is left, for the one of the Identity Service that ends its session.</returns>
    public async Task<bool> SignOutAsync()
    {
        var ended = _identity;
        (_token, _pick, _identity, _api, Me, IsExpired) = (null, null, null, null, null, false);
        await browser.WriteTabAsync(PickKey, null);
        await browser.WriteTabAsync(IdentityKey, null);
        Changed?.Invoke();
        return ended is not null && await identity.EndAsync(Settings.Identity!, ended);
    }

    /// <summary>Takes up a sign-in at the Identity Service, or that of before a reload, about which nobody is asked.</summary>
    /// <returns>Whether the page is left.</returns>
    private async Task<bool> ReturnAsync(IdentitySettings service)
    {
        try
        {
            var wasSignedIn = await browser.ReadTabAsync(IdentityKey) is not null;
            await browser.WriteTabAsync(IdentityKey, null);
            if (await identity.FinishAsync(service) is { } tokens)
            {
                Take(tokens);
                await BeginAsync();
                await browser.WriteTabAsync(IdentityKey, "true");
                _ = RenewInTimeAsync(tokens);
            }
            else if (wasSignedIn)
            {
                await identity.BeginAsync(service, isSilent: true);
                return true;
            }
        }
        catch (SignInException refusal)
        {
            Refusal = refusal;
        }
        catch (ApiException refusal)
        {
            (_identity, _token) = (null, null);
            Refusal = new SignInException("The service does not take what the Identity Service gave.", refusal.Code);
        }
        catch (HttpRequestException)
        {
            Refusal = new SignInException("The Identity Service cannot be reached.");
        }
        return false;
    }

    private void Take(IdentityTokens tokens) =>
        (_identity, _token, _renewAt, _pick) = (tokens, tokens.AccessToken, tokens.RenewAt, null);

    /// <summary>Renews tokens before they end, for as long as the page is open and they are renewed.</summary>
    private async Task RenewInTimeAsync(IdentityTokens tokens)
    {
        while (ReferenceEquals(_identity, tokens) && !IsExpired)
        {
            var left = tokens.RenewAt - DateTimeOffset.UtcNow;
            await Task.Delay(left > TimeSpan.Zero ? left : RenewalRetry);
            if (!ReferenceEquals(_identity, tokens) || IsExpired || tokens.RefreshToken is null) return;
            try
            {
                await RenewAsync();
            }
            catch (HttpRequestException)
            {
                // It is tried again; until the token has ended nobody need know.
            }
        }
    }

    /// <summary>Once for all that want to.</summary>
    private Task RenewAsync()
    {
        return _renewing ??= OnceAsync(_identity!);

        async Task OnceAsync(IdentityTokens tokens)
        {
            // What ends at once would be over before it is known that it goes on.
            await Task.Yield();
            try
            {
                var renewed = await identity.RenewAsync(Settings.Identity!, tokens);
                if (!ReferenceEquals(_identity, tokens)) return;
                Take(renewed);
                _ = RenewInTimeAsync(renewed);
            }
            catch (SignInException)
            {
                if (ReferenceEquals(_identity, tokens)) Expire();
            }
            finally
            {
                _renewing = null;
            }
        }
    }

    private void Expire()
    {
        if (Me is null || IsExpired) return;
        IsExpired = true;
        Changed?.Invoke();
    }

    private async Task BeginAsync()
    {
        var tenant = Me?.Tenant;
        var options = new AgentManagementOptions
        {
            // Whoever would wait longer is told so, and for how long.
            Token = (_, wasRefused) => TokenAsync(wasRefused), OnAnswer = Heed, MaxRetryAfter = LongestWait,
        };
        var api = new AgentManagementClient(http, options);
        var me = await api.Tenant.GetCallerAsync();
        // Another tenant's answers and pages are nobody's any more.
        if (_api is null || tenant != me.Tenant) _api = api;
        (Me, IsExpired, Refusal) = (me, false, null);
        Changed?.Invoke();
    }

    /// <summary>For what is no request of the client, such as a socket.</summary>
    public ValueTask<string> TokenAsync() => TokenAsync(wasRefused: false);

    private async ValueTask<string> TokenAsync(bool wasRefused)
    {
        var now = DateTimeOffset.UtcNow;
        if (_pick is { } pick && (wasRefused || now >= _renewAt)) await TakeTokenAsync(pick);
        // Who was refused before this one was there need not have it renewed.
        if (_identity is { } tokens && !IsExpired && (wasRefused ? now >= tokens.At + RenewalRetry : now >= _renewAt))
        {
            // One that was renewed for a refusal, and is refused, too, is of somebody who is not let in any more.
            if (wasRefused && _isUnproven) Expire();
            else await RenewInNeedAsync(tokens, wasRefused);
        }
        return _token ?? "";
    }

    private async Task RenewInNeedAsync(IdentityTokens tokens, bool wasRefused)
    {
        try
        {
            await RenewAsync();
            _isUnproven = wasRefused;
        }
        catch (HttpRequestException) when (!wasRefused && DateTimeOffset.UtcNow < tokens.ExpiresAt)
        {
            // It is good for a while yet.
        }
    }

    private void Heed(AnswerInfo answer)
    {
        if (answer.Status != HttpStatusCode.Unauthorized) _isUnproven = false;
        else if (_pick is null && _identity is null) Expire();
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
            return new(
                settings.GetProperty("hasDevelopmentTokens").GetBoolean(), settings.GetProperty("version").GetString() ?? "",
                settings.TryGetProperty("identity", out var service) && service.ValueKind == JsonValueKind.Object
                    ? new(new(service.GetProperty("discoveryAddress").GetString()!), service.GetProperty("clientId").GetString()!,
                        service.GetProperty("scopes").GetString()!)
                    : null);
        }
        catch (HttpRequestException)
        {
            return Settings;
        }
    }
}

/// <summary>What the gateway says of itself to the console.</summary>
/// <param name="HasDevelopmentTokens">Whether it makes tokens for whoever asks.</param>
/// <param name="Identity">Where people sign in; null where they show a token.</param>
public sealed record ConsoleSettings(bool HasDevelopmentTokens, string ServiceVersion, IdentitySettings? Identity);

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
