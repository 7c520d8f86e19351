using System.Text.Json;
using AgentManagement.Domain.Changes;
using AgentManagement.Domain.Json;
using AgentManagement.Json;
using AgentManagement.Keys;

namespace AgentManagement.WebGateway.Changes;

/// <summary>What a client asks over its socket.</summary>
/// <param name="Action">authenticate, subscribe, viewing or ping.</param>
/// <param name="Token">For authenticate.</param>
/// <param name="Since">For subscribe: the last revision that the client has; null for from now on.</param>
/// <param name="Events">For subscribe: which events; null for all.</param>
/// <param name="Agent">For viewing: which agent the client has open; null for none.</param>
internal sealed record SocketCommand(string Action, string? Token, long? Since, ImmutableArray<string>? Events, string? Agent)
{
    public const string Authenticate = "authenticate";
    public const string Subscribe = "subscribe";
    public const string Viewing = "viewing";
    public const string Ping = "ping";

    /// <summary>Whether the client asked for events of this name.</summary>
    public bool Wants(string name) => Events is not { } wanted || wanted.Contains(name);

    /// <summary>Reads a message; null when it is not a command, or has members that no command has.</summary>
    public static SocketCommand? Read(ReadOnlyMemory<byte> message)
    {
        if (!StrictJson.TryParse(message, out var text, out _)) return null;
        using var document = JsonDocument.Parse(text.Text);
        if (document.RootElement.ValueKind != JsonValueKind.Object) return null;
        string? action = null, token = null, agent = null;
        long? since = null;
        ImmutableArray<string>? events = null;
        foreach (var member in document.RootElement.EnumerateObject())
        {
            switch (member.Name, member.Value.ValueKind)
            {
                case ("action", JsonValueKind.String): action = member.Value.GetString(); break;
                case ("token", JsonValueKind.String): token = member.Value.GetString(); break;
                case ("since", JsonValueKind.Number) when JsonInteger.TryRead(member.Value, out var revision) && revision >= 0:
                    since = revision;
                    break;
                case ("agent", JsonValueKind.String) when GrainKeys.IsAgentId(member.Value.GetString()):
                    agent = member.Value.GetString();
                    break;
                case ("events", JsonValueKind.Array) when member.Value.EnumerateArray().All(IsEvent):
                    events = [.. member.Value.EnumerateArray().Select(name => name.GetString()!)];
                    break;
                default: return null;
            }
        }
        return action is null ? null : new(action, token, since, events, agent);
    }

    private static bool IsEvent(JsonElement name) => name.ValueKind == JsonValueKind.String
        && EventMessage.Names.Contains(name.GetString()!);
}
