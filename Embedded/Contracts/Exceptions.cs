#pragma warning disable CA1032 // No more constructors than are used.
namespace Orleans.Runtime
{
    /// <summary>The base of errors that the runtime or a storage raises.</summary>
    public class OrleansException(string message, Exception? innerException = null) : Exception(message, innerException);

    /// <summary>The call could not be handed to a silo, or its answer could not come back.</summary>
    public class OrleansMessageRejectionException(string message) : OrleansException(message);

    /// <summary>The silo has not started or is stopping.</summary>
    public sealed class SiloUnavailableException(string message) : OrleansMessageRejectionException(message);

    /// <summary>A client has no silo to speak to. Never thrown here: there are no clients apart.</summary>
    public sealed class ClientNotAvailableException(string message) : OrleansException(message);

    /// <summary>A storage's configuration lacks something.</summary>
    public sealed class BadProviderConfigException(string message) : OrleansException(message);
}

namespace Orleans.Storage
{
    /// <summary>
    /// The write was refused because the stored version is another. When it leaves a grain's method, the activation
    /// ends, so that the next call starts from what is stored.
    /// </summary>
    public class InconsistentStateException(string message) : Runtime.OrleansException(message)
    {
        /// <summary>Only the activation that wrote ends, not the grains that called it.</summary>
        internal bool IsSourceActivation { get; set; } = true;
    }
}

namespace Orleans.Serialization
{
    /// <summary>The type may not cross a grain call: it lacks [GenerateSerializer].</summary>
    public sealed class CodecNotFoundException(string message) : Exception(message);
}
