using System.Security.Cryptography;
using System.Text;
using AgentManagement.Access;
using AgentManagement.Agents;
using AgentManagement.Outcomes;
using AgentManagement.ServiceDefaults.Webhooks;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Http;
using AgentManagement.WebGateway.Problems;
using AgentManagement.Webhooks;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AgentManagement.WebGateway.Webhooks;

/// <summary>The webhooks of the caller's tenant (docs/webhooks.md).</summary>
internal static class WebhookApi
{
    private const int IdBytes = 8;

    private static readonly RequestParameter Id = RequestParameter.Path(
        "webhook", "The webhook's id.", """{"type":"string","pattern":"^[0-9a-f]{16}$"}""");

    private static readonly RequestParameter Match = RequestParameter.Header(
        WriteConditions.IfMatch, "ETags of the versions of which one must be the current one, or *.");

    private static readonly RequestParameter Key = RequestParameter.Header(
        WriteConditions.KeyHeader, "Names the request, so that repeating it within 24 hours changes nothing more.");

    public static void MapWebhooks(this IEndpointRouteBuilder api)
    {
        var webhooks = api.MapGroup("/webhooks").WithTags("Webhooks").RequirePermission(Permissions.WebhooksManage);
        webhooks.MapGet("/", List).WithName("listWebhooks");
        webhooks.MapPost("/", Create).WithName("createWebhook").WithMetadata(WriteConditions.DryRun);

        var webhook = webhooks.MapGroup("/{webhook}").WithMetadata(Id);
        webhook.MapGet("/", Get).WithName("getWebhook");
        webhook.MapPatch("/", Update).WithName("updateWebhook").WithMetadata(WriteConditions.DryRun, Match, Key);
        webhook.MapDelete("/", Delete).WithName("deleteWebhook").WithMetadata(WriteConditions.DryRun, Match, Key);
        webhook.MapPost("/rotate", Rotate).WithName("rotateWebhook").WithMetadata(WriteConditions.DryRun, Match);
        webhook.MapPost("/test", Test).WithName("testWebhook");
        webhook.MapPost("/replay", Replay).WithName("replayWebhook");
        webhook.MapGet("/dead-letters", ListDeadLetters).WithName("listDeadLetters");
    }

    /// <summary>Lists the webhooks, without their secrets.</summary>
    public static async Task<Ok<WebhookListResponse>> List(CallerGrains grains) =>
        TypedResults.Ok(new WebhookListResponse([.. (await grains.Webhooks.ListAsync()).Select(WebhookResponse.Of)]));

