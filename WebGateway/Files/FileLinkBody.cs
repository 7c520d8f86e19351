using System.ComponentModel.DataAnnotations;
using AgentManagement.WebGateway.Http;

namespace AgentManagement.WebGateway.Files;

/// <summary>For how long a link is to work.</summary>
/// <param name="ExpiresInSeconds">60 to 86400; 900 when absent.</param>
internal sealed record FileLinkBody([property: Range(FileLinkBody.Least, FileLinkBody.Most)] int? ExpiresInSeconds) : IBody<FileLinkBody>
{
    public const int Least = 60;
    public const int Most = 86_400;
    public const int Usual = 900;

    public static bool IsRequired => false;

    public static FileLinkBody Read(BodyReader reader) => new(reader.OptionalNumber("expiresInSeconds", Least, Most));
}
