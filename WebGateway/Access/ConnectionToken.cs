using Microsoft.AspNetCore.Connections.Features;

namespace AgentManagement.WebGateway.Access;

/// <summary>
/// The good token that came last over a connection. While a client sends the same bytes, Kestrel hands out the same object, by which the
/// token is found without a hash. Whether it is good still is asked in every request, as of each known token.
/// </summary>
internal sealed class ConnectionToken
{
    private static readonly object Key = new();

    private string? _header;

    public string Text { get; private set; } = "";

    public KnownToken? Known { get; private set; }

    /// <summary>That of the request's connection; null where requests come side by side, or over none.</summary>
    public static ConnectionToken? Of(HttpContext context)
    {
        if (!HttpProtocol.IsHttp11(context.Request.Protocol)) return null;
        if (context.Features.Get<IConnectionItemsFeature>()?.Items is not { } items) return null;
        if (items.TryGetValue(Key, out var present)) return (ConnectionToken)present!;
        var made = new ConnectionToken();
        items[Key] = made;
        return made;
    }

    /// <summary>Whether the header is the object that the token came in.</summary>
    public bool CameIn(string header) => ReferenceEquals(_header, header);

    public void Keep(string header, string text, KnownToken? known) => (_header, Text, Known) = (header, text, known);
}
