using System.Collections.Concurrent;
using System.Threading.Channels;

namespace AgentManagement.Tests.Support;

/// <summary>Words that grain code sends to the test, in order; found by name, also from within a grain.</summary>
public static class Inbox
{
    private static readonly ConcurrentDictionary<string, Channel<string>> All = new();

    public static void Post(string name, string word) => Of(name).Writer.TryWrite(word);

    /// <summary>The next word, as soon as it comes.</summary>
    public static Task<string> Next(string name) => Await.For(Of(name).Reader.ReadAsync().AsTask(), $"a word in the inbox {name}");

    /// <summary>The next words, as soon as there are as many.</summary>
    public static async Task<string[]> Next(string name, int count)
    {
        var words = new string[count];
        for (var index = 0; index < count; index++) words[index] = await Next(name);
        return words;
    }

    /// <summary>Takes words until this one has come.</summary>
    public static async Task<string[]> Until(string name, string word)
    {
        var words = new List<string>();
        do words.Add(await Next(name));
        while (words[^1] != word);
        return [.. words];
    }

    /// <summary>What is there and was not taken yet.</summary>
    public static bool IsEmpty(string name) => Of(name).Reader.Count == 0;

    private static Channel<string> Of(string name) => All.GetOrAdd(name, static _ => Channel.CreateUnbounded<string>());
}
