using System.Security.Claims;
using System.Text.Json;
using AgentManagement.ServiceDefaults.Outgoing;

namespace AgentManagement.WebGateway.Identity;

/// <summary>What the Identity Service said of a token (RFC 7662).</summary>
/// <param name="IsActive">Whether the token is good.</param>
/// <param name="Claims">What else it said, a claim for each text or number of it.</param>
/// <param name="Bytes">How long the answer was.</param>
internal sealed record IntrospectionAnswer(bool IsActive, ImmutableArray<Claim> Claims, int Bytes)
{
    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    /// <summary>Reads an answer.</summary>
    /// <exception cref="NoAnswerException">It is none.</exception>
    public static IntrospectionAnswer Read(byte[] answer)
    {
        try
        {
            using var document = JsonDocument.Parse(answer, Options);
            var root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("active", out var active)
                && active.ValueKind is JsonValueKind.True or JsonValueKind.False)
            {
                return new(active.GetBoolean(), [.. root.EnumerateObject().SelectMany(member => ClaimsOf(member.Name, member.Value))],
                    answer.Length);
            }
        }
        catch (JsonException)
        {
            // Its message would repeat parts of the answer.
        }
        throw new NoAnswerException("The answer is not of the protocol.");
    }

    /// <summary>The one claim of a name; null when there is none, or more than one.</summary>
    public string? Only(string name) => Claims.Where(claim => claim.Type == name).Take(2).ToList() is [var claim] ? claim.Value : null;

    /// <summary>Whether it says nothing else than a token's claims of the same name.</summary>
    public bool Agrees(ClaimsIdentity token, string name)
    {
        var said = Claims.Where(claim => claim.Type == name).Select(claim => claim.Value).ToList();
        return said.Count == 0 || said.SequenceEqual(token.FindAll(name).Select(claim => claim.Value), StringComparer.Ordinal);
    }

    private static IEnumerable<Claim> ClaimsOf(string name, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => [new Claim(name, value.GetString()!)],
        JsonValueKind.Number => [new Claim(name, value.GetRawText(), ClaimValueTypes.Integer64)],
        JsonValueKind.Array => value.EnumerateArray().SelectMany(item => item.ValueKind == JsonValueKind.Array ? [] : ClaimsOf(name, item)),
        _ => [],
    };
}
