namespace Orleans.Streams;

/// <summary>An item that was accepted: the stream's own copy, and the producer's RequestContext.</summary>
internal sealed record StreamItem(long Number, object? Value, ImmutableDictionary<string, object> Context);
