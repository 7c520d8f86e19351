using System.Text;
using System.Text.Json.Nodes;
using AgentManagement.Client;
using Microsoft.Extensions.DependencyInjection;
using AgentContent = AgentManagement.Client.AgentContent;
using AgentFilter = AgentManagement.Client.AgentFilter;
using WriteOptions = AgentManagement.Client.WriteOptions;

namespace AgentManagement.Tests.Sdk;

/// <summary>What a case is played against.</summary>
/// <param name="Token">The token of a name.</param>
/// <param name="Tenant">The tenant of a token's name; null where the case says it.</param>
internal sealed record PlayedService(
    Uri Address, Func<string, string> Token, Func<string, string>? Tenant, Func<string, Task> Release, Func<string, Task> Control);

/// <summary>One case of the conformance suite, as the client for .NET plays it.</summary>
internal sealed class ConformancePlay : IAsyncDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private static readonly Dictionary<string, Func<Exception, bool>> Kinds = new()
    {
        ["unauthenticated"] = Is(401), ["forbidden"] = Is(403), ["not_found"] = Is(404), ["conflict"] = Is(409),
        ["precondition_failed"] = Is(412), ["invalid"] = Is(422), ["rate_limited"] = Is(429), ["unavailable"] = Is(502, 503, 504),
        ["problem"] = error => error is ApiException, ["resync_required"] = error => error is ResyncRequiredException,
        ["connection"] = error => error is HttpRequestException or IOException,
        ["tenant_mismatch"] = error => error is TenantMismatchException,
    };

    private static readonly Dictionary<string, Func<AgentManagementClient, JsonObject, Task<object?>>> Calls = new()
    {
        ["getTenant"] = async (client, _) => await client.Tenant.GetAsync(),
        ["getAgent"] = async (client, step) => step["version"] is { } version
            ? await client.Agents.FindVersionAsync(Id(step), (int)version) : await client.Agents.GetAsync(Id(step)),
        ["listAgents"] = async (client, step) => await client.Agents.ListAsync(Filter(step["query"]!.AsObject())).ToListAsync(),
        ["listAgentVersions"] = async (client, step) => await client.Agents.ListVersionsAsync(Id(step)).ToListAsync(),
        ["compareAgentVersions"] = async (client, step) =>
            await client.Agents.DiffAsync(Id(step), (int)step["from"]!, (int)step["to"]!),
        ["validateAgent"] = async (client, step) => await client.Agents.ValidateAsync(Body<AgentContent>(step)),
        ["createAgent"] = async (client, step) => IsDryRun(step)
            ? await client.Agents.DryRun.CreateAsync(Body<AgentContent>(step), Options(step))
            : await client.Agents.CreateAsync(Body<AgentContent>(step), Options(step)),
        ["replaceAgent"] = async (client, step) =>
            await client.Agents.ReplaceAsync(Id(step), Body<AgentContent>(step), Options(step)),
        ["patchAgent"] = async (client, step) => await client.Agents.PatchAsync(Id(step), Body<JsonElement>(step), Options(step)),
        ["deleteAgent"] = async (client, step) =>
        {
            if (IsDryRun(step)) return await client.Agents.DryRun.ArchiveAsync(Id(step), IsForced(step), Options(step));
            if (step["purge"] is not null) await client.Agents.PurgeAsync(Id(step), IsForced(step), Options(step));
            else await client.Agents.ArchiveAsync(Id(step), IsForced(step), Options(step));
            return null;
        },
        ["activateAgent"] = async (client, step) => IsDryRun(step)
            ? await client.Agents.DryRun.ActivateAsync(Id(step), Options(step))
            : await client.Agents.ActivateAsync(Id(step), (string?)step["reason"], Options(step)),
        ["deactivateAgent"] = async (client, step) => await client.Agents.DeactivateAsync(Id(step), (string?)step["reason"], Options(step)),
        ["rollBackAgent"] = async (client, step) =>
            await client.Agents.RollBackAsync(Id(step), (int)step["toVersion"]!, (string?)step["note"], Options(step)),
        ["getTemplate"] = async (client, step) => await client.Templates.FindAsync(Id(step)),
        ["deleteTemplate"] = async (client, step) =>
        {
            await client.Templates.DeleteAsync(Id(step), IsForced(step), Options(step));
            return null;
        },
        ["createTemplate"] = async (client, step) => await client.Templates.CreateAsync(Body<TemplateContent>(step), Options(step)),
        ["instantiateTemplate"] = async (client, step) =>
        {
            var body = step["body"]!;
            return await client.Templates.InstantiateAsync(
                Id(step), (string)body["name"]!, (string?)body["id"], body["variables"].Deserialize<JsonElement>(), options: Options(step));
        },
        ["exportAgents"] = async (client, _) =>
        {
            await using var lines = await client.Tasks.ExportAsync();
            return await JsonSerializer.DeserializeAsyncEnumerable<JsonElement>(lines, topLevelValues: true).ToListAsync();
        },
        ["importAgents"] = async (client, step) =>
        {
            var lines = string.Concat(step["lines"]!.AsArray().Select(line => $"{line!.ToJsonString()}\n"));
            var task = await client.Tasks.ImportAsync(Encoding.UTF8.GetBytes(lines), options: Options(step));
            return await client.Tasks.WaitAsync(task.Id);
        },
    };

    private readonly JsonObject _case;
    private readonly PlayedService _service;
    private readonly PlayedClock? _clock;
    private readonly ServiceProvider _services;
    private readonly AgentManagementClient _client;
    private readonly List<JsonNode> _watched = [];
    private readonly CancellationTokenSource _ending = new();
    private string _token = "one";
    private bool _replayed;
    private string? _folder;
    private AgentCache? _cache;
    private Task<KnownAgent>? _begun;
    private Task _watching = Task.CompletedTask;

    /// <param name="clock">Null for the system's.</param>
    public ConformancePlay(JsonObject played, PlayedService service, PlayedClock? clock)
    {
        (_case, _service, _clock) = (played, service, clock);
        var services = new ServiceCollection();
        if (clock is not null) services.AddSingleton<TimeProvider>(clock);
        services.AddAgentManagement(options =>
        {
            options.Address = service.Address;
            options.Token = (_, _) => new(service.Token(_token));
            options.OnAnswer = answer => _replayed = answer.Replayed;
            var given = played["client"];
            if (given?["retries"] is { } retries) options.MaxRetries = (int)retries;
            if (given?["maxRetryAfterSeconds"] is { } longest) options.MaxRetryAfter = TimeSpan.FromSeconds((double)longest);
            if (given?["timeoutSeconds"] is { } timeout) options.AttemptTimeout = TimeSpan.FromSeconds((double)timeout);
        });
        _services = services.BuildServiceProvider();
        _client = _services.GetRequiredService<AgentManagementClient>();
    }

    public async Task RunAsync()
    {
        foreach (var (step, number) in _case["steps"]!.AsArray().Select((step, index) => (step!.AsObject(), index + 1)))
        {
            try
            {
                await DoAsync(step);
            }
            catch (Exception exception)
            {
                throw new Xunit.Sdk.XunitException($"Step {number}, {step.ToJsonString()}: {exception.Message}", exception);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _watching;
        if (_cache is not null) await _cache.DisposeAsync();
        await _services.DisposeAsync();
        _ending.Dispose();
        if (_folder is not null) Directory.Delete(_folder, recursive: true);
    }

    private async Task DoAsync(JsonObject step)
    {
        var waited = _clock?.Waits.Count ?? 0;
        if (step["call"] is { } call) await CheckAsync(step, () => Calls[(string)call!](_client, step));
        else if (step["follow"] is { } follow) await FollowAsync(step, follow.AsObject());
        else if (step["cache"] is { } cache) await UseCacheAsync(step, (string)cache!);
        else if (step["watch"] is { } watch) _watching = WatchAsync(watch.AsObject());
        else if (step["watched"] is { } watched) await UntilAsync(() => CheckWatched(watched));
        else if (step["release"] is { } gate) await _service.Release((string)gate!);
        else if (step["token"] is { } token) _token = (string)token!;
        else if (step["advance"] is { } seconds) _clock!.Advance(TimeSpan.FromSeconds((double)seconds));
        else if (step["service"] is { } action) await _service.Control((string)action!);
        else throw new InvalidOperationException("The step is not known.");
        if (step["waits"] is { } waits)
        {
            CheckWithin(waits, new JsonArray([.. _clock!.Waits.Skip(waited).Select(wait => JsonValue.Create(wait.TotalSeconds))]), "waits");
        }
        if (step["replayed"] is { } replayed) Assert.Equal((bool)replayed, _replayed);
    }

    private IAsyncEnumerable<Message> Changes(JsonObject given, CancellationToken cancellationToken) => _client.Changes.FollowAsync(
        (long?)given["since"],
        given["silenceSeconds"] is { } silence ? new() { Silence = TimeSpan.FromSeconds((double)silence) } : null, cancellationToken);

    private async Task FollowAsync(JsonObject step, JsonObject given)
    {
        var revisions = new List<long>();
        await CheckAsync(new JsonObject { ["error"] = step["error"]?.DeepClone() }, async () =>
        {
            await foreach (var change in Changes(given, CancellationToken.None))
            {
                revisions.Add(change.Revision);
                if (revisions.Count == (int)step["take"]!) break;
            }
            return null;
        });
        Assert.Equal(step["revisions"]!.AsArray().Select(revision => (long)revision!), revisions);
    }

    /// <summary>Beside the steps that follow.</summary>
    private async Task WatchAsync(JsonObject given)
    {
        try
        {
            await foreach (var change in Changes(given, _ending.Token)) Note(JsonValue.Create(change.Revision));
        }
        catch (OperationCanceledException) when (_ending.IsCancellationRequested)
        {
            // The case has ended.
        }
        catch (Exception exception)
        {
            Note(JsonValue.Create(exception.ToString()));
        }

        void Note(JsonNode told)
        {
            lock (_watched) _watched.Add(told);
        }
    }

    private Task CheckWatched(JsonNode wanted)
    {
        lock (_watched) CheckWithin(wanted, new JsonArray([.. _watched.Select(told => told.DeepClone())]), "watched");
        return Task.CompletedTask;
    }

    private async Task UseCacheAsync(JsonObject step, string action)
    {
        switch (action)
        {
            case "open":
                if ((bool?)step["disk"] == true) _folder ??= Directory.CreateTempSubdirectory("conformance-").FullName;
                _cache = new(_client, new(_service.Tenant?.Invoke(_token) ?? (string)step["tenant"]!)
                {
                    Folder = (bool?)step["disk"] == true ? _folder : null,
                    Runtime = (string?)step["runtime"] is { } instance ? new(instance) : null,
                });
                await CheckAsync(step, async () =>
                {
                    await _cache.StartAsync();
                    return null;
                });
                break;
            case "get" when step["known"] is { } known:
                await CheckKnownAsync(step, known.AsObject());
                break;
            case "get":
                await UntilAsync(() => CheckKnownAsync(step, step["until"]!.AsObject()));
                break;
            case "resolve" when step["until"] is { } wanted:
                await UntilAsync(() => CheckResolvedAsync(step, wanted.AsObject()));
                break;
            case "resolve":
                await CheckResolvedAsync(step, step);
                break;
            case "begin":
                _begun = _cache!.GetAsync(Id(step)).AsTask();
                break;
            case "end":
                CheckWithin(step["known"]!, NodeOf(await _begun!), "known");
                break;
            case "close":
                await _cache!.DisposeAsync();
                _cache = null;
                break;
            default:
                throw new InvalidOperationException("The step is not known.");
        }
    }

    private async Task CheckKnownAsync(JsonObject step, JsonObject wanted)
    {
        if (wanted["error"] is not null) await CheckAsync(wanted, async () => await _cache!.GetAsync(Id(step)));
        else CheckWithin(wanted, NodeOf(await _cache!.GetAsync(Id(step))), "known");
    }

    private Task CheckResolvedAsync(JsonObject step, JsonObject wanted) => CheckAsync(
        new() { ["error"] = wanted["error"]?.DeepClone(), ["result"] = wanted["resolved"]?.DeepClone() },
        async () =>
        {
            var ids = step["ids"]!.AsArray().Select(id => (string)id!).ToList();
            var resolved = await _cache!.ResolveAsync((string)step["label"]!, ids, (string?)step["key"]);
            var node = JsonSerializer.SerializeToNode(resolved, Json)!;
            node["ageSeconds"] = resolved.Age.TotalSeconds;
            return node;
        });

    private static JsonNode NodeOf(KnownAgent known)
    {
        var node = JsonSerializer.SerializeToNode(known.Agent, Json)!;
        (node["ageSeconds"], node["isLive"]) = (known.Age.TotalSeconds, known.IsLive);
        return node;
    }

    private static async Task CheckAsync(JsonObject step, Func<Task<object?>> call)
    {
        object? result;
        try
        {
            result = await call();
        }
        catch (Exception error) when (step["error"] is JsonObject wanted)
        {
            if (wanted["kind"] is { } kind) Assert.True(Kinds[(string)kind!](error), $"The error is {error}.");
            foreach (var (member, value) in wanted.Where(each => each.Key != "kind"))
            {
                CheckWithin(value, MemberOf(error, member), member);
            }
            return;
        }
        Assert.True(step["error"] is null, $"There is no error, but {result}.");
        if (step["result"] is { } expected) CheckWithin(expected, JsonSerializer.SerializeToNode(result, Json), "result");
    }

    private static JsonNode? MemberOf(Exception error, string member) => (error, member) switch
    {
        (ApiException refusal, "status") => (int)refusal.Status,
        (ApiException refusal, "code") => refusal.Code,
        (ApiException refusal, "currentVersion") => refusal.CurrentVersion,
        (ApiException refusal, "correlationId") => refusal.CorrelationId,
        (ApiException refusal, "retryAfterSeconds") => refusal.RetryAfter?.TotalSeconds,
        (ApiException refusal, "errors") => JsonSerializer.SerializeToNode(refusal.Problem.Errors, Json),
        (ResyncRequiredException resync, "revision") => resync.Revision,
        _ => throw new InvalidOperationException($"{error.GetType().Name} has no {member}."),
    };

    /// <summary>Whether a value has all that is wanted, and perhaps more members; {min, max} bound a number.</summary>
    private static void CheckWithin(JsonNode? wanted, JsonNode? value, string path)
    {
        switch (wanted)
        {
            case JsonObject bounds when value?.GetValueKind() == JsonValueKind.Number:
                var number = NumberOf(value);
                Assert.True(
                    number >= ((double?)bounds["min"] ?? 0) && number <= ((double?)bounds["max"] ?? double.PositiveInfinity),
                    $"{path} is {number}.");
                break;
            case JsonObject members:
                Assert.True(value is JsonObject, $"{path} is {value?.ToJsonString()}.");
                foreach (var (name, each) in members) CheckWithin(each, value![name], $"{path}.{name}");
                break;
            case JsonArray items:
                Assert.True(value is JsonArray list && list.Count == items.Count, $"{path} is {value?.ToJsonString()}.");
                for (var index = 0; index < items.Count; index++) CheckWithin(items[index], value![index], $"{path}[{index}]");
                break;
            default:
                var isSame = wanted?.GetValueKind() == JsonValueKind.Number && value?.GetValueKind() == JsonValueKind.Number
                    ? Math.Abs(NumberOf(wanted) - NumberOf(value)) < 1e-6 : JsonNode.DeepEquals(wanted, value);
                Assert.True(isSame, $"{path} is {value?.ToJsonString()}, not {wanted?.ToJsonString()}.");
                break;
        }
    }

    private static double NumberOf(JsonNode value) => JsonDocument.Parse(value.ToJsonString()).RootElement.GetDouble();

    /// <summary>Asks again and again, for as long as a slow machine may need.</summary>
    private static async Task UntilAsync(Func<Task> check)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            try
            {
                await check();
                return;
            }
            catch (Exception) when (!patience.IsCancellationRequested)
            {
                await Task.Delay(20);
            }
        }
    }

    private static Func<Exception, bool> Is(params int[] statuses) =>
        error => error is ApiException refusal && statuses.Contains((int)refusal.Status);

    private static string Id(JsonObject step) => (string)step["id"]!;

    private static bool IsDryRun(JsonObject step) => (bool?)step["dryRun"] == true;

    private static bool IsForced(JsonObject step) => (bool?)step["force"] == true;

    private static T Body<T>(JsonObject step) => step["body"].Deserialize<T>(Json)!;

    private static WriteOptions Options(JsonObject step) => new()
    {
        IfMatch = (int?)step["ifMatch"], Merge = (bool?)step["merge"] == true,
        IdempotencyKey = step["key"]?.GetValueKind() == JsonValueKind.String ? (string?)step["key"] : null,
        SendOnce = step["key"]?.GetValueKind() == JsonValueKind.False,
    };

    private static AgentFilter Filter(JsonObject query)
    {
        var filter = new AgentFilter
        {
            Status = (string?)query["status"], Sort = (string?)query["sort"],
            Tags = [.. (query["tag"]?.AsArray() ?? []).Select(tag => (string)tag!)],
        };
        return query["limit"] is { } limit ? filter with { PageSize = (int)limit } : filter;
    }
}

/// <summary>A clock that goes on when somebody waits.</summary>
internal sealed class PlayedClock : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<TimeSpan> _waits = [];
    private DateTimeOffset _now = new(2026, 1, 31, 9, 30, 0, TimeSpan.Zero);

    public IReadOnlyList<TimeSpan> Waits
    {
        get
        {
            lock (_lock) return [.. _waits];
        }
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock) return _now;
    }

    public void Advance(TimeSpan time)
    {
        lock (_lock) _now += time;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime > TimeSpan.Zero)
        {
            lock (_lock)
            {
                _waits.Add(dueTime);
                _now += dueTime;
            }
            // So that whoever waits lets others go first.
            dueTime = TimeSpan.FromMilliseconds(5);
        }
        return System.CreateTimer(callback, state, dueTime, period);
    }
}
