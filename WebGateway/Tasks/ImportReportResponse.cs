using AgentManagement.Formats;

namespace AgentManagement.WebGateway.Tasks;

/// <summary>What was made of files of another format.</summary>
/// <param name="Files">What was made of each.</param>
/// <param name="LeftOut">How many places and names are not listed, as the list would be too long.</param>
internal sealed record ImportReportResponse(ImmutableArray<ImportedFileResponse> Files, int LeftOut)
{
    private const int MaxCharacters = 256 * 1024;

    public static ImportReportResponse Of(ImmutableArray<ImportResult> results)
    {
        var (left, leftOut) = (MaxCharacters, 0);
        var files = results.Select(result => new ImportedFileResponse(
            result.Report.Path, result.Report.Format ?? "", result.Agents.Length,
            Listed(result.Report.Renamed, each => (new RenamedResponse(each.Kind, each.From, each.To), each.From.Length + each.To.Length)),
            Listed(result.Report.NotMapped, each => (new NotMappedResponse(each.AgentId, each.Pointer, each.Reason), each.Pointer.Length)),
            Listed(
                result.Report.Mapped, each => (new MappedResponse(each.AgentId, each.From, each.To), each.From.Length + each.To.Length))))
            .ToImmutableArray();
        return new(files, leftOut);

        ImmutableArray<TResponse> Listed<T, TResponse>(ImmutableArray<T> all, Func<T, (TResponse Item, int Characters)> map)
        {
            // What an item has beside its texts counts, too.
            const int itemCharacters = 100;
            var listed = ImmutableArray.CreateBuilder<TResponse>();
            foreach (var item in all)
            {
                var (response, characters) = map(item);
                left -= characters + itemCharacters;
                if (left > 0) listed.Add(response);
                else leftOut++;
            }
            return listed.ToImmutable();
        }
    }
}

/// <summary>What was made of a file.</summary>
/// <param name="Path">Its path in the zip; empty of a body that is the file.</param>
/// <param name="Format">Its format.</param>
/// <param name="Agents">How many agents are in it.</param>
/// <param name="Renamed">What has another name here.</param>
/// <param name="NotMapped">What has no place in the content, and is kept under metadata.source.</param>
/// <param name="Mapped">What has a place in the content.</param>
internal sealed record ImportedFileResponse(
    string Path, string Format, int Agents, ImmutableArray<RenamedResponse> Renamed, ImmutableArray<NotMappedResponse> NotMapped,
    ImmutableArray<MappedResponse> Mapped);

/// <summary>A name that is another one here.</summary>
/// <param name="Kind">agent, handoff, credential or file.</param>
/// <param name="From">What the file says; of a credential and a file, the pointer.</param>
/// <param name="To">What the content says.</param>
internal sealed record RenamedResponse(string Kind, string From, string To);

/// <summary>A value without a place in the content.</summary>
/// <param name="Id">The agent.</param>
/// <param name="Pointer">Pointer in the file.</param>
/// <param name="Reason">Why not.</param>
internal sealed record NotMappedResponse(string Id, string Pointer, string Reason);

/// <summary>A value with a place in the content.</summary>
/// <param name="Id">The agent.</param>
/// <param name="From">Pointer in the file.</param>
/// <param name="To">Pointer in the content.</param>
internal sealed record MappedResponse(string Id, string From, string To);
