using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace AgentManagement.WebGateway.OpenApi;

/// <summary>The OpenAPI document, made on the first request and kept: it says the same for as long as the process lives.</summary>
internal sealed class ApiDocument([FromKeyedServices(ApiDocument.Name)] IOpenApiDocumentProvider documents)
{
    public const string Name = "v1";

    private readonly Lock _gate = new();
    private Task<byte[]>? _made;

    public static async Task<IResult> GetAsync(ApiDocument document) =>
        TypedResults.Bytes(await document.ReadAsync(), "application/json;charset=utf-8");

    /// <summary>The same each time. What could not be made is tried again.</summary>
    internal Task<byte[]> ReadAsync()
    {
        lock (_gate) return _made is { IsFaulted: false, IsCanceled: false } made ? made : _made = Task.Run(MakeAsync);
    }

    private async Task<byte[]> MakeAsync()
    {
        var document = await documents.GetOpenApiDocumentAsync();
        using var bytes = new MemoryStream();
        await document.SerializeAsJsonAsync(bytes, OpenApiSpecVersion.OpenApi3_1, CancellationToken.None);
        return bytes.ToArray();
    }
}
