namespace Orleans.Core
{
    /// <summary>A state in storage, with the ETag that guards its next write.</summary>
    public interface IStorage
    {
        string? Etag { get; }

        bool RecordExists { get; }

        Task ClearStateAsync();

        Task WriteStateAsync();

        Task ReadStateAsync();

        Task ClearStateAsync(CancellationToken cancellationToken) => ClearStateAsync();

        Task WriteStateAsync(CancellationToken cancellationToken) => WriteStateAsync();

        Task ReadStateAsync(CancellationToken cancellationToken) => ReadStateAsync();
    }

    /// <inheritdoc/>
    public interface IStorage<TState> : IStorage
    {
        TState State { get; set; }
    }
}

namespace Orleans.Runtime
{
    /// <summary>
    /// A state of one grain, loaded before OnActivateAsync. A failed write throws InconsistentStateException (somebody
    /// else wrote) or OrleansException around the storage's own; the state in memory is then no longer to be trusted.
    /// </summary>
    public interface IPersistentState<TState> : Core.IStorage<TState>;

    /// <summary>Injects the state of that name, kept in the storage of that name, into a grain's constructor.</summary>
    [AttributeUsage(AttributeTargets.Parameter)]
    public class PersistentStateAttribute(string stateName, string? storageName = null) : Attribute
    {
        public string StateName { get; } = stateName;

        public string? StorageName { get; } = storageName;
    }
}
