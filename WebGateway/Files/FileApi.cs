using AgentManagement.Access;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Http;

namespace AgentManagement.WebGateway.Files;

/// <summary>The files of the caller's tenant: the table of contents.</summary>
internal static class FileApi
{
    private static readonly RequestParameter Id = RequestParameter.Path(
        "file", "The file's id.", """{"type":"string","pattern":"^sha256-[0-9a-f]{64}$"}""");

    public static void MapFiles(this IEndpointRouteBuilder api)
    {
        var files = api.MapGroup("/files").WithTags("Files").RequirePermission(Permissions.AgentsRead);
        files.MapGet("/", FileReads.List).WithName("listFiles");
        files.MapPost("/", FileEditing.Upload).WithName("uploadFile").RequirePermission(Permissions.AgentsWrite);

        var file = files.MapGroup("/{file}").WithMetadata(Id);
        file.MapGet("/", FileReads.Get).WithName("getFile");
        file.MapGet("/content", FileReads.GetContent).WithName("getFileContent").WithMetadata(OfferedTypes.Any);
        file.MapPost("/link", FileReads.Link).WithName("linkFile");
        file.MapDelete("/", FileEditing.Delete).WithName("deleteFile").RequirePermission(Permissions.AgentsDelete)
            .WithMetadata(Forced.Parameter, WriteConditions.DryRun);
    }
}
