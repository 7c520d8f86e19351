using System.Buffers;
using System.Text;
using System.Text.Json;
using AgentManagement.Json;

namespace AgentManagement.Agents;

/// <summary>Takes large texts out of a configuration and puts them back, byte for byte.</summary>
internal static class ConfigCut
{
    /// <summary>A text without its quotation marks, as it is written in the JSON.</summary>
    /// <param name="At">Where in the UTF-8 of the rest it belongs.</param>
    /// <param name="Bytes">UTF-8, escapes included.</param>
    public sealed record Text(int At, ReadOnlyMemory<byte> Bytes);

    /// <summary>The configuration with nothing between the quotation marks of each large value, and what was there.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="leastBytes">What is large.</param>
    public static (JsonText Remaining, ImmutableArray<Text> Texts) Cut(JsonText config, int leastBytes)
    {
        var whole = Encoding.UTF8.GetBytes(config.Text);
        var rest = new ArrayBufferWriter<byte>(whole.Length);
        var texts = ImmutableArray.CreateBuilder<Text>();
        var reader = new Utf8JsonReader(whole, new JsonReaderOptions { MaxDepth = StrictJson.MaximumDepth });
        var done = 0;
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.String || reader.ValueSpan.Length < leastBytes) continue;
            var start = (int)reader.TokenStartIndex + 1;
            rest.Write(whole.AsSpan(done..start));
            done = start + reader.ValueSpan.Length;
            texts.Add(new(rest.WrittenCount, whole.AsMemory(start..done)));
        }
        rest.Write(whole.AsSpan(done));
        return (new(Encoding.UTF8.GetString(rest.WrittenSpan)), texts.ToImmutable());
    }

    /// <summary>The configuration as it was before the cut.</summary>
    public static JsonText Join(JsonText rest, IEnumerable<Text> texts)
    {
        var bytes = Encoding.UTF8.GetBytes(rest.Text);
        var whole = new ArrayBufferWriter<byte>(bytes.Length);
        var done = 0;
        foreach (var text in texts)
        {
            whole.Write(bytes.AsSpan(done..text.At));
            whole.Write(text.Bytes.Span);
            done = text.At;
        }
        whole.Write(bytes.AsSpan(done));
        return new(Encoding.UTF8.GetString(whole.WrittenSpan));
    }
}
