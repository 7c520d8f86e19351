namespace AgentManagement.WebGateway.Outgoing;

/// <summary>Reads a body that may be larger than what is to be kept of it.</summary>
internal static class BoundedContent
{
    private const int Chunk = 16 * 1024;

    /// <summary>The whole body.</summary>
    /// <exception cref="NoAnswerException">It has more bytes than that; no more were read.</exception>
    public static async Task<byte[]> ReadAsync(HttpContent content, int most, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentLength > most) throw TooLarge(most);
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        using var read = new MemoryStream();
        var chunk = new byte[Chunk];
        // What a server says of the length need not be so, and it need not say anything.
        while (await stream.ReadAsync(chunk, cancellationToken) is > 0 and var count)
        {
            if (read.Length + count > most) throw TooLarge(most);
            read.Write(chunk.AsSpan(0, count));
        }
        return read.ToArray();
    }

    private static NoAnswerException TooLarge(int most) => new($"The answer has more than {most} bytes.");
}
