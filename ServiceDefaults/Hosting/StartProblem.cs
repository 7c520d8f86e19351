using System.Data.Common;
using System.Net.Sockets;
using AgentManagement.ServiceDefaults.Settings;
using StackExchange.Redis;

namespace AgentManagement.ServiceDefaults.Hosting;

/// <summary>What an operator can mend, in one line instead of a stack trace.</summary>
public static class StartProblem
{
    private const string PortInUse =
        "The service cannot start: a port of SERVICE_PORT, MANAGEMENT_PORT, SILO_PORT or SILO_GATEWAY_PORT is in use. Set it to another.";

    /// <summary>The problem in words, without credentials; null for what only a developer can mend.</summary>
    public static string? Describe(Exception exception) => exception switch
    {
        OperatorException => exception.Message,
        DbException => $"The service cannot start: the database does not answer or refuses ({exception.Message}).",
        RedisException => "The service cannot start: Redis does not answer at REDIS_URI, or refuses.",
        IOException when exception.Message.Contains("address already in use", StringComparison.OrdinalIgnoreCase) => PortInUse,
        SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } => PortInUse,
        SocketException { SocketErrorCode: SocketError.AccessDenied } =>
            "The service cannot start: this user may not listen on a port of SERVICE_PORT or MANAGEMENT_PORT. Set it to one above 1023.",
        SocketException => $"The service cannot start: a server cannot be reached ({exception.Message}).",
        IOException or UnauthorizedAccessException => $"It cannot be done: {exception.Message}",
        { InnerException: { } inner } => Describe(inner),
        _ => null,
    };
}
