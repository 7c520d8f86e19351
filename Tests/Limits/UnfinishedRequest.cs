using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AgentManagement.Tests.Limits;

/// <summary>A request whose body is announced and does not come as a whole, over a connection of its own.</summary>
internal sealed class UnfinishedRequest : IAsyncDisposable
{
    private readonly TcpClient _client = new();

    /// <summary>Sends the head, and of the body what there is.</summary>
    public static async Task<UnfinishedRequest> SendAsync(
        HttpClient client, string path, string mediaType, int announced, ReadOnlyMemory<byte> sent)
    {
        var request = new UnfinishedRequest();
        await request._client.ConnectAsync(IPAddress.Loopback, client.BaseAddress!.Port);
        var head = string.Create(CultureInfo.InvariantCulture, $"""
            POST {path} HTTP/1.1
            Host: localhost
            Authorization: {client.DefaultRequestHeaders.Authorization}
            Content-Type: {mediaType}
            Content-Length: {announced}


            """).ReplaceLineEndings("\r\n");
        await request.SendAsync(Encoding.ASCII.GetBytes(head));
        await request.SendAsync(sent);
        return request;
    }

    public async Task SendAsync(ReadOnlyMemory<byte> bytes) => await _client.GetStream().WriteAsync(bytes);

    /// <summary>What the server answers, until it closes the connection.</summary>
    public async Task<string> ReadAnswerAsync()
    {
        using var received = new MemoryStream();
        try
        {
            await Await.For(_client.GetStream().CopyToAsync(received), "the answer, and the end of the connection");
        }
        catch (IOException)
        {
            // The server does not read what is left.
        }
        return Encoding.UTF8.GetString(received.ToArray());
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return default;
    }
}
