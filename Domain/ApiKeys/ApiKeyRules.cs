using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using AgentManagement.Access;
using AgentManagement.ApiKeys;
using AgentManagement.Changes;
using AgentManagement.Domain.Agents;
using AgentManagement.Keys;
using AgentManagement.Outcomes;
using AgentManagement.Releases;
using AgentManagement.Text;

namespace AgentManagement.Domain.ApiKeys;

/// <summary>What a rule may know besides the state and the command.</summary>
/// <param name="TenantId">The tenant.</param>
/// <param name="Caller">Who asks.</param>
/// <param name="Now">The time of the change, to the millisecond.</param>
public sealed record ApiKeyContext(string TenantId, Caller Caller, DateTimeOffset Now);

/// <summary>What became of a command.</summary>
/// <param name="State">What is to be written; null when it was done before.</param>
/// <param name="Key">The key after it.</param>
public sealed record ApiKeyDecision(ApiKeysState? State, ApiKeyDocument Key);

/// <summary>(state, command, context) → what is to be written, or refusal; and who may do what with a key. Pure.</summary>
public static class ApiKeyRules
{
    private const int HashCharacters = 64;

    /// <summary>The keys' limit, and what it is called in refusals.</summary>
    private const string TooManyKeys = "too_many_keys";

    public static Outcome<ApiKeyDecision> Decide(ApiKeysState state, ApiKeyCommand command, ApiKeyContext context) => command switch
    {
        CreateApiKey create => Create(state, create, context),
        RotateApiKey rotate => Rotate(state, rotate, context),
        RevokeApiKey revoke => Revoke(state, revoke, context),
        _ => throw new ArgumentOutOfRangeException(nameof(command), command.GetType().Name, "No rule for this command."),
    };

    /// <summary>What whoever shows a key with this hash may do now.</summary>
    public static Outcome<ApiKeyGrant> Verify(ApiKeysState state, string keyId, string hash, DateTimeOffset now)
    {
        if (Find(state, keyId) is not { } key || key.ExpiresAt <= now) return Outcome.NotFound<ApiKeyGrant>();
        if (AreEqual(key.Hash, hash))
        {
            return Outcome.Ok(new ApiKeyGrant(key.Permissions, key.Tier, key.ExpiresAt, key.Version) { Labels = key.Labels });
        }
        if (key is not { FormerHash: { } former, FormerUntil: { } until } || now >= until || !AreEqual(former, hash))
        {
            return Outcome.NotFound<ApiKeyGrant>();
        }
        // It is on its way out: it is not to make itself others that stay, or to rotate the new one away.
        return Outcome.Ok(new ApiKeyGrant(
            key.Permissions.Remove(Permissions.KeysManage), key.Tier, key.ExpiresAt < until ? key.ExpiresAt : until, key.Version - 1)
        { Labels = key.Labels });
    }

    private static Outcome<ApiKeyDecision> Create(ApiKeysState state, CreateApiKey command, ApiKeyContext context)
    {
        if (Find(state, command.KeyId) is { } there)
        {
            return AreEqual(there.Hash, command.Hash)
                ? Outcome.Ok(new ApiKeyDecision(null, there))
                : Outcome.Refuse<ApiKeyDecision>(OutcomeKind.Conflict, "already_exists", "There is such a key already.");
        }
        var issues = Check(command, context.Now).ToList();
        if (issues.Count > 0) return Outcome.Invalid<ApiKeyDecision>(issues);
        if (RefuseMore(state, null, command.Permissions, command.Labels, command.ExpiresAt, context) is { } refused) return refused;
        if (state.Keys.Length >= ApiKey.MaxOfTenant)
        {
            return Outcome.Refuse<ApiKeyDecision>(
                OutcomeKind.QuotaExceeded, TooManyKeys, $"A tenant can have {ApiKey.MaxOfTenant} keys; revoke one.");
        }

        var key = new ApiKeyDocument
        {
            Id = command.KeyId, Name = command.Name, Hash = command.Hash, Tier = context.Caller.Tier, Version = 1,
            Permissions = [.. command.Permissions.Distinct().Order(StringComparer.Ordinal)],
            Labels = command.Labels is { } labels ? [.. labels.Distinct().Order(StringComparer.Ordinal)] : null,
            CreatedAt = context.Now, CreatedBy = context.Caller.Subject, RotatedAt = context.Now, ExpiresAt = command.ExpiresAt,
        };
        return Written(state.Keys.Add(key), key, key.Version, ChangeKind.ApiKeyCreated, NoteOf(key), context);
    }

