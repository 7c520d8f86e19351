#pragma warning disable CA1032 // The same constructors as Orleans', and no more.
namespace Orleans.Runtime
{
    /// <summary>The base of errors that the runtime or a storage raises.</summary>
    public class OrleansException : Exception
    {
        public OrleansException()
            : base("Unexpected error.")
        {
        }

        public OrleansException(string message)
            : base(message)
        {
        }

        public OrleansException(string message, Exception? innerException)
            : base(message, innerException)
        {
        }
    }

    /// <summary>The call was not delivered.</summary>
    public class OrleansMessageRejectionException : OrleansException
    {
        internal OrleansMessageRejectionException(string message)
            : base(message)
        {
        }
    }

    /// <summary>The silo has not started or is stopping. The outcome of a call that already ran is unknown.</summary>
    public sealed class SiloUnavailableException : OrleansMessageRejectionException
    {
        public SiloUnavailableException()
            : base("Silo unavailable")
        {
        }

        public SiloUnavailableException(string msg)
            : base(msg)
        {
        }
    }

    /// <summary>The grain asks for a storage that is not registered, or a storage's configuration lacks something.</summary>
    public sealed class BadProviderConfigException : OrleansException
    {
        public BadProviderConfigException(string msg)
            : base(msg)
        {
        }
    }
}

namespace Orleans.Storage
{
    /// <summary>
    /// The write was refused because the stored version is another. When it leaves a grain's method, the activation
    /// ends, so that the next call starts from what is stored.
    /// </summary>
    public class InconsistentStateException : Runtime.OrleansException
    {
        public InconsistentStateException()
        {
        }

        public InconsistentStateException(string message)
            : base(message)
        {
        }

        public InconsistentStateException(string message, Exception? innerException)
            : base(message, innerException)
        {
        }

        public InconsistentStateException(string errorMsg, string? storedEtag, string? currentEtag, Exception? storageException = null)
            : base(errorMsg, storageException) => (StoredEtag, CurrentEtag) = (storedEtag, currentEtag);

        public string? StoredEtag { get; }

        public string? CurrentEtag { get; }

        /// <summary>Only the activation that wrote ends, not the grains that called it.</summary>
        internal bool IsSourceActivation { get; set; } = true;
    }
}

namespace Orleans.Serialization
{
    /// <summary>A value could not be copied for a call.</summary>
    public class SerializerException(string message) : Exception(message);

    /// <summary>The type may not cross a grain call: it lacks [GenerateSerializer].</summary>
    public sealed class CodecNotFoundException(string message) : SerializerException(message);
}
