using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Orleans.GrainDirectory;
using Orleans.Metadata;
using Orleans.Runtime.GrainDirectory;

namespace AgentManagement.Tests.Orleans;

/// <summary>
/// Tells the silos of a test where each grain is active. It can be made to forget one: the next silo that asks makes
/// another activation of it, while the first lives on for those who know it already.
/// </summary>
internal sealed class ForgetfulDirectory : IGrainDirectory, IGrainDirectoryResolver
{
    private readonly ConcurrentDictionary<GrainId, GrainAddress> _addresses = new();

    public void Forget(GrainId grain) => Assert.True(_addresses.TryRemove(grain, out _), $"{grain} was not active.");

    public Task<GrainAddress?> Register(GrainAddress address) => Register(address, null);

    public Task<GrainAddress?> Register(GrainAddress address, GrainAddress? previousAddress) => Task.FromResult<GrainAddress?>(
        _addresses.AddOrUpdate(address.GrainId, address, (_, known) => known.ActivationId == previousAddress?.ActivationId
            ? address : known));

    public Task<GrainAddress?> Lookup(GrainId grainId) => Task.FromResult(_addresses.GetValueOrDefault(grainId));

    public Task Unregister(GrainAddress address)
    {
        if (_addresses.TryGetValue(address.GrainId, out var known) && known.ActivationId == address.ActivationId)
        {
            _addresses.TryRemove(new(address.GrainId, known));
        }
        return Task.CompletedTask;
    }

    public Task UnregisterSilos(List<SiloAddress> siloAddresses)
    {
        foreach (var entry in _addresses)
        {
            if (entry.Value.SiloAddress is { } silo && siloAddresses.Contains(silo)) _addresses.TryRemove(entry);
        }
        return Task.CompletedTask;
    }

    public bool TryResolveGrainDirectory(
        GrainType grainType, GrainProperties? properties, [NotNullWhen(true)] out IGrainDirectory? grainDirectory)
    {
        grainDirectory = this;
        return true;
    }
}
