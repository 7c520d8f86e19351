using System.Buffers.Text;
using System.Text;
using AgentManagement.Domain.Json;
using AgentManagement.Grains.Catalog;
using AgentManagement.Grains.Storage;

namespace AgentManagement.Tests.Json;

public sealed class CursorTests
{
    private const string List = "agents by Name up";

    public static TheoryData<string> Garbage =>
    [
        "", " ", "x", "A", "QR", "QQ==", "====", "%", "é", "\0", "null", "e30", Encode("null"), Encode("[]"), Encode("{}"), Encode("1"),
        Encode("\"a\""),
        Encode($"[\"{List}\",\"a\"]"), Encode($"[\"{List}\",\"a\",\"b\",\"c\"]"), Encode($"[\"{List}\",null,\"b\"]"),
        Encode($"[\"{List}\",\"a\",null]"),
        Encode($"[\"{List}\",1,\"b\"]"), Encode($"[\"{List}\",[\"a\"],\"b\"]"), Encode($"[null,\"a\",\"b\"]"),
        Encode($"[\"{List}\",\"a\",\"b\"],"),
        Encode($"[\"{List}\",\"\\ud800\",\"b\"]"), Encode($"[\"{List}\",\"a\\u0000\",\"b\"]"), Encode($"[\"{List}\",\"a\",\"\\u0000\"]"),
        Encode("[\"agents by Name down\",\"a\",\"b\"]"),
        Base64Url.EncodeToString([.. Encoding.UTF8.GetBytes($"[\"{List}\",\""), 0xFF, .. "\",\"b\"]"u8]),
        Encode(new string('[', 1_000)), Encode($"[\"{List}\",\"{new string('a', 4_000)}\",\"b\"]"),
    ];

    [Theory, MemberData(nameof(Garbage))]
    public void Garbage_is_refused(string cursor) => Assert.False(Cursor.TryRead(cursor, List, out _));

    [Fact]
    public void Random_garbage_is_refused_and_nothing_is_thrown()
    {
        var random = new Random(1);
        for (var round = 0; round < 20_000; round++)
        {
            var text = new string([.. Enumerable.Range(0, random.Next(12)).Select(_ => (char)random.Next(round % 2 == 0 ? 128 : 0x10000))]);
            Assert.False(Cursor.TryRead(text, List, out _));
            Assert.False(Cursor.TryReadNumber(text, List, out _));
        }
    }

    [Fact]
    public void A_cursor_that_was_changed_in_any_character_never_throws()
    {
        var cursor = Cursor.MakePage(["a", "b"], 1, List, item => new ListPosition(item, "é-😀")).NextCursor!;
        for (var at = 0; at < cursor.Length; at++)
        {
            foreach (var letter in "A_=9 \0é") _ = Cursor.TryRead($"{cursor[..at]}{letter}{cursor[(at + 1)..]}", List, out _);
            _ = Cursor.TryRead(cursor[..at], List, out _);
        }
    }

    [Theory, InlineData("a", "b"), InlineData("", ""), InlineData("é\n\"😀", "x-1"), InlineData("2026-01-01T00:00:00.0000000+00:00", "bot")]
    public void A_position_comes_back_as_it_was(string key, string id)
    {
        var cursor = Cursor.MakePage([1, 2], 1, List, _ => new ListPosition(key, id)).NextCursor;
        Assert.True(Cursor.TryRead(cursor, List, out var position));
        Assert.Equal(new ListPosition(key, id), position);
        Assert.False(Cursor.TryRead(cursor, "another list", out _));
    }

    [Fact]
    public void The_position_of_the_longest_name_fits()
    {
        var cursor = Cursor.MakePage(
            [1, 2], 1, List, _ => new ListPosition(string.Concat(Enumerable.Repeat("😀", 200)), new string('a', 63))).NextCursor;
        Assert.True(Cursor.TryRead(cursor, List, out _));
    }

    [Fact]
    public void No_cursor_is_the_start()
    {
        Assert.True(Cursor.TryRead(null, List, out var position));
        Assert.Null(position);
        Assert.True(Cursor.TryReadNumber(null, List, out var below));
        Assert.Equal(long.MaxValue, below);
    }

    [Theory, InlineData("12", true), InlineData("0", true), InlineData("-1", false), InlineData("1.5", false), InlineData("", false),
        InlineData(" 1", false)]
    [InlineData("9223372036854775808", false), InlineData("1e3", false), InlineData("１", false)]
    public void A_number_is_digits(string key, bool accepted)
    {
        var cursor = Cursor.MakePage([1, 2], 1, List, _ => new ListPosition(key, "")).NextCursor;
        Assert.Equal(accepted, Cursor.TryReadNumber(cursor, List, out var below));
        if (accepted) Assert.Equal(key, $"{below}");
    }

    [Theory, InlineData(3, 3, false), InlineData(4, 3, true), InlineData(0, 3, false), InlineData(2, 3, false)]
    public void A_page_has_a_next_one_exactly_when_there_is_more(int found, int limit, bool hasNext)
    {
        var page = Cursor.MakePage([.. Enumerable.Range(1, found)], limit, List, item => new ListPosition($"{item}", ""), total: 9);
        Assert.Equal(Math.Min(found, limit), page.Items.Length);
        Assert.Equal(9, page.Total);
        Assert.Equal(hasNext, page.NextCursor is not null);
        if (!hasNext) return;
        Assert.True(Cursor.TryReadNumber(page.NextCursor, List, out var last));
        Assert.Equal(limit, last);
    }

    [Fact]
    public void The_refusal_is_of_a_malformed_request() => Assert.Equal(OutcomeKind.Malformed, Cursor.Refuse<int>().Kind);

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
