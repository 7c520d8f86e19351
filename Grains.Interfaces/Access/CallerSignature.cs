namespace AgentManagement.Access;

/// <summary>Shows a silo that a process of the service, or a service beside it, named the caller.</summary>
/// <param name="At">When, in milliseconds since 1970.</param>
/// <param name="IsOfService">Whether the key is that of services, which may name nobody but services.</param>
/// <param name="Mac">HMAC-SHA256 over all of the caller that access is decided by, and over the time.</param>
[GenerateSerializer, Immutable, Alias("CallerSignature")]
public sealed record CallerSignature(long At, bool IsOfService, byte[] Mac)
{
    /// <summary>Says nothing of the signature: Orleans writes arguments of failed calls into messages and logs.</summary>
    public override string ToString() => nameof(CallerSignature);
}
