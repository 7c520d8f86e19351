using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using AgentManagement.WebGateway.Http;

namespace AgentManagement.WebGateway.Files;

/// <summary>For how long a link is to work.</summary>
internal sealed record FileLinkRequest : IBody<FileLinkRequest>
{
    public const int DefaultSeconds = 900;

    [Description("60 to 86400; 900 when absent."), Range(60, 86_400)]
    public int? ExpiresInSeconds { get; init; }

    public static bool IsRequired => false;
}
