using System.Data.Common;
using Orleans.Storage;

namespace Orleans.Configuration;

/// <summary>Names that data is kept under.</summary>
public class ClusterOptions
{
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
}

/// <summary>How calls are delivered.</summary>
public class SiloMessagingOptions
{
    /// <summary>How long a caller waits before it gets a <see cref="TimeoutException"/>; the turn itself goes on.</summary>
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(30);
}

/// <summary>Where and how the ADO.NET storage keeps states. Both are required.</summary>
public class AdoNetGrainStorageOptions
{
    /// <summary>The database that holds OrleansQuery.</summary>
    public DbDataSource? DataSource { get; set; }

    public IGrainStorageSerializer? GrainStorageSerializer { get; set; }
}
