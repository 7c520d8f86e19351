using System.Reflection;
using AgentManagement.Changes;
using AgentManagement.Grains.Storage;
using AgentManagement.Templates;
using AgentManagement.Tenants;

namespace AgentManagement.Tests.Changes;

/// <summary>What grains tell the feed after a write is what the log says of it, at the log's revision.</summary>
public sealed class PublishedChangesTests
{
    public static TheoryData<string> Kinds => TestDatabase.Kinds;

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_watcher_is_told_without_a_look_at_the_log_what_the_log_says(string kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var log = new HiddenLog();
        await using var silo = await TestSilo.StartAsync(database, adjust: log.Hide);
        var told = new List<ChangeEvent>();
        await using var watch = Watch(silo);
        // The first answer, before any write: from here on nothing is new to the feed but what it is told.
        Assert.True(await Await.For(watch.MoveNextAsync().AsTask(), "the watch"));
        Assert.Empty(watch.Current.Changes);
        log.IsHidden = true;
        foreach (var write in Writes(silo))
        {
            await write();
            told.Add(await Await.For(NextAsync(watch), $"change {told.Count + 1}"));
        }
        log.IsHidden = false;
        Assert.Equal(await LogAsync(silo), told.Select(Text));
    }

    private static IEnumerable<Func<Task>> Writes(TestSilo silo)
    {
        yield return () => silo.Tenant("acme").ApplyAsync("bot", new CreateAgent(Sample.Content()));
        yield return () => silo.Tenant("acme").ApplyAsync("bot", new ReplaceAgent(Sample.Content(name: "Zoë \\\"B\\\"", text: "New.")));
        yield return () => silo.Tenant("acme").ApplyAsync("bot", new ActivateAgent("because"));
        yield return () => silo.Tenant("acme").ApplyTemplateAsync("house", new CreateTemplate(new("""
            {"name":"House","type":"rag","config":{"instructions":{"template":"Help."}}}
            """)));
        yield return () => silo.Tenant("acme", "platform_admin").ConfigureAsync(new ConfigureTenant("professional", new("{}")));
        yield return () => silo.Tenant("acme").ApplyAsync("bot", new ArchiveAgent());
        yield return () => silo.Tenant("acme").ApplyAsync("bot", new PurgeAgent());
    }

    private static IAsyncEnumerator<ChangeBatch> Watch(TestSilo silo)
    {
        TestSilo.ActAs("acme", "viewer");
        return silo.Grains.GetGrain<IFeedGrain>(GrainKeys.Tenant("acme"))
            .WatchAsync(new() { Since = 0 }, TestContext.Current.CancellationToken)
            .GetAsyncEnumerator(TestContext.Current.CancellationToken);
    }

    private static async Task<ChangeEvent> NextAsync(IAsyncEnumerator<ChangeBatch> watch)
    {
        while (await watch.MoveNextAsync())
        {
            if (!watch.Current.Changes.IsEmpty) return Assert.Single(watch.Current.Changes);
        }
        throw new InvalidOperationException("The watch has ended.");
    }

    private static async Task<IEnumerable<string>> LogAsync(TestSilo silo) =>
        [.. (await silo.Services.GetRequiredService<IChangeLog>().ReadChangesAsync("acme", 0, 100, default)).Select(Text)];

    // Records compare their arrays by reference.
    private static string Text(ChangeEvent change) => JsonSerializer.Serialize(change);

    /// <summary>A log in which nothing new is found while it is hidden.</summary>
    private sealed class HiddenLog
    {
        public bool IsHidden { get; set; }

        public void Hide(IServiceCollection services)
        {
            var registered = services.Last(service => service.ServiceType == typeof(IChangeLog));
            services.AddSingleton(provider =>
            {
                var log = DispatchProxy.Create<IChangeLog, Proxy>();
                ((Proxy)log).Use(this, (IChangeLog)(registered.ImplementationFactory?.Invoke(provider)
                    ?? ActivatorUtilities.CreateInstance(provider, registered.ImplementationType!)));
                return log;
            });
        }

#pragma warning disable CA1852 // The proxy is made to derive from it.
        internal class Proxy : DispatchProxy
#pragma warning restore CA1852
        {
            private HiddenLog _hidden = null!;
            private IChangeLog _log = null!;

            public void Use(HiddenLog hidden, IChangeLog log) => (_hidden, _log) = (hidden, log);

            protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
                _hidden.IsHidden && targetMethod!.Name == nameof(IChangeLog.ReadChangesAsync)
                    ? Task.FromResult(ImmutableArray<ChangeEvent>.Empty)
                    : targetMethod!.Invoke(_log, args);
        }
    }
}