    /// <summary>Makes a webhook, which is sent the changes after this one. The answer alone has its secret.</summary>
    public static async Task<Results<Created<WebhookSecretResponse>, Ok<WebhookDryRunResponse>, Problem>> Create(
        Body<CreateWebhookRequest> body, HttpContext http, CurrentCaller caller, CallerGrains grains, WebhookSecrets secrets)
    {
        if (WriteConditions.RefuseKey(http) is { } refused) return refused;
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes));
        var (text, encrypted) = secrets.Make(caller.TenantId, id);
        var (value, options) = (body.Value, new WriteOptions { DryRun = WriteConditions.DryRun.Read(http), IsOfClient = true });
        var outcome = await grains.Webhooks.ApplyAsync(
            new CreateWebhook(value.Url, value.Description, value.Events ?? [], value.Disabled ?? false, encrypted)
            {
                WebhookId = id, Options = options,
            });
        if (DryRun(options, outcome) is { } dryRun) return TypedResults.Ok(dryRun);
        if (!outcome.IsOk) return Problem.For(outcome);
        var webhook = Describe(http, outcome.Value);
        return TypedResults.Created($"/api/v1/webhooks/{id}", new WebhookSecretResponse(webhook, text));
    }

    /// <summary>Reads a webhook, without its secret.</summary>
    public static async Task<Results<Ok<WebhookResponse>, Problem>> Get(string webhook, HttpContext http, CallerGrains grains)
    {
        var outcome = await grains.Webhooks.GetAsync(webhook);
        return outcome.IsOk ? TypedResults.Ok(Describe(http, outcome.Value)) : Problem.For(outcome);
    }

    /// <summary>Changes a webhook. What had failed is sent again at once.</summary>
    public static async Task<Results<Ok<WebhookResponse>, Ok<WebhookDryRunResponse>, Problem>> Update(
        string webhook, Body<UpdateWebhookRequest> body, HttpContext http, CurrentCaller caller, CallerGrains grains)
    {
        var (value, options) = (body.Value, OptionsOf(http, caller, Encoding.UTF8.GetBytes(body.Text.Text)));
        var outcome = await grains.Webhooks.ApplyAsync(
            new UpdateWebhook(value.Url, value.Description, value.Events, value.Disabled) { WebhookId = webhook, Options = options });
        if (DryRun(options, outcome) is { } dryRun) return TypedResults.Ok(dryRun);
        return outcome.IsOk ? TypedResults.Ok(Describe(http, outcome.Value)) : Problem.For(outcome);
    }

    /// <summary>Deletes a webhook for ever, with its dead letters.</summary>
    public static async Task<Results<NoContent, Ok<WebhookDryRunResponse>, Problem>> Delete(
        string webhook, HttpContext http, CurrentCaller caller, CallerGrains grains)
    {
        var options = OptionsOf(http, caller, default);
        var outcome = await grains.Webhooks.ApplyAsync(new DeleteWebhook { WebhookId = webhook, Options = options });
        if (DryRun(options, outcome) is { } dryRun) return TypedResults.Ok(dryRun);
        if (!outcome.IsOk) return Problem.For(outcome);
        if (outcome.Value.Replayed) WriteConditions.MarkReplay(http);
        return TypedResults.NoContent();
    }

    /// <summary>
    /// Gives a webhook another secret, which the answer alone has. For a while events are signed with the one before, too, so that a
    /// receiver verifies them whichever it has.
    /// </summary>
    public static async Task<Results<Ok<WebhookSecretResponse>, Ok<WebhookDryRunResponse>, Problem>> Rotate(
        string webhook, Body<RotateWebhookRequest> body, HttpContext http, CurrentCaller caller, CallerGrains grains,
        WebhookSecrets secrets)
    {
        if (WriteConditions.RefuseKey(http) is { } refused) return refused;
        var (text, encrypted) = secrets.Make(caller.TenantId, webhook);
        var grace = body.Value.GraceSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : Webhook.LongestGrace;
        var options = OptionsOf(http, caller, default);
        var outcome = await grains.Webhooks.ApplyAsync(
            new RotateWebhook(encrypted, grace) { WebhookId = webhook, Options = options });
        if (DryRun(options, outcome) is { } dryRun) return TypedResults.Ok(dryRun);
        return outcome.IsOk ? TypedResults.Ok(new WebhookSecretResponse(Describe(http, outcome.Value), text)) : Problem.For(outcome);
    }

    /// <summary>Sends a ping at once, also to a webhook that is disabled, and tells what became of it.</summary>
    public static async Task<Results<Ok<WebhookPingResponse>, Problem>> Test(string webhook, CallerGrains grains)
    {
        var outcome = await grains.Webhooks.PingAsync(webhook);
        return outcome.IsOk ? TypedResults.Ok(WebhookPingResponse.Of(outcome.Value)) : Problem.For(outcome);
    }

    /// <summary>Has everything sent again from a revision on, under the ids that it had.</summary>
    public static async Task<Results<Ok<WebhookResponse>, Problem>> Replay(
        string webhook, Body<ReplayWebhookRequest> body, HttpContext http, CallerGrains grains)
    {
        var outcome = await grains.Webhooks.ReplayAsync(webhook, body.Value.From);
        return outcome.IsOk ? TypedResults.Ok(Describe(http, outcome.Value)) : Problem.For(outcome);
    }

    /// <summary>Lists the events that were given up since the webhook did not accept them, newest first, of the last 30 days.</summary>
    public static async Task<Results<Ok<DeadLetterListResponse>, Problem>> ListDeadLetters(
        string webhook, PageQuery query, CallerGrains grains, CancellationToken cancellationToken)
    {
        var page = await grains.Webhooks.ListDeadLettersAsync(webhook, query.Cursor, query.Limit, cancellationToken);
        return page.IsOk ? TypedResults.Ok(DeadLetterListResponse.Of(page.Value)) : Problem.For(page);
    }

    private static WriteOptions OptionsOf(HttpContext http, CurrentCaller caller, ReadOnlyMemory<byte> body) => new()
    {
        IfMatch = WriteConditions.ReadIfMatch(http.Request.Headers.IfMatch), DryRun = WriteConditions.DryRun.Read(http),
        Idempotency = WriteConditions.ReadKey(http.Request, body, caller.Subject), IsOfClient = true,
    };

    private static WebhookDryRunResponse? DryRun(WriteOptions options, Outcome<WebhookChange> outcome) =>
        options.DryRun ? WebhookDryRunResponse.Of(outcome) : null;

    private static WebhookResponse Describe(HttpContext http, WebhookChange change)
    {
        if (change.Replayed) WriteConditions.MarkReplay(http);
        return Describe(http, change.Webhook ?? throw new InvalidOperationException("A webhook that was not deleted is gone."));
    }

    private static WebhookResponse Describe(HttpContext http, Webhook webhook)
    {
        http.Response.Headers.ETag = EntityTag.Of(webhook.Version);
        return WebhookResponse.Of(webhook);
    }
}
