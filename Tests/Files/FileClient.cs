using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using AgentManagement.Tests.WebGateway;

namespace AgentManagement.Tests.Files;

/// <summary>Files over HTTP in one line each.</summary>
internal static class FileClient
{
    public const string Files = "/api/v1/files";

    public static string IdOf(byte[] bytes) => $"sha256-{Convert.ToHexStringLower(SHA256.HashData(bytes))}";

    /// <summary>Bytes that no other test has.</summary>
    public static byte[] NewBytes(int length = 1_000)
    {
        var bytes = new byte[length];
        Random.Shared.NextBytes(bytes);
        return bytes;
    }

    public static Task<HttpResponseMessage> UploadAsync(
        this HttpClient client, byte[] bytes, string name = "guide.pdf", string type = "application/pdf",
        params (string Name, string Value)[] headers) =>
        client.UploadAsync(new ByteArrayContent(bytes), name, type, headers);

    public static Task<HttpResponseMessage> UploadAsync(
        this HttpClient client, HttpContent content, string name = "guide.pdf", string type = "application/pdf",
        params (string Name, string Value)[] headers)
    {
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        var request = new HttpRequestMessage(HttpMethod.Post, $"{Files}?name={Uri.EscapeDataString(name)}") { Content = content };
        foreach (var (header, value) in headers) Assert.True(request.Headers.TryAddWithoutValidation(header, value));
        return client.SendAsync(request);
    }

    /// <summary>Uploads a file that the tenant does not have; returns it.</summary>
    public static async Task<JsonElement> AddAsync(
        this HttpClient client, byte[] bytes, string name = "guide.pdf", string type = "application/pdf") =>
        await (await client.UploadAsync(bytes, name, type)).ShouldBeAsync(201);

    public static async Task<byte[]> DownloadAsync(this HttpClient client, string id) =>
        await client.GetByteArrayAsync($"{Files}/{id}/content");

    /// <summary>The body of an agent that could go live, with these files attached.</summary>
    public static string Content(params IEnumerable<string> files) =>
        $$$"""{"name":"Bot","type":"conversational","config":{"model":{"provider":"openai","id":"gpt-5-mini"},"instructions":{"template":"Help."},"attachments":[{{{Attach(files)}}}]}}""";

    public static string Attach(params IEnumerable<string> files) =>
        string.Join(',', files.Select(id => $$"""{"blobRef":"blob://files/{{id}}"}"""));

    /// <summary>A body whose length is not told.</summary>
    public sealed class Chunks(params byte[][] chunks) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context)
        {
            foreach (var chunk in chunks)
            {
                await stream.WriteAsync(chunk);
                await stream.FlushAsync();
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    public static string DigestOf(byte[] bytes) => $"sha-256=:{Convert.ToBase64String(SHA256.HashData(bytes))}:";

    public static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);
}
