using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentManagement.WebConsole.Components;
using Microsoft.AspNetCore.Components;

namespace AgentManagement.WebConsole.Access;

/// <summary>
/// Signs people in at the Identity Service: OpenID Connect, the authorization code with PKCE. The tab keeps what a sign-in that is under
/// way needs to be known again, which is worth nothing once it is over; tokens are in memory alone.
/// </summary>
public sealed class IdentitySignIn(HttpClient http, Browser browser, NavigationManager navigation)
{
    private const string BegunKey = "identity-sign-in";

    // Of a token of which it is not said how long it is good; and one that is good for longer is renewed daily.
    private const int DefaultLifeSeconds = 60;
    private const int MaxLifeSeconds = 86_400;

    // What the Identity Service says when it would have to ask somebody who is not to be asked.
    private static readonly string[] Questions =
        ["login_required", "interaction_required", "consent_required", "account_selection_required"];

    /// <summary>The page to which the Identity Service leads back, and the only one.</summary>
    private string ReturnAddress => navigation.BaseUri;

    /// <summary>Leaves the page for that of the Identity Service.</summary>
    /// <param name="isSilent">Nobody is asked anything: who is not signed in there comes back as nobody.</param>
    /// <exception cref="SignInException">It cannot be begun.</exception>
    public async Task BeginAsync(IdentitySettings settings, bool isSilent = false)
    {
        var service = await DiscoverAsync(settings);
        var begun = new BegunSignIn(Secret(), Secret(), Secret(), navigation.ToBaseRelativePath(navigation.Uri), isSilent);
        if (!await browser.WriteTabAsync(BegunKey, begun.ToText())) throw new SignInException("The browser has no room left for this.");
        // What was not saved is kept in the tab.
        await browser.AskBeforeLeavingAsync(false);
        navigation.NavigateTo(WithQuery(service.AuthorizationEndpoint, new()
        {
            ["response_type"] = "code", ["client_id"] = settings.ClientId, ["redirect_uri"] = ReturnAddress, ["scope"] = settings.Scopes,
            ["state"] = begun.State, ["nonce"] = begun.Nonce, ["code_challenge_method"] = "S256",
            ["code_challenge"] = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(begun.Verifier))),
            // Behind a # the code reaches no server but the Identity Service's.
            ["response_mode"] = service.HasFragments ? "fragment" : null,
            ["prompt"] = isSilent ? "none" : null,
        }), forceLoad: true);
    }

    /// <summary>Takes up a sign-in with which the Identity Service led back here, and restores the page on which it was begun.</summary>
    /// <returns>Null when this is no such return, or nobody is signed in there who was not to be asked.</returns>
    /// <exception cref="SignInException">It is none that was begun here, or was refused.</exception>
    public async Task<IdentityTokens?> FinishAsync(IdentitySettings settings)
    {
        if (ReadReturn() is not { } answer) return null;
        var begun = BegunSignIn.Read(await browser.ReadTabAsync(BegunKey));
        await browser.WriteTabAsync(BegunKey, null);
        // The code is out of the address before anything else is asked for.
        var isOurs = begun is not null && CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(begun.State), Encoding.UTF8.GetBytes(answer.GetValueOrDefault("state") ?? ""));
        navigation.NavigateTo(isOurs ? begun!.Page : "agents", replace: true);
        if (!isOurs) throw new SignInException("This sign-in was not begun in this tab.");
        if (answer.TryGetValue("error", out var error))
        {
            if (begun!.IsSilent && Questions.Contains(error)) return null;
            throw new SignInException("The Identity Service did not sign you in.", error);
        }
        var service = await DiscoverAsync(settings);
        if (answer.TryGetValue("iss", out var issuer) && issuer != service.Issuer) throw SignInException.Foreign;
        var tokens = await AskTokensAsync(service, settings, previous: null, new()
        {
            ["grant_type"] = "authorization_code", ["code"] = answer.GetValueOrDefault("code"), ["redirect_uri"] = ReturnAddress,
            ["code_verifier"] = begun!.Verifier,
        });
        if (tokens.IdToken is not { } idToken || !IsFor(idToken, service, settings, begun.Nonce)) throw SignInException.Foreign;
        return tokens;
    }

    /// <summary>New tokens for those that end.</summary>
    /// <exception cref="SignInException">The Identity Service gives none: the session has ended.</exception>
    /// <exception cref="HttpRequestException">The Identity Service cannot be reached now.</exception>
    public async Task<IdentityTokens> RenewAsync(IdentitySettings settings, IdentityTokens tokens)
    {
        if (tokens.RefreshToken is null) throw new SignInException("The Identity Service did not sign you in.");
        return await AskTokensAsync(tokens.Service, settings, tokens, new()
        {
            ["grant_type"] = "refresh_token", ["refresh_token"] = tokens.RefreshToken,
        });
    }

    /// <summary>Leaves for the page of the Identity Service on which its session ends, where it has one.</summary>
    /// <returns>Whether the page is left.</returns>
    public async Task<bool> EndAsync(IdentitySettings settings, IdentityTokens tokens)
    {
        if (tokens.Service.EndSessionEndpoint is not { } endpoint) return false;
        await browser.AskBeforeLeavingAsync(false);
        navigation.NavigateTo(WithQuery(endpoint, new()
        {
            ["id_token_hint"] = tokens.IdToken, ["client_id"] = settings.ClientId, ["post_logout_redirect_uri"] = ReturnAddress,
        }), forceLoad: true);
        return true;
    }

    /// <summary>What the address says of a sign-in; null when it says nothing.</summary>
    private Dictionary<string, string>? ReadReturn()
    {
        var address = new Uri(navigation.Uri);
        if (address.GetLeftPart(UriPartial.Path) != ReturnAddress) return null;
        var said = ReadForm(address.Fragment.TrimStart('#'));
        if (!said.ContainsKey("state")) said = ReadForm(address.Query.TrimStart('?'));
        return said.ContainsKey("state") && (said.ContainsKey("code") || said.ContainsKey("error")) ? said : null;
    }

    /// <summary>What the Identity Service says of itself, where the gateway reads it, too.</summary>
    private async Task<IdentityServiceDescription> DiscoverAsync(IdentitySettings settings)
    {
        try
        {
            using var document = JsonDocument.Parse(await http.GetByteArrayAsync(settings.DiscoveryAddress));
            return IdentityServiceDescription.Read(document.RootElement, settings.DiscoveryAddress) ?? throw SignInException.Foreign;
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException)
        {
            throw new SignInException("The Identity Service cannot be reached.");
        }
    }

    private async Task<IdentityTokens> AskTokensAsync(
        IdentityServiceDescription service, IdentitySettings settings, IdentityTokens? previous, Dictionary<string, string?> form)
    {
        form["client_id"] = settings.ClientId;
        using var body = new FormUrlEncodedContent(form.Where(field => field.Value is not null)!);
        using var answer = await http.PostAsync(service.TokenEndpoint, body);
        if (answer.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized
            or HttpStatusCode.Forbidden))
        {
            throw new HttpRequestException("The Identity Service gave no answer.");
        }
        try
        {
            using var document = await JsonDocument.ParseAsync(await answer.Content.ReadAsStreamAsync());
            var said = document.RootElement;
            if (!answer.IsSuccessStatusCode) throw new SignInException("The Identity Service did not sign you in.", Text(said, "error"));
            var life = said.TryGetProperty("expires_in", out var seconds) && seconds.TryGetInt32(out var number)
                ? Math.Clamp(number, 1, MaxLifeSeconds) : DefaultLifeSeconds;
            return new(
                service, Text(said, "access_token") ?? throw SignInException.Foreign, Text(said, "refresh_token") ?? previous?.RefreshToken,
                Text(said, "id_token") ?? previous?.IdToken, DateTimeOffset.UtcNow, TimeSpan.FromSeconds(life));
        }
        catch (JsonException)
        {
            throw new HttpRequestException("The Identity Service gave no answer.");
        }
    }

    /// <summary>
    /// Whether a token says that somebody has signed in for this page, just now. It came from the Identity Service itself, so that its
    /// signature says nothing more (OpenID Connect Core 3.1.3.7); that of the access token is looked at by the gateway.
    /// </summary>
    private static bool IsFor(string idToken, IdentityServiceDescription service, IdentitySettings settings, string nonce)
    {
        try
        {
            if (idToken.Split('.') is not [_, var payload, _]) return false;
            using var document = JsonDocument.Parse(Base64Url.DecodeFromChars(payload));
            var claims = document.RootElement;
            var isAudience = claims.TryGetProperty("aud", out var audience) && (audience.ValueKind == JsonValueKind.Array
                ? audience.EnumerateArray().Any(each => each.ValueEquals(settings.ClientId))
                : audience.ValueEquals(settings.ClientId));
            return isAudience && Text(claims, "iss") == service.Issuer && Text(claims, "nonce") == nonce
                && (Text(claims, "azp") ?? settings.ClientId) == settings.ClientId;
        }
        catch (Exception exception) when (exception is FormatException or JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static string? Text(JsonElement said, string name) =>
        said.ValueKind == JsonValueKind.Object && said.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString() : null;

    private static string Secret() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    private static string WithQuery(Uri address, Dictionary<string, string?> query)
    {
        var added = string.Join('&', query.Where(each => each.Value is not null)
            .Select(each => $"{each.Key}={Uri.EscapeDataString(each.Value!)}"));
        return $"{address}{(address.Query.Length == 0 ? "?" : "&")}{added}";
    }

    private static Dictionary<string, string> ReadForm(string text)
    {
        var said = new Dictionary<string, string>();
        foreach (var pair in text.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            said[Uri.UnescapeDataString(parts[0])] = Uri.UnescapeDataString((parts.ElementAtOrDefault(1) ?? "").Replace('+', ' '));
        }
        return said;
    }

    /// <summary>A sign-in that is under way: by its state its end is known again.</summary>
    /// <param name="Verifier">What the code is worth nothing without.</param>
    /// <param name="Page">On which it was begun.</param>
    private sealed record BegunSignIn(string State, string Nonce, string Verifier, string Page, bool IsSilent)
    {
        public string ToText() => new JsonObject
        {
            ["state"] = State, ["nonce"] = Nonce, ["verifier"] = Verifier, ["page"] = Page, ["isSilent"] = IsSilent,
        }.ToJsonString();

        public static BegunSignIn? Read(string? text)
        {
            if (text is null) return null;
            using var document = JsonDocument.Parse(text);
            var begun = document.RootElement;
            return new(Member("state"), Member("nonce"), Member("verifier"), Member("page"), begun.GetProperty("isSilent").GetBoolean());

            string Member(string name) => begun.GetProperty(name).GetString()!;
        }
    }
}

/// <summary>Where people sign in.</summary>
/// <param name="DiscoveryAddress">Where the Identity Service says what it is.</param>
/// <param name="ClientId">As what it knows the console.</param>
/// <param name="Scopes">What the console asks for, separated by blanks.</param>
public sealed record IdentitySettings(Uri DiscoveryAddress, string ClientId, string Scopes);

/// <summary>The addresses of the Identity Service, all of them its own.</summary>
/// <param name="EndSessionEndpoint">Null where it ends no sessions.</param>
/// <param name="HasFragments">Whether it leads back with its answer behind a #.</param>
public sealed record IdentityServiceDescription(
    string Issuer, Uri AuthorizationEndpoint, Uri TokenEndpoint, Uri? EndSessionEndpoint, bool HasFragments)
{
    /// <returns>Null when an address is missing, or of another host.</returns>
    public static IdentityServiceDescription? Read(JsonElement document, Uri from)
    {
        if (document.ValueKind != JsonValueKind.Object) return null;
        var endsSessions = document.TryGetProperty("end_session_endpoint", out _);
        if (Own("issuer") is null || Own("authorization_endpoint") is not { } authorization || Own("token_endpoint") is not { } token
            || (endsSessions && Own("end_session_endpoint") is null)) return null;
        // Where it does not say what it can, it can this (RFC 8414).
        var hasFragments = !document.TryGetProperty("response_modes_supported", out var modes)
            || (modes.ValueKind == JsonValueKind.Array && modes.EnumerateArray().Any(mode => mode.ValueEquals("fragment")));
        return new(
            document.GetProperty("issuer").GetString()!, authorization, token, endsSessions ? Own("end_session_endpoint") : null,
            hasFragments);

        Uri? Own(string name) => document.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            && Uri.TryCreate(value.GetString(), UriKind.Absolute, out var address)
            && address.UserInfo.Length == 0
            && Uri.Compare(address, from, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0
            ? address : null;
    }
}

/// <summary>What the Identity Service gave. It is never written anywhere.</summary>
/// <param name="Service">By which it was given.</param>
/// <param name="RefreshToken">Null when it renews none.</param>
public sealed record IdentityTokens(
    IdentityServiceDescription Service, string AccessToken, string? RefreshToken, string? IdToken, DateTimeOffset At, TimeSpan Life)
{
    private static readonly TimeSpan LongestMargin = TimeSpan.FromMinutes(1);

    public DateTimeOffset ExpiresAt => At + Life;

    /// <summary>Early enough for a few attempts.</summary>
    public DateTimeOffset RenewAt => ExpiresAt - (Life / 2 < LongestMargin ? Life / 2 : LongestMargin);
}

/// <summary>Nobody was signed in.</summary>
/// <param name="text">Why, as one of the console's texts.</param>
/// <param name="code">What the Identity Service calls it.</param>
public sealed class SignInException(string text, string? code = null) : Exception(text)
{
    public string? Code { get; } = code;

    /// <summary>What came is of another host, client, or sign-in.</summary>
    public static SignInException Foreign => new SignInException("What the Identity Service answered is not for this sign-in.");
}
