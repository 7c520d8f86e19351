using System.Text.RegularExpressions;
using AgentManagement.ServiceDefaults.Hosting;
using AgentManagement.ServiceDefaults.Settings;
using AgentManagement.WebGateway.Identity;
using AgentManagement.WebGateway.Settings;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.StaticFiles;

namespace AgentManagement.WebGateway.WebConsole;

/// <summary>
/// Serves the console: files alone, which run in the browser and ask the API with the token of whoever signs in there. What has the hash of
/// its content in its name is kept by browsers for ever, everything else is asked for each time.
/// </summary>
internal static partial class ConsoleHosting
{
    public const string Base = "/console";

    private const string ForEver = "public, max-age=31536000, immutable";
    private const string EachTime = "no-cache";

    // Compressed files are sent as what they are of.
    private static readonly FileExtensionContentTypeProvider Types = new(new Dictionary<string, string>
    {
        [".css"] = "text/css; charset=utf-8", [".js"] = "text/javascript; charset=utf-8", [".json"] = "application/json",
        [".wasm"] = "application/wasm", [".svg"] = "image/svg+xml", [".dat"] = "application/octet-stream",
        [".png"] = "image/png", [".ico"] = "image/x-icon", [".woff2"] = "font/woff2", [".map"] = "application/json",
        [".br"] = "application/octet-stream", [".gz"] = "application/octet-stream", [".pdb"] = "application/octet-stream",
    });

    // As publishing makes them beside each file, the smallest first.
    private static readonly (string Coding, string Ending)[] Compressed = [("br", ".br"), ("gzip", ".gz")];

    /// <summary>Answers what is one of the console's files, before anybody is asked who they are.</summary>
    public static void UseConsole(this WebApplication app)
    {
        if (app.Services.GetService<ConsoleFiles>() is not { } files) return;
        var options = new StaticFileOptions
        {
            FileProvider = files.Provider, RequestPath = Base, ContentTypeProvider = Types,
            OnPrepareResponse = served => Describe(served.Context),
        };
        app.UseWhen(
            context => context.Request.Path.StartsWithSegments(Base, out var rest) && IsFile(rest),
            console => console.Use((context, next) => PreferCompressed(context, next, files)).UseStaticFiles(options));
    }

    /// <summary>Answers every page of the console with the one that starts it, and leads there from the root.</summary>
    public static void MapConsole(this WebApplication app)
    {
        if (app.Services.GetService<ConsoleFiles>() is not { } files) return;
        var (settings, gateway) = (app.Services.GetRequiredService<ServiceSettings>(), app.Services.GetRequiredService<GatewaySettings>());
        var identity = gateway is { IdentityServiceUrl: not null, ConsoleClientId: { } clientId }
            ? new ConsoleIdentity(app.Services.GetRequiredService<IdentityClient>().DiscoveryAddress, clientId, gateway.ConsoleScopes)
            : null;
        var answer = new ConsoleSettingsResponse(
            !settings.IsProduction && gateway.IdentityServiceUrl is null, ServiceVersion.Current, identity);
        var policy = files.ContentSecurityPolicy(identity is null ? null : gateway.IdentityServiceUrl);
        app.MapGet("/", () => TypedResults.Redirect($"{Base}/agents")).AllowAnonymous().ExcludeFromDescription();
        app.MapGet($"{Base}/settings.json", () => TypedResults.Ok(answer)).AllowAnonymous().ExcludeFromDescription();
        app.MapGet($"{Base}/{{**page}}", Results<ContentHttpResult, NotFound> (string? page, HttpContext context) =>
        {
            if (IsFile($"/{page}")) return TypedResults.NotFound();
            context.Response.Headers.ContentSecurityPolicy = policy;
            context.Response.Headers.CacheControl = EachTime;
            return TypedResults.Content(files.Page, "text/html; charset=utf-8");
        }).AllowAnonymous().ExcludeFromDescription();
    }

    // Pages of the console have no dot in their last segment: ids of agents have none.
    private static bool IsFile(string? path) => Path.HasExtension(path) && !path.EndsWith("index.html", StringComparison.Ordinal);

    private static Task PreferCompressed(HttpContext context, RequestDelegate next, ConsoleFiles files)
    {
        var request = context.Request;
        var accepted = request.Headers.AcceptEncoding.ToString();
        foreach (var (coding, ending) in Compressed)
        {
            if (!accepted.Contains(coding, StringComparison.OrdinalIgnoreCase)) continue;
            var path = request.Path.Value![Base.Length..];
            if (!files.Provider.GetFileInfo(path + ending).Exists) continue;
            context.Items[typeof(ConsoleHosting)] = (coding, Original: request.Path);
            request.Path = new PathString(request.Path.Value + ending);
            break;
        }
        return next(context);
    }

    private static void Describe(HttpContext context)
    {
        var headers = context.Response.Headers;
        var path = context.Request.Path;
        if (context.Items[typeof(ConsoleHosting)] is (string coding, PathString original))
        {
            headers.ContentEncoding = coding;
            path = original;
            context.Response.ContentType = Types.TryGetContentType(original.Value!, out var type) ? type : "application/octet-stream";
        }
        headers.Vary = "Accept-Encoding";
        headers.CacheControl = Hashed().IsMatch(path.Value!) ? ForEver : EachTime;
    }

    /// <summary>As the build names files: the name, ten letters and digits of the hash, the ending.</summary>
    [GeneratedRegex(@"\.[a-z0-9]{10}\.[a-z0-9]+$")]
    private static partial Regex Hashed();
}

/// <summary>What the console is told before anybody has signed in.</summary>
/// <param name="HasDevelopmentTokens">Whether tokens are made for whoever asks, as in development.</param>
/// <param name="Version">The service's version.</param>
/// <param name="Identity">Where people sign in; null where they show a token.</param>
internal sealed record ConsoleSettingsResponse(bool HasDevelopmentTokens, string Version, ConsoleIdentity? Identity);

/// <summary>How the console signs people in at the Identity Service.</summary>
/// <param name="DiscoveryAddress">Where the Identity Service says what it is.</param>
/// <param name="ClientId">As what it knows the console.</param>
/// <param name="Scopes">What the console asks for.</param>
internal sealed record ConsoleIdentity(string DiscoveryAddress, string ClientId, string Scopes);
