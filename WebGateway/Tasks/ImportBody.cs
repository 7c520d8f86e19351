using System.Buffers;
using System.IO.Pipelines;
using System.Reflection;
using AgentManagement.Formats;
using AgentManagement.Outcomes;
using AgentManagement.WebGateway.Http;
using AgentManagement.WebGateway.Limits;
using AgentManagement.WebGateway.Problems;
using Microsoft.AspNetCore.Http.Metadata;

namespace AgentManagement.WebGateway.Tasks;

/// <summary>The body of an import: lines, or files of another format, which are made into lines.</summary>
/// <param name="Lines">The lines.</param>
/// <param name="Results">What became of each file; null of lines.</param>
internal sealed record ImportBody(LinesBody Lines, ImmutableArray<ImportResult>? Results)
    : IBindableFromHttpContext<ImportBody>, IEndpointParameterMetadataProvider
{
    private const string Auto = "auto";
    private const string NdJson = "ndjson";
    private const int MaxErrors = 100;

    // Unlike lines, files are in memory as a whole, and then what is made of them.
    private const int MaxBytes = 4 * RequestBody.MaxBytes;
    private const int MadeOfByte = 3;

    private static readonly ImmutableArray<string> FileTypes =
        [RequestBody.Json, "application/yaml", "text/markdown", RequestBody.Text, "application/octet-stream"];

    private static readonly QueryParameter<string?> Format = QueryParameter.Choice(
        "format", $"The format of what is sent, as it is or in a zip: {Auto} finds out. Without it, lines of this service.",
        [Auto, .. AgentFormats.All.Select(format => format.Name)]);

    /// <exception cref="ProblemException">400, 408, 413, 415, 422, 429 or 503.</exception>
    public static async ValueTask<ImportBody?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var name = Format.Read(context);
        var format = name is null or Auto ? null : AgentFormats.Find(name);
        if (name is null || format?.Name == NdJson)
        {
            return new((await LinesBody.BindAsync(context, parameter))!, null);
        }
        if (!RequestBody.Begins(context, [.. FileTypes, UploadedFiles.MediaType, RequestBody.Lines], MaxBytes))
        {
            throw new ProblemException(Problem.Malformed("body_required", "The request must have a body."));
        }
        var memory = context.RequestServices.GetRequiredService<BodyMemory>().Open(context);
        // Whatever becomes of the request: the lines that are made go on with it.
        context.Response.RegisterForDispose(memory);
        var files = UploadedFiles.Read(await RequestBody.ReadBytesAsync(context, memory, MaxBytes));
        memory.Grow(MadeOfByte * files.Sum(file => (long)file.Bytes.Length));
        var results = AgentFormats.ImportAll(files, format);
        if (Refuse(results) is { } refused) throw new ProblemException(refused);
        return new(new(PipeReader.Create(new ReadOnlySequence<byte>(AgentFormats.ToLines(results))), memory), results);
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder)
    {
        LinesBody.PopulateMetadata(parameter, builder);
        var lines = builder.Metadata.OfType<BodyMetadata>().Single();
        builder.Metadata.Remove(lines);
        builder.Metadata.Add(lines with { OtherTypes = [.. FileTypes, UploadedFiles.MediaType] });
        builder.Metadata.Add(Format);
    }

    /// <summary>All files or none: who sends a package does not want a part of it.</summary>
    private static Problem? Refuse(ImmutableArray<ImportResult> results)
    {
        if (results.IsEmpty) return Invalid([Issue.Error("no_agents", "", "There are no agents in any format in it.")]);
        var errors = results.SelectMany(result => result.Report.Errors).Take(MaxErrors).ToImmutableArray();
        return errors.IsEmpty ? null : Invalid([.. errors.Select(error => Issue.Error(
            "not_importable", error.Pointer ?? "", $"{PlaceOf(error)}{error.Message}"))]);

        static Problem Invalid(ImmutableArray<Issue> issues) => Problem.For(Outcome.Invalid<object>(issues));
    }

    private static string PlaceOf(ImportError error) => (error.Path.Length > 0, error.Line) switch
    {
        (true, { } line) => $"{error.Path}, line {line}: ",
        (true, null) => $"{error.Path}: ",
        (false, { } line) => $"Line {line}: ",
        _ => "",
    };
}
