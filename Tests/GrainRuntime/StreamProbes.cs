using AgentManagement.Tests.Support;
using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;
using Orleans.Streams;
using Orleans.Streams.Core;

namespace AgentManagement.Tests.GrainRuntime;

[GenerateSerializer]
[Alias("tests.Note")]
public sealed class Note
{
    [Id(0)]
    public string Text { get; set; } = "";

    [Id(1)]
    public List<string> Readers { get; set; } = [];
}

/// <summary>A consumer that tells the inbox of its name what it reads, and does what the text says.</summary>
public sealed class Reader(string name) : IAsyncObserver<Note>
{
    public const string Provider = "streams";
    private bool _hasFailed;

    public async Task OnNextAsync(Note item, StreamSequenceToken? token = null)
    {
        item.Readers.Add(name);
        Inbox.Post(name, item.Text switch
        {
            "count" => $"reader {item.Readers.Count}",
            "context" => $"context {RequestContext.Get("tenant")}",
            _ => item.Text,
        });
        if (item.Text.StartsWith("hold ", StringComparison.Ordinal)) await Checkpoint.Pass(item.Text[5..]);
        if (item.Text == "fail once" && !_hasFailed)
        {
            _hasFailed = true;
            throw new FormatException("It fails once.");
        }

        if (item.Text == "fail") throw new FormatException("It fails always.");
    }

    public Task OnErrorAsync(Exception ex)
    {
        Inbox.Post(name, "error");
        return Task.CompletedTask;
    }
}

public interface IPublisherGrain : IGrainWithStringKey
{
    Task Publish(string streamNamespace, string key, string[] texts);
}

public sealed class PublisherGrain : Grain, IPublisherGrain
{
    public async Task Publish(string streamNamespace, string key, string[] texts)
    {
        var stream = this.GetStreamProvider(Reader.Provider).GetStream<Note>(StreamId.Create(streamNamespace, key));
        foreach (var text in texts) await stream.OnNextAsync(new() { Text = text });
    }
}

/// <summary>A grain that the stream "listened" of any key can be read by.</summary>
public interface IListenerGrain : IGrainWithStringKey
{
    Task Subscribe(string key);

    Task<int> CountSubscriptions(string key);

    Task Unsubscribe(string key);

    /// <summary>Unsubscribes twice with one handle.</summary>
    Task UnsubscribeTwice(string key);

    Task Read(string text);

    Task Leave();

    [AlwaysInterleave]
    Task Ping();
}

public sealed class ListenerGrain : Grain, IListenerGrain
{
    private readonly Reader _reader;

    public ListenerGrain() => _reader = new(this.GetPrimaryKeyString());

    // Takes up again what an activation before it subscribed to: the stream of its own key.
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        foreach (var handle in await Stream(this.GetPrimaryKeyString()).GetAllSubscriptionHandles())
        {
            await handle.ResumeAsync(_reader);
            Inbox.Post(this.GetPrimaryKeyString(), "resumed");
        }
    }

    public Task Subscribe(string key) => Stream(key).SubscribeAsync(_reader);

    public async Task<int> CountSubscriptions(string key) => (await Stream(key).GetAllSubscriptionHandles()).Count;

    public async Task Unsubscribe(string key)
    {
        foreach (var handle in await Stream(key).GetAllSubscriptionHandles()) await handle.UnsubscribeAsync();
    }

    public async Task UnsubscribeTwice(string key)
    {
        var handle = (await Stream(key).GetAllSubscriptionHandles())[0];
        await handle.UnsubscribeAsync();
        await handle.UnsubscribeAsync();
    }

    public Task Read(string text) => _reader.OnNextAsync(new() { Text = text });

    public Task Leave()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public Task Ping() => Task.CompletedTask;

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Inbox.Post(this.GetPrimaryKeyString(), "left");
        return Task.CompletedTask;
    }

    private IAsyncStream<Note> Stream(string key) =>
        this.GetStreamProvider(Reader.Provider).GetStream<Note>(StreamId.Create("listened", key));
}

public interface IFollowerGrain : IGrainWithStringKey;

/// <summary>Attaches its reader when it hears of its subscription.</summary>
[ImplicitStreamSubscription("followed")]
public sealed class FollowerGrain : Grain, IFollowerGrain, IStreamSubscriptionObserver
{
    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory)
    {
        Inbox.Post(this.GetPrimaryKeyString(), $"subscribed to {handleFactory.StreamId} of {handleFactory.ProviderName}");
        return handleFactory.Create<Note>().ResumeAsync(new Reader(this.GetPrimaryKeyString()));
    }
}

public interface IAttendantGrain : IGrainWithStringKey;

/// <summary>Attaches its reader, as delegates, when it is activated.</summary>
[ImplicitStreamSubscription("attended")]
public sealed class AttendantGrain : Grain, IAttendantGrain
{
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var reader = new Reader(this.GetPrimaryKeyString());
        var stream = this.GetStreamProvider(Reader.Provider).GetStream<Note>(StreamId.Create("attended", this.GetPrimaryKeyString()));
        await stream.SubscribeAsync(reader.OnNextAsync, reader.OnErrorAsync);
    }
}
