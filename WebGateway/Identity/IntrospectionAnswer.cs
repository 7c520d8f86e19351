using System.Text.Json;
using AgentManagement.Json;
using AgentManagement.ServiceDefaults.Outgoing;
using AgentManagement.WebGateway.Access;

namespace AgentManagement.WebGateway.Identity;

/// <summary>What the Identity Service said of a token (RFC 7662).</summary>
/// <param name="IsActive">Whether the token is good.</param>
/// <param name="Claims">What else it said; null when that is not usable, and then the token is not, either.</param>
/// <param name="Bytes">How long the answer was.</param>
internal sealed record IntrospectionAnswer(bool IsActive, TokenClaims? Claims, int Bytes)
{
    /// <summary>Reads an answer.</summary>
    /// <exception cref="NoAnswerException">It is none.</exception>
    public static IntrospectionAnswer Read(byte[] answer)
    {
        if (StrictJson.TryParse(answer, out var text, out _))
        {
            using var document = JsonDocument.Parse(text.Text);
            var root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("active", out var active)
                && active.ValueKind is JsonValueKind.True or JsonValueKind.False)
            {
                return new(active.GetBoolean(), TokenClaims.Read(root), answer.Length);
            }
        }
        throw new NoAnswerException("The answer is not of the protocol.");
    }
}
