using System.Web;
using AgentManagement.Configuration;
using AgentManagement.Outcomes;

namespace AgentManagement.Domain.Validation;

/// <summary>
/// Where MCP servers, models, tools, sources and agents elsewhere may be: what a runtime could reach by mistake is told, what no tenant
/// has any business with is refused.
/// </summary>
/// <remarks>The name is not looked up: what it stands for when an agent runs is the runtime's to check.</remarks>
public static class AddressRules
{
    public const string Credentials = "credentials_in_address";

    public static IEnumerable<Issue> Check(AgentConfig config) =>
        AddressesOf(config).SelectMany(each => Check(each.Url!, each.Pointer));

    private static IEnumerable<(string? Url, string Pointer)> AddressesOf(AgentConfig config)
    {
        var model = config.Model;
        IEnumerable<(string? Url, string Pointer)> addresses =
        [
            (model?.Endpoint?.BaseUrl, "/config/model/endpoint/baseUrl"),
            .. (model?.Fallbacks ?? []).Select((each, index) =>
                (each.Endpoint?.BaseUrl, $"/config/model/fallbacks/{index}/endpoint/baseUrl")),
            .. (config.McpServers ?? []).Select((each, index) => (each.Url, $"/config/mcpServers/{index}/url")),
            .. (config.Tools ?? []).Select((each, index) => (each.Invocation?.Http?.Url, $"/config/tools/{index}/invocation/http/url")),
            .. (config.Handoffs ?? []).Select((each, index) => (each.External?.Url, $"/config/handoffs/{index}/external/url")),
            .. (config.Knowledge?.Sources ?? []).Select((each, index) =>
                (each.Type is "url" or "site" ? each.Ref : null, $"/config/knowledge/sources/{index}/ref")),
        ];
        return addresses.Where(each => each.Url is not null);
    }

    private static IEnumerable<Issue> Check(string url, string pointer)
    {
        if (!TryRead(url, out var address, out var host))
        {
            yield return Issue.Error("invalid_address", pointer, "Must be a whole http or https address.");
            yield break;
        }
        if (address.UserInfo.Length > 0 || HasSecretParameter(address))
        {
            yield return Issue.Error(Credentials, pointer, "Must not hold credentials: name them in auth.secretRef.");
        }
        if (address.Scheme == Uri.UriSchemeHttp)
        {
            yield return Issue.Warning("insecure_address", pointer, "It is not encrypted; https is.");
        }
        switch (HostReach.Of(host))
        {
            case Reach.Local:
                yield return Issue.Warning(
                    "local_address", pointer, "It is local: it leads elsewhere, or nowhere, from where the agent runs.");
                break;
            case Reach.Forbidden:
                yield return Issue.Error("forbidden_address", pointer, "No agent may reach this address.");
                break;
        }
    }

    /// <summary>Reads a whole http or https address, and its host as it is asked for: a name in its ASCII form, or an address.</summary>
    internal static bool TryRead(string url, out Uri address, out string host)
    {
        host = "";
        if (!Uri.TryCreate(url, UriKind.Absolute, out address!) || address.Scheme is not ("http" or "https")) return false;
        // Numbers and wide letters that some read as the plain ones, and some do not.
        if (address.Host.Any(letter => letter is >= '\uFF00' and <= '\uFFEF' || (letter > '\u007F' && char.IsNumber(letter)))) return false;
        try
        {
            host = address.IdnHost.TrimEnd('.');
        }
        catch (UriFormatException)
        {
            // A letter that no name can have.
            return false;
        }
        return HostReach.IsHost(host);
    }

    private static bool HasSecretParameter(Uri address)
    {
        var parameters = HttpUtility.ParseQueryString(address.Query);
        return parameters.AllKeys.Any(name => name is not null && SecretNames.IsInParameter(name, parameters[name] ?? ""));
    }
}
