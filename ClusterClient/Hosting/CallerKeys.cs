using System.Security.Cryptography;
using System.Text;

namespace AgentManagement.ClusterClient.Hosting;

/// <summary>The keys that signatures of callers are made with, each derived of a secret that is used for other things, too.</summary>
public sealed class CallerKeys
{
    /// <summary>What services have in development where no SERVICE_TOKEN is set: everybody's.</summary>
    private const string DevelopmentToken = "development";

    private const int Bytes = 32;

    private CallerKeys(byte[]? platform, byte[] service) => (Platform, Service) = (platform, service);

    /// <summary>Of silos and gateways, for whomever they name; null for a service beside them.</summary>
    internal byte[]? Platform { get; }

    /// <summary>Of services, which name themselves.</summary>
    internal byte[] Service { get; }

    /// <summary>Those of a silo or gateway.</summary>
    /// <param name="secretKey">SECRET_KEY.</param>
    /// <param name="serviceToken">SERVICE_TOKEN; null in development.</param>
    public static CallerKeys OfPlatform(byte[] secretKey, string? serviceToken) =>
        new(Derive(secretKey, "agent-management caller 1"), OfToken(serviceToken));

    /// <summary>That of a service.</summary>
    /// <param name="serviceToken">SERVICE_TOKEN; null in development.</param>
    public static CallerKeys OfService(string? serviceToken) => new(null, OfToken(serviceToken));

    private static byte[] OfToken(string? serviceToken) =>
        Derive(Encoding.UTF8.GetBytes(serviceToken ?? DevelopmentToken), "agent-management service caller 1");

    private static byte[] Derive(byte[] secret, string label) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, Bytes, info: Encoding.UTF8.GetBytes(label));
}