    private static Outcome<ApiKeyDecision> Rotate(ApiKeysState state, RotateApiKey command, ApiKeyContext context)
    {
        if (Find(state, command.KeyId) is not { } key) return Outcome.NotFound<ApiKeyDecision>();
        if (AreEqual(key.Hash, command.Hash)) return Outcome.Ok(new ApiKeyDecision(null, key));
        if (!IsHash(command.Hash)) return Outcome.Invalid<ApiKeyDecision>([Issue.Error("wrong_format", "/hash", "Must be a hash.")]);
        if (command.Grace < TimeSpan.Zero || command.Grace > ApiKey.LongestGrace)
        {
            return Outcome.Invalid<ApiKeyDecision>(
                [Issue.Error("out_of_range", "/graceSeconds", $"Must be an integer from 0 to {ApiKey.LongestGrace.TotalSeconds}.")]);
        }
        // A new secret is as good as a new key: nobody gets more by it than they have.
        if (RefuseMore(state, key, key.Permissions, key.Labels, key.ExpiresAt, context) is { } refused) return refused;
        if (key.ExpiresAt <= context.Now)
        {
            return Outcome.Refuse<ApiKeyDecision>(OutcomeKind.Conflict, "key_expired", "The key has expired; make another.");
        }
        if (command.Version is { } version && version != key.Version)
        {
            return Outcome.Refuse<ApiKeyDecision>(OutcomeKind.Conflict, "version_conflict", "The key was rotated since.");
        }

        var goesOn = command.Grace > TimeSpan.Zero;
        var next = key with
        {
            Hash = command.Hash,
            Version = key.Version + 1,
            RotatedAt = context.Now,
            RotatedBy = context.Caller.Subject,
            FormerHash = goesOn ? key.Hash : null,
            FormerUntil = goesOn ? context.Now + command.Grace : null,
        };
        var note = goesOn ? $"the secret before goes on for {command.Grace.TotalSeconds:0} s" : "the secret before has ended";
        var ended = command.RevokeDescendants ? state.DescendantsOf(key.Id) : [];
        var keys = state.Keys.Replace(key, next).RemoveRange(ended);
        return Written(keys, next, next.Version, ChangeKind.ApiKeyRotated, note + NoteOfEnded(ended), context);
    }

    private static Outcome<ApiKeyDecision> Revoke(ApiKeysState state, RevokeApiKey command, ApiKeyContext context)
    {
        if (Find(state, command.KeyId) is not { } key) return Outcome.NotFound<ApiKeyDecision>();
        // Whoever administers the tenant may end any key, also one that may more than they may.
        if (IsKey(context.Caller, out _)
            && RefuseMore(state, key, key.Permissions, key.Labels, key.ExpiresAt, context) is { } refused) return refused;
        var ended = command.KeepDescendants ? [] : state.DescendantsOf(key.Id);
        var note = ended.IsEmpty ? null : NoteOfEnded(ended).TrimStart(';', ' ');
        return Written(state.Keys.Remove(key).RemoveRange(ended), key, key.Version + 1, ChangeKind.ApiKeyRevoked, note, context);
    }

    private static IEnumerable<Issue> Check(CreateApiKey command, DateTimeOffset now)
    {
        if (!GrainKeys.IsApiKeyId(command.KeyId)) yield return Issue.Error("wrong_format", "/id", "Must be an id of a key.");
        if (!IsHash(command.Hash)) yield return Issue.Error("wrong_format", "/hash", "Must be a hash.");
        if (command.Name.EnumerateRunes().Count() > ApiKey.MaxNameCharacters || !OneLine.IsOne(command.Name))
        {
            yield return Issue.Error(
                "wrong_format", "/name", $"Must have 1 to {ApiKey.MaxNameCharacters} characters: {OneLine.Rule}.");
        }
        if (command.Permissions.IsDefaultOrEmpty) yield return Issue.Error("wrong_length", "/permissions", "Must have at least one item.");
        else
        {
            for (var index = 0; index < command.Permissions.Length; index++)
            {
                if (!Permissions.Grantable.Contains(command.Permissions[index]))
                {
                    yield return Issue.Error("not_allowed", $"/permissions/{index}", "There is no such permission that a key can have.");
                }
            }
        }
        if (command.Labels is { } labels)
        {
            if (labels.Length is 0 or > ApiKey.MaxLabels)
            {
                yield return Issue.Error("wrong_length", "/labels", $"Must have 1 to {ApiKey.MaxLabels} items.");
            }
            for (var index = 0; index < labels.Length; index++)
            {
                if (!LabelName.IsOfTenant(labels[index])) yield return Issue.Error("wrong_format", $"/labels/{index}", "Must be a label.");
            }
        }
        if (command.ExpiresAt <= now) yield return Issue.Error("out_of_range", "/expiresAt", "Must be in the future.");
    }

