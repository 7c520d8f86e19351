namespace AgentManagement.WebGateway.Access;

/// <summary>What tokens of the service's own key name, and what holds of every token, whoever makes it.</summary>
internal static class TokenRules
{
    public const string Issuer = "agent-management";
    public const string Audience = "agent-management-api";

    /// <summary>How far clocks may be apart.</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);
}
