using System.IO.Compression;
using System.Runtime.InteropServices;
using AgentManagement.Formats;
using AgentManagement.WebGateway.Http;
using AgentManagement.WebGateway.Problems;

namespace AgentManagement.WebGateway.Tasks;

/// <summary>Files that come in one body: one as it is, or many in a zip.</summary>
internal static class UploadedFiles
{
    public const string MediaType = "application/zip";

    /// <summary>Most files of a zip.</summary>
    public const int MaxFiles = 1_000;

    private const int MaxPathCharacters = 500;

    // Of all files together.
    private const int MaxUnpackedBytes = 8 * RequestBody.MaxBytes;

    /// <summary>The files, with their bytes; never more bytes than a bound of their own.</summary>
    /// <exception cref="ProblemException">400 or 413.</exception>
    public static IReadOnlyList<ImportSource> Read(ReadOnlyMemory<byte> body)
    {
        // Every zip begins with a file's header.
        if (!body.Span.StartsWith("PK\x03\x04"u8)) return [new("", body)];
        // As many as it can hold at most, whatever it says of itself: they are not read to be counted.
        if (body.Span.Count("PK\x01\x02"u8) > MaxFiles) throw TooLarge($"The zip has more than {MaxFiles} files.");
        try
        {
            using var zip = new ZipArchive(new MemoryStream(MemoryMarshal.TryGetArray(body, out var array) ? array.Array! : body.ToArray(),
                array.Offset, body.Length, writable: false));
            var bytes = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
            var left = MaxUnpackedBytes;
            // A folder is an entry, too, without a name of its own.
            foreach (var entry in zip.Entries.Where(entry => entry.Name.Length > 0))
            {
                var path = entry.FullName.Replace('\\', '/');
                if (path.Length > MaxPathCharacters || path.Any(char.IsControl)) throw Malformed("A path in the zip is no path.");
                var read = ReadEntry(entry, left);
                left -= read.Length;
                if (!bytes.TryAdd(path, read)) throw Malformed("A path comes twice in the zip.");
            }
            return [.. bytes.OrderBy(file => file.Key, StringComparer.Ordinal)
                .Select(file => new ImportSource(file.Key, file.Value) { Sibling = name => Sibling(bytes, file.Key, name) })];
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or NotSupportedException)
        {
            throw Malformed("The zip cannot be read.");
        }
    }

    /// <summary>What an entry unpacks to, and no byte more than may be.</summary>
    private static byte[] ReadEntry(ZipArchiveEntry entry, int maxBytes)
    {
        using var stream = entry.Open();
        using var unpacked = new MemoryStream();
        var buffer = new byte[64 * 1024];
        for (int read; (read = stream.Read(buffer)) > 0;)
        {
            if (unpacked.Length + read > maxBytes)
            {
                throw TooLarge($"The zip unpacks to more than {MaxUnpackedBytes / RequestBody.MaxBytes} MiB.");
            }
            unpacked.Write(buffer, 0, read);
        }
        return unpacked.ToArray();
    }

    /// <summary>A file by its path from where another is; none that would be above it.</summary>
    private static ReadOnlyMemory<byte>? Sibling(Dictionary<string, ReadOnlyMemory<byte>> files, string path, string name)
    {
        var folder = path[..(path.LastIndexOf('/') + 1)];
        var parts = name.Replace('\\', '/').Split('/').Where(part => part is not ("" or ".")).ToList();
        return !parts.Contains("..") && files.TryGetValue(folder + string.Join('/', parts), out var found) ? found : null;
    }

    private static ProblemException Malformed(string detail) => new(Problem.Malformed("malformed_zip", detail));

    private static ProblemException TooLarge(string detail) =>
        new(StatusProblems.Of(StatusCodes.Status413PayloadTooLarge) with { Detail = detail });
}
