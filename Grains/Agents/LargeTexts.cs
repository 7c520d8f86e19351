using System.Security.Cryptography;
using System.Text;
using AgentManagement.Files;
using AgentManagement.Observability;
using Microsoft.Extensions.Logging;

namespace AgentManagement.Agents;

/// <summary>When the large texts of a configuration are kept in the blob store.</summary>
/// <param name="InlineBytes">Configurations up to this size are kept in the database as they are.</param>
/// <param name="IsShared">Whether every silo that has the database has the blob store, too.</param>
internal sealed record TextKeeping(int InlineBytes, bool IsShared);

/// <summary>
/// Moves large texts of large configurations to the blob store, and brings them back. A stored agent names its texts; one without
/// names is whole. Each text has a name of its own, which only versions of one agent share (docs/files.md).
/// </summary>
internal sealed class LargeTexts(IFileBytes bytes, TextKeeping keeping, ILogger<LargeTexts> logger)
{
    // Smaller ones would make more objects than they save bytes.
    private const int LeastBytes = 4 * 1024;

    // A page of an export has hundreds: all at once they would take the store's connections from everybody else.
    private const int ReadsAtOnce = 16;

    // A store that is away must not keep agents from being written.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>The agent as it is to be stored. While the store does not answer, it is stored whole.</summary>
    /// <param name="tenantId">Its tenant.</param>
    /// <param name="whole">The agent.</param>
    /// <param name="stored">As it is stored now: texts that it still has need not be moved again.</param>
    public async Task<AgentDocument> MoveAsync(string tenantId, AgentDocument whole, AgentDocument? stored)
    {
        if (!keeping.IsShared || !bytes.IsConfigured || Encoding.UTF8.GetByteCount(whole.Config.Text) <= keeping.InlineBytes) return whole;
        var (rest, texts) = ConfigCut.Cut(whole.Config, LeastBytes);
        if (texts.IsEmpty) return whole;
        var names = (stored?.Texts ?? []).DistinctBy(text => text.Sha256).ToDictionary(text => text.Sha256, text => text.Blob);
        try
        {
            var moved = ImmutableArray.CreateBuilder<StoredText>();
            foreach (var text in texts)
            {
                var hash = Convert.ToHexStringLower(SHA256.HashData(text.Bytes.Span));
                if (!names.TryGetValue(hash, out var blob))
                {
                    blob = names[hash] = Guid.CreateVersion7().ToString("n");
                    await bytes.WriteAsync(tenantId, blob, text.Bytes).WaitAsync(Patience);
                }
                moved.Add(new(text.At, blob, text.Bytes.Length, hash));
            }
            return whole with { Config = rest, Texts = moved.ToImmutable() };
        }
        catch (Exception exception)
        {
            logger.LogWarning(LogEvents.TextsNotMoved, exception, "The large texts of agent {AgentId} are kept in the database", whole.Id);
            return whole;
        }
    }

    /// <summary>The agent with its texts.</summary>
    /// <exception cref="Exception">The store does not answer, or has other bytes than those that were moved.</exception>
    public async Task<AgentDocument> BringBackAsync(string tenantId, AgentDocument stored) => (await BringBackAsync(tenantId, [stored]))[0];

    /// <summary>The agents with their texts.</summary>
    /// <exception cref="Exception">The store does not answer, or has other bytes than those that were moved.</exception>
    public async Task<ImmutableArray<AgentDocument>> BringBackAsync(string tenantId, ImmutableArray<AgentDocument> stored)
    {
        var found = new Dictionary<string, ReadOnlyMemory<byte>>();
        foreach (var texts in stored.SelectMany(agent => agent.Texts ?? []).DistinctBy(text => text.Blob).Chunk(ReadsAtOnce))
        {
            var read = await Task.WhenAll(texts.Select(text => ReadAsync(tenantId, text)));
            foreach (var (text, content) in texts.Zip(read)) found.Add(text.Blob, content);
        }
        return [.. stored.Select(agent => agent.Texts is { } texts
            ? agent with { Config = ConfigCut.Join(agent.Config, texts.Select(text => new ConfigCut.Text(text.At, found[text.Blob]))), Texts = null }
            : agent)];
    }

    private async Task<ReadOnlyMemory<byte>> ReadAsync(string tenantId, StoredText text)
    {
        var found = await bytes.ReadAsync(tenantId, text.Blob, text.Bytes);
        if (Convert.ToHexStringLower(SHA256.HashData(found.Span)) != text.Sha256) throw new InvalidDataException("A text of the agent is not what was stored.");
        return found;
    }
}
