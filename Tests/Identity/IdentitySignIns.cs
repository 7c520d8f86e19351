using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AgentManagement.Tests.Identity;

/// <summary>
/// Signs people in as a provider of OpenID Connect does, for one public client: it leads back to that client's own address alone, and gives
/// tokens for a code once, to whoever has the verifier.
/// </summary>
internal sealed class IdentitySignIns(IdentityServer server)
{
    public const string ClientId = "agents-console";

    private readonly ConcurrentDictionary<string, Begun> _codes = new();
    private readonly ConcurrentDictionary<string, bool> _refreshTokens = new();

    /// <summary>The one address to which it leads back.</summary>
    public string RedirectAddress { get; set; } = "";

    /// <summary>Who signs in: what access tokens say beside what they always say.</summary>
    public Action<Dictionary<string, object>> Claims { get; set; } = _ => { };

    /// <summary>How long it says that access tokens are good.</summary>
    public int LifeSeconds { get; set; } = 600;

    /// <summary>Whether it renews tokens.</summary>
    public bool Renews { get; set; } = true;

    /// <summary>What is in identity tokens in place of the nonce that was asked for.</summary>
    public string? Nonce { get; set; }

    /// <summary>What it leads back with in place of the state that was sent.</summary>
    public string? State { get; set; }

    /// <summary>Whether its page is to be answered by somebody; they are remembered from then on, until they sign out.</summary>
    public bool KnowsThem { get; set; }

    /// <summary>Whether it puts its answer behind a #, and says so.</summary>
    public bool UsesFragments { get; set; } = true;

    public int Renewals { get; private set; }

    public int SignOuts { get; private set; }

    /// <summary>Whatever it refused, and why: a good client is refused nothing.</summary>
    public ConcurrentQueue<string> Refused { get; } = new();

    /// <summary>All that it has given which is nobody else's business.</summary>
    public ConcurrentQueue<string> Given { get; } = new();

    public static void Map(WebApplication app, IdentityServer server)
    {
        app.MapGet("/realms/main/authorize", (HttpContext http) => server.SignIns.Authorize(http));
        app.MapGet("/realms/main/agree", (HttpContext http) => server.SignIns.Agree(http));
        // As a delegate: what it returns would not be answered otherwise.
        app.MapPost("/realms/main/token", (Delegate)((HttpContext http) => server.SignIns.TokenAsync(http)));
        app.MapGet("/realms/main/end", (HttpContext http) => server.SignIns.End(http));
    }

    public void Describe(Dictionary<string, object?> document)
    {
        if (RedirectAddress.Length == 0) return;
        document["authorization_endpoint"] = $"{server.Issuer}/authorize";
        document["token_endpoint"] = $"{server.Issuer}/token";
        document["end_session_endpoint"] = $"{server.Issuer}/end";
        document["response_modes_supported"] = UsesFragments ? new[] { "query", "fragment" } : ["query"];
    }

    private IResult Authorize(HttpContext http)
    {
        var asked = http.Request.Query;
        if (asked["client_id"] != ClientId || asked["redirect_uri"] != RedirectAddress) return Refuse("client");
        if (asked["response_type"] != "code" || asked["code_challenge_method"] != "S256" || asked["code_challenge"].ToString().Length != 43
            || asked["state"].ToString().Length < 20 || asked["nonce"].ToString().Length < 20
            || !asked["scope"].ToString().Split(' ').Contains("openid")) return Refuse("request");
        if (asked["response_mode"] == "fragment" && !UsesFragments) return Refuse("response mode");
        if (KnowsThem) return LeadBack(asked);
        if (asked["prompt"] == "none") return LeadBack(asked, "login_required");
        return Results.Content(
            $"<!DOCTYPE html><title>Identity</title><h1>Who are you?</h1><a href=\"agree{http.Request.QueryString}\">It is me</a>",
            "text/html");
    }

    private IResult Agree(HttpContext http)
    {
        KnowsThem = true;
        return LeadBack(http.Request.Query);
    }

    private IResult LeadBack(IQueryCollection asked, string? error = null)
    {
        var answer = new Dictionary<string, string?> { ["state"] = State ?? asked["state"], ["iss"] = server.Issuer };
        if (error is not null) answer["error"] = error;
        else
        {
            answer["code"] = NewSecret();
            _codes[answer["code"]!] = new(asked["code_challenge"]!, asked["nonce"]!, asked["redirect_uri"]!);
        }
        var query = QueryHelpers.AddQueryString("", answer)[1..];
        return Results.Redirect($"{asked["redirect_uri"]}{(asked["response_mode"] == "fragment" ? '#' : '?')}{query}");
    }

    private async Task<IResult> TokenAsync(HttpContext http)
    {
        // Browsers ask from the page of another origin.
        http.Response.Headers.AccessControlAllowOrigin = new Uri(RedirectAddress).GetLeftPart(UriPartial.Authority);
        var form = await http.Request.ReadFormAsync();
        if (form["client_id"] != ClientId) return Refuse("client");
        if (form["grant_type"] == "refresh_token")
        {
            if (!Renews || !_refreshTokens.TryRemove(form["refresh_token"]!, out _))
            {
                return Results.BadRequest(new { error = "invalid_grant" });
            }
            Renewals++;
            return Give(nonce: null);
        }
        if (form["grant_type"] != "authorization_code" || !_codes.TryRemove(form["code"]!, out var begun)) return Refuse("code");
        var challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"]!)));
        if (challenge != begun.Challenge) return Refuse("verifier");
        return form["redirect_uri"] == begun.RedirectAddress ? Give(begun.Nonce) : Refuse("redirect");
    }

    private IResult Give(string? nonce)
    {
        var (access, refresh) = (server.Token(change: Claims), NewSecret());
        _refreshTokens[refresh] = true;
        Given.Enqueue(access);
        var answer = new Dictionary<string, object>
        {
            ["access_token"] = access, ["token_type"] = "Bearer", ["expires_in"] = LifeSeconds, ["refresh_token"] = refresh,
        };
        if (nonce is not null)
        {
            answer["id_token"] = new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
            {
                Issuer = server.Issuer, Audience = ClientId, Claims = new Dictionary<string, object>
                {
                    ["sub"] = "ann", ["nonce"] = Nonce ?? nonce,
                },
                SigningCredentials = new(server.Keys[0], SecurityAlgorithms.RsaSha256),
            });
        }
        return Results.Json(answer);
    }

    private IResult End(HttpContext http)
    {
        var asked = http.Request.Query;
        if (asked["post_logout_redirect_uri"] != RedirectAddress || asked["client_id"] != ClientId
            || new JsonWebToken(asked["id_token_hint"]).Subject != "ann") return Refuse("sign-out");
        (KnowsThem, SignOuts) = (false, SignOuts + 1);
        return Results.Redirect(RedirectAddress);
    }

    private IResult Refuse(string what)
    {
        Refused.Enqueue(what);
        return Results.BadRequest(new { error = "invalid_request" });
    }

    private string NewSecret()
    {
        var secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        Given.Enqueue(secret);
        return secret;
    }

    private sealed record Begun(string Challenge, string Nonce, string RedirectAddress);
}
