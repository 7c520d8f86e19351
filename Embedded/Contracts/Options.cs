using System.Data.Common;
using Orleans.Storage;

namespace Orleans.Configuration;

/// <summary>Names that data is kept under.</summary>
public class ClusterOptions
{
    public string ClusterId { get; set; } = "default";

    /// <summary>Part of every stored state's identity.</summary>
    public string ServiceId { get; set; } = "default";
}

/// <summary>When idle activations end.</summary>
public class GrainCollectionOptions
{
    /// <summary>How often idle activations are looked for.</summary>
    public TimeSpan CollectionQuantum { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long without a request makes an activation idle.</summary>
    public TimeSpan CollectionAge { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>After this, the token of OnActivateAsync is cancelled and the activation fails.</summary>
    public TimeSpan ActivationTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>After this, the token of OnDeactivateAsync is cancelled and the activation ends regardless.</summary>
    public TimeSpan DeactivationTimeout { get; set; } = TimeSpan.FromSeconds(30);
}

/// <summary>How calls are delivered.</summary>
public class SiloMessagingOptions
{
    /// <summary>How long a caller waits before it gets a <see cref="TimeoutException"/>.</summary>
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How many ended activations a waiting request may outlive before it is rejected.</summary>
    public int MaxForwardCount { get; set; } = 2;
}

/// <summary>Where and how the ADO.NET storage keeps states.</summary>
public class AdoNetGrainStorageOptions
{
    /// <summary>The database that holds OrleansQuery. Required.</summary>
    public DbDataSource? DataSource { get; set; }

    /// <summary>By default the one registered under the storage's name, else the unnamed one.</summary>
    public IGrainStorageSerializer GrainStorageSerializer { get; set; } = null!;
}
