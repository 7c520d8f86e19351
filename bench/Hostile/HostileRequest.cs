using System.Globalization;
using System.Text;

namespace AgentManagement.Bench.Hostile;

/// <summary>A request that must be refused.</summary>
/// <param name="Kind">What is wrong with it, for reports.</param>
/// <param name="Method">As it is sent.</param>
/// <param name="Target">Path and query as they are sent, byte for byte.</param>
/// <param name="Expected">The statuses of which one is right.</param>
public sealed record HostileRequest(string Kind, string Method, string Target, params int[] Expected)
{
    private const int ChunkBytes = 8_192;

    /// <summary>Beside those that every request has. Each character is one byte.</summary>
    public ImmutableArray<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>The bearer token; null for none.</summary>
    public string? Token { get; init; }

    public string? ContentType { get; init; }

    public byte[] Body { get; init; } = [];

    /// <summary>Send the body in chunks, without its length.</summary>
    public bool IsChunked { get; init; }

    /// <summary>It is not even HTTP: the server may refuse it without a body, before any code of ours.</summary>
    public bool IsBelowHttp { get; init; }

    /// <summary>Adds a header.</summary>
    public HostileRequest With(string name, string value) => this with { Headers = Headers.Add((name, value)) };

    /// <summary>Takes a body.</summary>
    public HostileRequest With(ReadOnlySpan<byte> body, string contentType) =>
        this with { Body = body.ToArray(), ContentType = contentType };

    /// <summary>The request as it goes over the wire.</summary>
    public byte[] ToBytes()
    {
        using var bytes = new MemoryStream();
        Write($"{Method} {Target} HTTP/1.1\r\n");
        if (!Headers.Any(header => header.Name == "Host")) Write("Host: localhost\r\n");
        Write("Connection: close\r\n");
        if (Token is not null) Write($"Authorization: Bearer {Token}\r\n");
        if (ContentType is not null) Write($"Content-Type: {ContentType}\r\n");
        foreach (var (name, value) in Headers) Write($"{name}: {value}\r\n");
        if (IsChunked) WriteChunks();
        else
        {
            if (Body.Length > 0 || Method is "POST" or "PUT" or "PATCH")
            {
                Write(string.Create(CultureInfo.InvariantCulture, $"Content-Length: {Body.Length}\r\n"));
            }
            Write("\r\n");
            bytes.Write(Body);
        }
        return bytes.ToArray();

        void Write(string text) => bytes.Write(Encoding.Latin1.GetBytes(text));

        void WriteChunks()
        {
            Write("Transfer-Encoding: chunked\r\n\r\n");
            foreach (var chunk in Body.Chunk(ChunkBytes))
            {
                Write(string.Create(CultureInfo.InvariantCulture, $"{chunk.Length:x}\r\n"));
                bytes.Write(chunk);
                Write("\r\n");
            }
            Write("0\r\n\r\n");
        }
    }

    /// <summary>For reports: the beginning of it, without the token.</summary>
    public string Describe()
    {
        var body = Encoding.UTF8.GetString(Body.AsSpan(0, Math.Min(200, Body.Length)));
        var target = Target.Length > 200 ? $"{Target[..200]}… ({Target.Length})" : Target;
        var headers = string.Join(
            "; ", Headers.Select(header => $"{header.Name}: {(header.Value.Length > 80 ? header.Value[..80] + "…" : header.Value)}"));
        return $"[{Kind}] {Method} {target} | {ContentType} | {headers} | {Body.Length} bytes {body}";
    }
}
