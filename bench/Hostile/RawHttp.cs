using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AgentManagement.Bench.Hostile;

/// <summary>An answer, as it came over the wire.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Headers">By name in lower case; of several, the last.</param>
/// <param name="Body">Without the framing of chunks.</param>
public sealed record RawAnswer(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    /// <summary>A header's value; empty when it is absent.</summary>
    public string Header(string name) => Headers.GetValueOrDefault(name, "");
}

/// <summary>HTTP/1.1 by hand, since no client library would send what must be sent here. One connection a request.</summary>
public static class RawHttp
{
    private static readonly byte[] EndOfHead = "\r\n\r\n"u8.ToArray();

    /// <summary>Sends the bytes and reads until the server closes: the request must say <c>Connection: close</c>.</summary>
    /// <exception cref="IOException">There was no whole answer.</exception>
    public static async Task<RawAnswer> SendAsync(IPEndPoint server, ReadOnlyMemory<byte> request, CancellationToken cancellation)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server, cancellation);
        await using var stream = client.GetStream();
        var sending = SendIgnoringRefusalAsync(stream, request, cancellation);
        using var received = new MemoryStream();
        await stream.CopyToAsync(received, cancellation);
        await sending;
        return Parse(received.ToArray());
    }

    /// <summary>A server that refuses a large body may stop reading it: its answer counts all the same.</summary>
    private static async Task SendIgnoringRefusalAsync(NetworkStream stream, ReadOnlyMemory<byte> request, CancellationToken cancellation)
    {
        try
        {
            await stream.WriteAsync(request, cancellation);
        }
        catch (IOException)
        {
            // The answer is being read beside.
        }
    }

    private static RawAnswer Parse(byte[] bytes)
    {
        var end = bytes.AsSpan().IndexOf(EndOfHead);
        if (end < 0) throw new IOException($"The connection was closed after {bytes.Length} bytes.");
        var lines = Encoding.Latin1.GetString(bytes, 0, end).Split("\r\n");
        var headers = new Dictionary<string, string>();
        foreach (var line in lines.Skip(1))
        {
            var pair = line.Split(':', 2);
            headers[pair[0].ToLowerInvariant()] = pair[1].Trim();
        }
        var body = bytes[(end + EndOfHead.Length)..];
        if (headers.GetValueOrDefault("transfer-encoding") == "chunked") body = Unchunk(body);
        return new(int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture), headers, body);
    }

    private static byte[] Unchunk(ReadOnlySpan<byte> chunks)
    {
        var body = new List<byte>();
        while (true)
        {
            var line = chunks.IndexOf("\r\n"u8);
            if (line < 0) throw new IOException("The last chunk is missing.");
            var size = int.Parse(chunks[..line], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (size == 0) return [.. body];
            body.AddRange(chunks.Slice(line + 2, size));
            chunks = chunks[(line + 2 + size + 2)..];
        }
    }
}
