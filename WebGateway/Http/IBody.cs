namespace AgentManagement.WebGateway.Http;

/// <summary>A body that an endpoint takes.</summary>
internal interface IBody<TSelf> where TSelf : IBody<TSelf>
{
    /// <summary>The media type that it comes in.</summary>
    static virtual string MediaType => RequestBody.Json;

    /// <summary>Whether the request must have it.</summary>
    static virtual bool IsRequired => true;

    /// <summary>Takes what it needs; the reader collects what is wrong.</summary>
    static abstract TSelf Read(BodyReader reader);
}

/// <summary>Endpoint metadata: the body's type, for the OpenAPI document.</summary>
internal sealed record BodyMetadata(Type Type, string MediaType, bool IsRequired);
