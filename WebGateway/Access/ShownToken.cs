using Microsoft.AspNetCore.Connections.Features;

namespace AgentManagement.WebGateway.Access;

/// <summary>
/// The token that a connection showed last. Clients show the same one in every request of a connection, and it needs no hash to be known
/// again. It goes with the connection, whose server keeps the header, too, and tells other connections nothing.
/// </summary>
/// <param name="Header">The header that it was in.</param>
/// <param name="Token">The token.</param>
/// <param name="Known">What is known of it; whether it is good still has to be asked.</param>
internal sealed record ShownToken(string Header, string Token, KnownToken Known)
{
    /// <summary>Null when the connection has shown another one, or none.</summary>
    public static ShownToken? Find(HttpContext context, string header) =>
        context.Features.Get<IConnectionItemsFeature>()?.Items.TryGetValue(typeof(ShownToken), out var item) == true
        && item is ShownToken shown && shown.Header == header ? shown : null;

    public static void Remember(HttpContext context, ShownToken shown)
    {
        if (context.Features.Get<IConnectionItemsFeature>() is { } connection) connection.Items[typeof(ShownToken)] = shown;
    }
}
