using Orleans.Runtime;

namespace Orleans
{
    /// <summary>What a storage fills and reads: a state, its version, and whether it is stored.</summary>
    public interface IGrainState<T>
    {
        T? State { get; set; }

        string? ETag { get; set; }

        bool RecordExists { get; set; }
    }

    /// <inheritdoc/>
    public sealed class GrainState<T>(T? state, string? eTag = null) : IGrainState<T>
    {
        public GrainState()
            : this(default)
        {
        }

        public T? State { get; set; } = state;

        public string? ETag { get; set; } = eTag;

        public bool RecordExists { get; set; }
    }
}

namespace Orleans.Storage
{
    /// <summary>Keeps states of grains; found as a keyed service by its name.</summary>
    public interface IGrainStorage
    {
        Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState);

        /// <exception cref="InconsistentStateException">The stored version is not the state's ETag.</exception>
        Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState);

        /// <inheritdoc cref="WriteStateAsync{T}(string, GrainId, IGrainState{T})"/>
        Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState);
    }

    /// <summary>Turns states into bytes and back.</summary>
    public interface IGrainStorageSerializer
    {
        BinaryData Serialize<T>(T? input);

        T? Deserialize<T>(BinaryData input);
    }
}

namespace Orleans.Runtime
{
    /// <summary>
    /// A state of one grain, loaded before OnActivateAsync. A failed write throws InconsistentStateException (somebody
    /// else wrote) or OrleansException around the storage's own; the state in memory is then no longer to be trusted.
    /// </summary>
    public interface IPersistentState<TState>
    {
        TState State { get; set; }

        string? Etag { get; }

        bool RecordExists { get; }

        Task ReadStateAsync();

        Task WriteStateAsync();

        Task ClearStateAsync();
    }

    /// <summary>Injects the state of that name, kept in the storage of that name, into a grain's constructor.</summary>
    [AttributeUsage(AttributeTargets.Parameter)]
    public sealed class PersistentStateAttribute(string stateName, string storageName) : Attribute
    {
        public string StateName { get; } = stateName;

        public string StorageName { get; } = storageName;
    }
}
