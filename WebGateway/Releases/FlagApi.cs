using System.Security.Cryptography;
using System.Text;
using AgentManagement.Agents;
using AgentManagement.Access;
using AgentManagement.Outcomes;
using AgentManagement.Releases;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Http;
using AgentManagement.WebGateway.Internal;
using AgentManagement.WebGateway.Problems;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AgentManagement.WebGateway.Releases;

/// <summary>
/// OpenFeature's remote evaluation protocol over what a label has: an agent is a flag, its version the variant, its configuration the
/// value.
/// </summary>
internal static class FlagApi
{
    // Enough to tell the answers of one revision apart.
    private const int TagDigits = 32;

    public static void MapFlags(this IEndpointRouteBuilder label)
    {
        var flags = label.MapGroup("/ofrep/v1/evaluate/flags").WithMetadata(FlagRoute.Instance);
        flags.MapPost("/", EvaluateAll).WithName("evaluateFlags");
        flags.MapPost("/{id}", Evaluate).WithName("evaluateFlag");
    }

    /// <summary>
    /// Evaluates all agents of a label for a targeting key, by OpenFeature's remote evaluation protocol. A label with more than a hundred
    /// agents is asked one by one.
    /// </summary>
    public static async Task<Results<Ok<FlagListResponse>, NotModified, Problem>> EvaluateAll(
        string label, FlagContext context, HttpContext http, CallerGrains grains, InternalReads reads,
        CancellationToken cancellationToken)
    {
        var outcome = await EvaluateAsync(label, flag: null, context, grains, reads, cancellationToken);
        if (!outcome.IsOk) return Refuse(outcome, flag: null);
        var (revision, flags) = outcome.Value;
        return NotModified.IfKnown(http, TagOf(revision, flags)) is { } known ? known : TypedResults.Ok(new FlagListResponse(flags));
    }

    /// <summary>Evaluates one agent of a label for a targeting key, by OpenFeature's remote evaluation protocol.</summary>
    public static async Task<Results<Ok<FlagResponse>, Problem>> Evaluate(
        string label, string id, FlagContext context, CallerGrains grains, InternalReads reads, CancellationToken cancellationToken)
    {
        var outcome = await EvaluateAsync(label, id, context, grains, reads, cancellationToken);
        if (!outcome.IsOk) return Refuse(outcome, id);
        return outcome.Value.Flags switch
        {
            [{ ErrorCode: FlagError.TargetingKeyMissing, ErrorDetails: { } details }] =>
                Problem.Malformed(KeyMissing, details) with { Flag = new(id, FlagError.TargetingKeyMissing) },
            [{ } flag] => TypedResults.Ok(flag),
            _ => Problem.NotFound with { Flag = FlagError.NotFound(id) },
        };
    }

    private const string KeyMissing = "key_missing";

    private static async Task<Outcome<(int Revision, ImmutableArray<FlagResponse> Flags)>> EvaluateAsync(
        string label, string? flag, FlagContext context, CallerGrains grains, InternalReads reads, CancellationToken cancellationToken)
    {
        var evaluated = await grains.Label(label).EvaluateAsync(flag, UnloggedText.Of(context.TargetingKey));
        if (!evaluated.IsOk) return evaluated.Refusal<(int, ImmutableArray<FlagResponse>)>();
        var revision = evaluated.Value.Revision;
        // Versions do not change: however long it takes to read them, they are those of the one revision.
        var outcomes = await Task.WhenAll(evaluated.Value.Items.Select(async item => item.Version is null
            ? null : await ConfigurationReads.ReadAsync(item.ToResolved(), reads, cancellationToken)));
        if (outcomes.FirstOrDefault(read => read is { Kind: not (OutcomeKind.Ok or OutcomeKind.NotFound) }) is { } refused)
        {
            return refused.Refusal<(int, ImmutableArray<FlagResponse>)>();
        }
        var defaults = await ConfigurationReads.DefaultsOfAsync([.. outcomes.Select(read => read?.Value).OfType<Agent>()], reads);
        return Outcome.Ok<(int, ImmutableArray<FlagResponse>)>((revision,
        [
            .. evaluated.Value.Items.Zip(outcomes).Where(pair => pair.Second is null or { IsOk: true }).Select(pair => pair.Second is null
                ? new FlagResponse(
                    pair.First.AgentId, null, null, null, null, FlagError.TargetingKeyMissing,
                    "A rollout is under way: the targeting key chooses its variant.")
                : FlagResponse.Of(
                    ConfigurationResponse.Of(pair.Second.Value!, defaults)
                        .With(label, new(revision, []), pair.First.ToResolved()), pair.First.IsSplit)),
        ]));
    }

    /// <summary>The refusal in the words of the protocol, where it has one for it.</summary>
    private static Problem Refuse<T>(Outcome<T> outcome, string? flag) => outcome.Kind switch
    {
        OutcomeKind.NotFound => Problem.For(outcome) with { Flag = FlagError.NotFound(flag) },
        OutcomeKind.Invalid => Problem.Malformed(outcome.Code, outcome.Detail) with { Flag = new(flag, FlagError.General) },
        _ => Problem.For(outcome),
    };

    private static string TagOf(int revision, ImmutableArray<FlagResponse> flags)
    {
        var text = new StringBuilder();
        foreach (var flag in flags)
        {
            text.Append(FormattableString.Invariant(
                $"{flag.Key} {flag.Variant} {flag.Reason} {flag.ErrorCode} {flag.Metadata?.Hash} {flag.Metadata?.Status}\n"));
        }
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
        return FormattableString.Invariant($"\"{revision}-{hash[..TagDigits]}\"");
    }
}
