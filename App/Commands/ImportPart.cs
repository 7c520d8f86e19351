using System.Runtime.CompilerServices;
using AgentManagement.Domain.Tasks;
using AgentManagement.ServiceDefaults.Settings;

namespace AgentManagement.App.Commands;

/// <summary>Whole lines of an export's file that one import takes.</summary>
/// <param name="Offset">Bytes of the file before it.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="LinesBefore">Lines of the file before it.</param>
/// <param name="Lines">How many lines it has.</param>
internal readonly record struct ImportPart(long Offset, int Length, long LinesBefore, int Lines)
{
    private long End => Offset + Length;

    /// <summary>Divides a file, in the order of its lines, into as few parts as the bounds of an import allow.</summary>
    /// <param name="file">Is read from where it stands to its end, and never held in memory.</param>
    /// <param name="maxBytes">Most bytes of a part.</param>
    /// <param name="stopping">Gives it up.</param>
    /// <exception cref="SettingsException">A line has more bytes than a part may have.</exception>
    public static async Task<ImmutableArray<ImportPart>> DivideAsync(Stream file, int maxBytes, CancellationToken stopping)
    {
        var parts = ImmutableArray.CreateBuilder<ImportPart>();
        var part = default(ImportPart);
        await foreach (var end in LineEndsAsync(file, stopping))
        {
            var isFull = end - part.Offset > maxBytes || part.Lines == TaskLines.MaxLines;
            if (isFull && part.Lines > 0)
            {
                parts.Add(part);
                part = new(part.End, 0, part.LinesBefore + part.Lines, 0);
            }
            if (end - part.Offset > maxBytes)
            {
                throw new SettingsException(
                    $"Line {part.LinesBefore + 1} has more than {maxBytes} bytes, which no import takes. Nothing was sent.");
            }
            part = part with { Length = (int)(end - part.Offset), Lines = part.Lines + 1 };
        }
        if (part.Lines > 0) parts.Add(part);
        return parts.ToImmutable();
    }

    /// <summary>Its bytes.</summary>
    /// <exception cref="EndOfStreamException">The file is shorter than when it was divided.</exception>
    public async Task<byte[]> ReadAsync(Stream file, CancellationToken stopping)
    {
        var bytes = new byte[Length];
        file.Position = Offset;
        await file.ReadExactlyAsync(bytes, stopping);
        return bytes;
    }

    /// <summary>Where each line ends, with its line feed; the last one may have none.</summary>
    private static async IAsyncEnumerable<long> LineEndsAsync(
        Stream file, [EnumeratorCancellation] CancellationToken stopping)
    {
        var buffer = new byte[1 << 16];
        var (read, ended) = (0L, 0L);
        while (await file.ReadAsync(buffer, stopping) is > 0 and var count)
        {
            for (var at = 0; Array.IndexOf(buffer, (byte)'\n', at, count - at) is >= 0 and var found; at = found + 1)
            {
                ended = read + found + 1;
                yield return ended;
            }
            read += count;
        }
        if (read > ended) yield return read;
    }
}
