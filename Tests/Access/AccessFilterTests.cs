using System.Reflection;
using AgentManagement.Audit;
using AgentManagement.Catalog;
using AgentManagement.Changes;
using AgentManagement.Files;
using AgentManagement.Operations;
using AgentManagement.Tasks;
using AgentManagement.Tenants;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Orleans.Providers;

namespace AgentManagement.Tests.Access;

/// <summary>The silo's own decision, whatever a gateway let through.</summary>
public sealed class AccessFilterTests(AccessFilterTests.LoggedSilo shared) : IClassFixture<AccessFilterTests.LoggedSilo>, IAsyncLifetime
{
    private readonly TestSilo _silo = shared.Silo;

    /// <summary>Every method of every grain interface that answers, found by reflection, so that a new one is tested too.</summary>
    public static TheoryData<string, string> Methods => [.. MethodsOf(isOneWay: false)];

    /// <summary>Those that answer nothing, so that a denial is in the log only.</summary>
    public static TheoryData<string, string> OneWayMethods => [.. MethodsOf(isOneWay: true)];

    public async ValueTask InitializeAsync()
    {
        await _silo.Tenant("acme").ApplyAsync("bot", new ReplaceAgent(Given.Content()));
        await _silo.Tenant("tenant").ApplyAsync("acme", new ReplaceAgent(Given.Content()));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Those of them that are a tenant's.</summary>
    public static TheoryData<string, string> MethodsOfTenants =>
        [.. MethodsOf(isOneWay: false)
            .Where(each =>
            typeof(IAgentGrain).Assembly.GetType(each.Contract)!.GetCustomAttribute<KeyedByAttribute>()!.Kind != KeyedBy.Platform)];

    [Theory, InlineData("admin"), InlineData("silo")]
    public async Task No_client_reaches_the_queues_of_streams_whatever_it_calls_itself(string role)
    {
        TestSilo.ActAs("acme", role);
        var queue = _silo.Grains.GetGrain<IMemoryStreamQueueGrain>(Guid.NewGuid());
        Assert.Equal("permission_denied", (await Assert.ThrowsAsync<AccessDeniedException>(() => queue.Dequeue(1))).Code);
    }

    [Theory, MemberData(nameof(MethodsOfTenants))]
    public async Task A_caller_of_another_tenant_is_denied_every_method(string contract, string method)
    {
        // "tenant" is where the key of a tenant's grain and that of an agent's could be mistaken for each other.
        foreach (var other in new[] { "intruder", "ACME", "tenant", "acme-2" })
        {
            TestSilo.ActAs(other);
            Assert.Equal("tenant_mismatch", (await DeniedAsync(contract, method)).Code);
        }
    }

    [Theory, MemberData(nameof(Methods))]
    public async Task Without_a_caller_every_method_is_denied(string contract, string method)
    {
        Caller.Current = null;
        Assert.Equal("permission_denied", (await DeniedAsync(contract, method)).Code);
    }

    [Theory, MemberData(nameof(Methods))]
    public async Task A_role_that_is_none_is_denied_every_method(string contract, string method)
    {
        TestSilo.ActAs("acme", role: "owner");
        Assert.Equal("permission_denied", (await DeniedAsync(contract, method)).Code);
    }

    [Fact]
    public async Task What_is_no_tenants_is_for_those_alone_who_have_the_permission_under_its_one_key()
    {
        TestSilo.ActAs("acme", role: "admin");
        var platform = _silo.Grains.GetGrain<IPlatformGrain>(GrainKeys.Platform);
        Assert.Equal("permission_denied", (await DeniedAsync(() => platform.ListDeniedAttemptsAsync(null, 1))).Code);
        Assert.Equal("permission_denied", (await DeniedAsync(() => platform.RecordDeniedAttemptsAsync([]))).Code);
        TestSilo.ActAs("acme", role: "platform_admin");
        Assert.True((await platform.ListDeniedAttemptsAsync(null, 1)).IsOk);
        Assert.Equal("permission_denied", (await DeniedAsync(() => platform.RecordDeniedAttemptsAsync([]))).Code);
        Assert.Equal("tenant_mismatch",
            (await DeniedAsync(() => _silo.Grains.GetGrain<IPlatformGrain>(GrainKeys.Tenant("acme"))
            .ListDeniedAttemptsAsync(null, 1))).Code);
    }

    [Theory, MemberData(nameof(OneWayMethods))]
    public async Task Calls_that_nobody_waits_for_are_denied_too(string contract, string method)
    {
        Caller?[] callers =
        [
            // Of the tenant itself, where the method is for its grains only.
            .. method is nameof(IFeedGrain.AnnounceAsync) or nameof(IFeedGrain.PublishAsync)
                ? [new Caller("acme", "tester", "admin", null, "of a client")] : Array.Empty<Caller>(),
            null, new("acme", "tester", "owner", null, "of a role that is none"),
            new("other", "tester", "admin", null, "of another tenant"),
        ];
        foreach (var caller in callers)
        {
            var denials = Denials();
            Caller.Current = caller;
            await CallAsync(contract, method);
            await Await.Until(() => Denials() == denials + 1, $"the call {caller?.CorrelationId ?? "without a caller"} is denied");
        }

        int Denials() => shared.Logs.Lines.Count(line => line.Contains($"Denied {contract}.{method}", StringComparison.Ordinal));
    }

    [Theory, InlineData("viewer"), InlineData("service")]
    public async Task Who_may_only_read_can_change_nothing(string role)
    {
        var tenant = _silo.Tenant("acme", role);
        foreach (var command in Commands())
        {
            Assert.Equal(
                "permission_denied", (await Assert.ThrowsAsync<AccessDeniedException>(() => tenant.ApplyAsync("bot", command))).Code);
        }
        Assert.Equal(1, (await _silo.Grains.GetGrain<IAgentGrain>(GrainKeys.Agent("acme", "bot")).GetAsync()).Value!.Version);
        await Assert.ThrowsAsync<AccessDeniedException>(() => _silo.Grains.GetGrain<ICatalogGrain>(GrainKeys.Tenant("acme"))
            .ListChangesAsync(new()));
    }

    [Fact]
    public async Task Only_an_admin_purges()
    {
        Assert.True((await _silo.Tenant("acme", "editor").ApplyAsync("to-purge", new ReplaceAgent(Given.Content()))).IsOk);
        await Assert.ThrowsAsync<AccessDeniedException>(() => _silo.Tenant("acme", "editor").ApplyAsync("to-purge", new PurgeAgent()));
        Assert.True((await _silo.Tenant("acme", "editor").ApplyAsync("to-purge", new ArchiveAgent())).IsOk);
        Assert.True((await _silo.Tenant("acme", "admin").ApplyAsync("to-purge", new PurgeAgent())).IsOk);
    }

    [Fact]
    public async Task A_key_that_is_none_is_answered_by_no_grain()
    {
        TestSilo.ActAs("acme");
        foreach (var key in new[] { "acme", "tenant/", "acme/BOT", "acme/bot/x", "a+b/c" })
        {
            await Assert.ThrowsAnyAsync<Exception>(() => _silo.Grains.GetGrain<IAgentGrain>(key).GetAsync());
            await Assert.ThrowsAnyAsync<Exception>(() => _silo.Grains.GetGrain<ITenantGrain>(key).GetAsync());
        }
    }

    [Fact]
    public async Task The_agent_of_a_tenant_called_tenant_is_not_the_tenant_of_the_same_key()
    {
        TestSilo.ActAs("tenant");
        Assert.Equal("acme", (await _silo.Grains.GetGrain<IAgentGrain>("tenant/acme").GetAsync()).Value!.Id);
        await Assert.ThrowsAsync<AccessDeniedException>(() => _silo.Grains.GetGrain<ITenantGrain>("tenant/acme").GetAsync());
        TestSilo.ActAs("acme");
        Assert.Equal("acme", (await _silo.Grains.GetGrain<ITenantGrain>("tenant/acme").GetAsync()).Id);
        await Assert.ThrowsAsync<AccessDeniedException>(() => _silo.Grains.GetGrain<IAgentGrain>("tenant/acme").GetAsync());
    }

    [Fact]
    public async Task A_clone_reads_its_source_within_the_tenant_only()
    {
        var outcome = await _silo.Tenant("intruder").ApplyAsync("copy", new CloneAgent("bot", "Copy"));
        outcome.Refused(OutcomeKind.NotFound, "not_found");
    }

    [Fact]
    public async Task A_denial_says_nothing_of_the_other_tenant()
    {
        TestSilo.ActAs("intruder");
        var there = await DeniedAsync(() => _silo.Grains.GetGrain<IAgentGrain>("acme/bot").GetAsync());
        var notThere = await DeniedAsync(() => _silo.Grains.GetGrain<IAgentGrain>("acme/none").GetAsync());
        Assert.Equal((notThere.Code, notThere.Message), (there.Code, there.Message));
        Assert.DoesNotContain("acme", there.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_needs_no_caller()
    {
        Caller.Current = null;
        Assert.NotEmpty(await _silo.Grains.GetGrain<IHealthGrain>(IHealthGrain.Key).CheckAsync());
    }

    private static AgentCommand[] Commands() =>
    [
        new CreateAgent(Given.Content()), new ReplaceAgent(Given.Content()), new PatchAgent(new("{}")), new ActivateAgent(null),
        new DeactivateAgent(null),
        new ArchiveAgent(), new RestoreAgent(), new PurgeAgent(), new CloneAgent("bot", "Copy"), new RollbackAgent(1, null),
    ];

    private static IEnumerable<(string Contract, string Method)> MethodsOf(bool isOneWay) =>
        from type in ContractRulesTests.GrainInterfaces
        from method in type.GetMethods()
        where !method.IsDefined(typeof(OpenToAllAttribute)) && method.IsDefined(typeof(OneWayAttribute)) == isOneWay
        select (type.FullName!, method.Name);

    private Task<AccessDeniedException> DeniedAsync(string contract, string method) =>
        DeniedAsync(() => CallAsync(contract, method));

    private Task CallAsync(string contract, string method)
    {
        var type = typeof(IAgentGrain).Assembly.GetType(contract)!;
        var key = type.GetCustomAttribute<KeyedByAttribute>()!.Kind switch
        {
            KeyedBy.Agent => GrainKeys.Agent("acme", "bot"),
            KeyedBy.Task => GrainKeys.Task("acme", TaskId.Of("task")),
            KeyedBy.Template => GrainKeys.Template("acme", "desk"),
            KeyedBy.File => GrainKeys.File("acme", FileId.Of(new byte[32])),
            KeyedBy.Label => GrainKeys.Label("acme", "production"),
            KeyedBy.Platform => GrainKeys.Platform,
            _ => GrainKeys.Tenant("acme"),
        };
        var called = type.GetMethod(method)!;
        return called.Invoke(_silo.Grains.GetGrain(type, key), [.. called.GetParameters().Select(Argument)]) switch
        {
            IAsyncEnumerable<ChangeBatch> watch => watch.GetAsyncEnumerator(TestContext.Current.CancellationToken).MoveNextAsync().AsTask(),
            var answer => (Task)answer!,
        };
    }

    private static Task<AccessDeniedException> DeniedAsync(Func<Task> call) => Assert.ThrowsAsync<AccessDeniedException>(call);

    private static object? Argument(ParameterInfo parameter) => parameter.ParameterType switch
    {
        var type when type == typeof(AgentCommand) => new ArchiveAgent(),
        var type when type == typeof(TaskCommand) => new RevalidateAgents(),
        var type when type == typeof(string) => "bot",
        { IsValueType: true } type => Activator.CreateInstance(type),
        var type => type.GetConstructor(Type.EmptyTypes)?.Invoke(null),
    };

    /// <summary>A silo that the tests share, and what it logs.</summary>
    public sealed class LoggedSilo : IAsyncLifetime
    {
        internal LogCapture Logs { get; } = new();

        internal TestSilo Silo { get; private set; } = null!;

        public async ValueTask InitializeAsync() =>
            Silo = await TestSilo.StartAsync("sqlite", configure: services => services.AddSingleton<ILoggerProvider>(Logs));

        public ValueTask DisposeAsync() => Silo.DisposeAsync();
    }
}
