using AgentManagement.Access;
using AgentManagement.Outcomes;

namespace AgentManagement.ApiKeys;

/// <summary>
/// The API keys of one tenant. It knows their hashes: a secret is made and shown by a gateway, and never leaves it.
/// Key: <see cref="Keys.GrainKeys.Tenant"/>.
/// </summary>
[Alias("IApiKeysGrain"), KeyedBy(KeyedBy.Tenant)]
public interface IApiKeysGrain : IGrainWithStringKey
{
    /// <summary>Does a command. One that was done already, as its hash tells, is answered and not done again.</summary>
    [Alias("Apply"), RequiresOfCommand, SafeToRetry]
    Task<Outcome<ApiKey>> ApplyAsync(ApiKeyCommand command);

    /// <summary>All keys that were not revoked, in the order in which they were made.</summary>
    [Alias("List"), Requires(Permissions.KeysManage), SafeToRetry]
    Task<ImmutableArray<ApiKey>> ListAsync();

    /// <summary>One key; NotFound when there is none, or it was revoked.</summary>
    [Alias("Get"), Requires(Permissions.KeysManage), SafeToRetry]
    Task<Outcome<ApiKey>> GetAsync(string keyId);

    /// <summary>Whether a key was not revoked.</summary>
    [Alias("IsThere"), Requires(Permissions.TasksRun), SafeToRetry]
    Task<bool> IsThereAsync(string keyId);

    /// <summary>
    /// What whoever shows a key of this hash may do, and until when; NotFound when it is none of the tenant's, or not any more.
    /// </summary>
    /// <param name="keyId">The id that the key names.</param>
    /// <param name="hash">SHA-256 of its text, 64 hexadecimal digits.</param>
    [Alias("Verify"), Requires(Permissions.KeysVerify), SafeToRetry]
    Task<Outcome<ApiKeyGrant>> VerifyAsync(string keyId, UnloggedText hash);
}
