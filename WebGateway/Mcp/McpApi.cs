using System.Reflection;
using AgentManagement.Access;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Http;
using AgentManagement.WebGateway.Limits;
using AgentManagement.WebGateway.Observability;
using AgentManagement.WebGateway.Problems;
using Microsoft.AspNetCore.Mvc;
using ModelContextProtocol;
using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentManagement.WebGateway.Mcp;

/// <summary>
/// The endpoint of the Model Context Protocol, over streamable HTTP: each request stands for itself, so that any gateway answers it. Its
/// callers have the tokens, permissions and limits of all others.
/// </summary>
internal static class McpApi
{
    // Of a request: a content, and what the protocol has around it.
    private const long MaxBytes = 2 * RequestBody.MaxBytes;

    private const string Instructions =
        "Definitions of AI agents of one tenant. Read before you write. Writes tell what they would do first; to write, call again with "
        + "dryRun false and, for what is there, expectedVersion as it was read. A refusal says what is wrong by JSON pointers.";

    public static void AddMcp(this IServiceCollection services) => services
        .AddMcpServer(options => options.ServerInfo = new()
        {
            Name = "agent-management", Title = "Agent Management Service",
            Version = typeof(McpApi).Assembly.GetName().Version?.ToString(3) ?? "0.0.0",
        })
        .WithHttpTransport(transport =>
        {
            transport.SessionMode = HttpServerSessionMode.Stateless;
            transport.ConfigureSessionOptions = (http, server, _) =>
            {
                Configure(server, new(http), http.RequestServices.GetRequiredService<ProblemTranslation>());
                return Task.CompletedTask;
            };
        });

    public static void MapMcpEndpoint(this IEndpointRouteBuilder root) =>
        root.MapMcp("/mcp").RequireCaller()
        .WithMetadata(RequestLimited.Instance, new RequestSizeLimitAttribute(MaxBytes)).ExcludeFromDescription();

    private static void Configure(McpServerOptions server, McpCall call, ProblemTranslation problems)
    {
        server.ServerInstructions = Instructions;
        server.Handlers = new()
        {
            ListToolsHandler = (_, _) => new(new ListToolsResult
            {
                // What the caller may not do is of no use to it.
                Tools = [.. McpTools.All.Where(tool => call.Caller.May(tool.Permission)).Select(tool => tool.Description)],
            }),
            CallToolHandler = async (request, _) => await CallAsync(call, problems, request.Params),
            ListResourcesHandler = async (request, _) =>
                await RunAsync(call, problems, () => McpResources.ListAsync(call, request.Params?.Cursor)),
            ListResourceTemplatesHandler = (_, _) => new(McpResources.Templates),
            ReadResourceHandler = async (request, _) =>
                await RunAsync(call, problems, () => McpResources.ReadAsync(call, request.Params?.Uri ?? "")),
            ListPromptsHandler = (_, _) => new(McpPrompts.All),
            GetPromptHandler = async (request, _) => await RunAsync(
                call, problems, async () => await McpPrompts.GetAsync(call, request.Params?.Name ?? "", request.Params?.Arguments)
                    ?? throw new McpProtocolException("There is no such prompt.", McpErrorCode.InvalidParams)),
        };
    }

    private static async Task<CallToolResult> CallAsync(McpCall call, ProblemTranslation problems, CallToolRequestParams? asked)
    {
        var tool = McpTools.All.FirstOrDefault(tool => tool.Description.Name == asked?.Name)
            ?? throw new McpProtocolException("There is no such tool.", McpErrorCode.InvalidParams);
        if (!call.Caller.May(tool.Permission)) return McpTool.Answer(call.Http, AccessProblems.MissingPermission(tool.Permission));
        var arguments = McpTool.ReadArguments(asked!.Arguments);
        if (!arguments.IsOk) return McpTool.Answer(call.Http, Problem.For(arguments));
        try
        {
            Caller.Current = call.Caller.Known;
            return await tool.Run(call, arguments.Value);
        }
        catch (Exception exception) when (!call.Aborted.IsCancellationRequested && exception is not McpException)
        {
            return McpTool.Answer(call.Http, problems.Of(exception));
        }
    }

    /// <summary>Of what is no tool a refusal is an error of the protocol.</summary>
    private static async Task<T> RunAsync<T>(McpCall call, ProblemTranslation problems, Func<Task<T>> run)
    {
        try
        {
            Caller.Current = call.Caller.Known;
            return await run();
        }
        catch (Exception exception) when (!call.Aborted.IsCancellationRequested && exception is not McpException)
        {
            var refused = problems.Of(exception);
            RequestLogScope.Of(call.Http).Problem = refused;
            throw new McpProtocolException($"{refused.Code}: {refused.Detail}", refused.Status switch
            {
                StatusCodes.Status404NotFound => McpErrorCode.ResourceNotFound,
                >= StatusCodes.Status500InternalServerError => McpErrorCode.InternalError,
                _ => McpErrorCode.InvalidParams,
            });
        }
    }
}