    /// <summary>Refuses what would give the caller a secret that may more, or for longer, than the caller itself.</summary>
    /// <param name="state">The keys that there are.</param>
    /// <param name="key">The key that is to be changed; null for a new one.</param>
    /// <param name="permissions">What it is to have.</param>
    /// <param name="labels">The labels that it is to be for; null for all.</param>
    /// <param name="expiresAt">When it is to end.</param>
    /// <param name="context">Who asks, and when.</param>
    private static Outcome<ApiKeyDecision>? RefuseMore(
        ApiKeysState state, ApiKeyDocument? key, ImmutableArray<string> permissions, ImmutableArray<string>? labels,
        DateTimeOffset? expiresAt, ApiKeyContext context)
    {
        if (permissions.FirstOrDefault(permission => !context.Caller.May(permission)) is { } missing)
        {
            return Outcome.Refuse<ApiKeyDecision>(
                OutcomeKind.Forbidden, "permission_denied",
                $"The permission '{missing}' is required: nobody hands out more than they have.");
        }
        if (context.Caller.Labels is not null && labels?.All(context.Caller.MayUse) != true)
        {
            return RefuseKey("A key that is for some labels manages none that is for others.");
        }
        if (!IsKey(context.Caller, out var ownId)) return null;
        // What a gateway knows of a key may be some seconds old.
        if (Find(state, ownId) is not { } own || own.Version != context.Caller.SecretVersion)
        {
            return RefuseKey("A secret that was rotated away, or of a key that has ended, manages no keys.");
        }
        if (own.ExpiresAt is not null && !(expiresAt <= own.ExpiresAt)) return RefuseKey("A key manages none that ends after itself.");
        return key is not null && state.DescendantsOf(key.Id).Contains(own)
            ? RefuseKey("A key manages none that it was made by.") : null;

        static Outcome<ApiKeyDecision> RefuseKey(string why) =>
            Outcome.Refuse<ApiKeyDecision>(OutcomeKind.Forbidden, "permission_denied", why);
    }

    private static bool IsKey(Caller caller, [NotNullWhen(true)] out string? keyId)
    {
        keyId = null;
        return caller.Role == Caller.KeyRole && ChangeSubject.TryReadApiKey(caller.Subject, out keyId);
    }

    private static Outcome<ApiKeyDecision> Written(
        ImmutableArray<ApiKeyDocument> keys, ApiKeyDocument key, int version, string kind, string? note, ApiKeyContext context) =>
        Outcome.Ok(new ApiKeyDecision(new() { Keys = keys, Change = Entry(key, version, kind, note, context) }, key));

    private static ChangeEntry Entry(ApiKeyDocument key, int version, string kind, string? note, ApiKeyContext context) => new()
    {
        Resource = ChangeSubject.ApiKey,
        EventId = Guid.CreateVersion7(context.Now).ToString("n"),
        Kind = kind,
        TenantId = context.TenantId,
        AgentId = ChangeSubject.OfApiKey(key.Id),
        AgentName = key.Name,
        Version = version,
        Status = kind == ChangeKind.ApiKeyRevoked ? "revoked" : "active",
        At = context.Now,
        Actor = context.Caller.Subject,
        Role = context.Caller.Role,
        Address = context.Caller.Address,
        CorrelationId = context.Caller.CorrelationId,
        TaskId = context.Caller.TaskId,
        Note = note,
        Delta = default,
        Limits = null,
    };

    /// <summary>What a key may and until when, for the log, which has no other place for it.</summary>
    private static string NoteOf(ApiKeyDocument key) =>
        string.Join(' ', key.Permissions) + (key.Labels is { } labels ? $"; for {string.Join(' ', labels)}" : "")
        + (key.ExpiresAt is { } end ? $"; until {end.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}" : "");

    private static string NoteOfEnded(ImmutableArray<ApiKeyDocument> keys) =>
        keys.IsEmpty ? "" : $"; with it ended {string.Join(' ', keys.Select(key => key.Id))}";

    private static ApiKeyDocument? Find(ApiKeysState state, string keyId) => state.Keys.FirstOrDefault(key => key.Id == keyId);

    private static bool IsHash(string hash) => hash.Length == HashCharacters && hash.All(char.IsAsciiHexDigitLower);

    /// <summary>Compares in a time that says nothing of how much of them is equal.</summary>
    private static bool AreEqual(string one, string other) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(one), Encoding.UTF8.GetBytes(other));
}
