using System.IO.Compression;
using System.Text;

namespace AgentManagement.Bench.Hostile;

/// <summary>Bodies that are not strict JSON, or too large, in requests that would succeed otherwise.</summary>
internal static class HostileJson
{
    private const int BodyLimit = 1024 * 1024;

    // Put as the first member of a valid object, each makes it malformed.
    private static readonly string[] BadMembers =
    [
        @"""x"":""\ud800""", @"""x"":""\udc00""", @"""x"":""\ude00\ud83d""", @"""x"":""a\ud83db""", @"""\ud800"":1",
        @"""x"":""\u0000""", @"""\u0000"":1", @"""x"":[[""a\u0000b""]]",
        @"""x"":NaN", @"""x"":Infinity", @"""x"":-Infinity", @"""x"":01", @"""x"":1.", @"""x"":.5", @"""x"":+1", @"""x"":0x10",
        @"""x"":1e", @"""x"":'a'", @"x:1", @"""x"":undefined", @"""x"":True", @"""x""", @"""x"":", @"""x"":1,,""y"":1", @"""x"":""\q""",
        @"""x"":""\u12""", @"""x"":[1,]", @"""x"":{,}", @"""x"":/* */1", @"// comment", "\"x\":\"a\nb\"", "\"x\":\"a\tb\"",
        @"""x"":1,""x"":2", @"""x"":1,""\u0078"":2", @"""x"":{""a"":1,""a"":1}", @"""x"":[{""a"":{},""a"":{}}]", @"""x"":1,""y"":2,""x"":1",
    ];

    private static readonly byte[][] BadBytes =
    [
        [0xFF], [0xFE], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82], [0x80],
        [0xF8, 0x88, 0x80, 0x80, 0x80], [0x00], [0x01], [0x1F],
    ];

    public static HostileRequest Make(Random random, HostileWorld world)
    {
        var good = random.GetItems(world.Writes.AsSpan(), 1)[0];
        // Validation answers 200 with issues for bad content, but not for what is no JSON.
        if (good.IsContent && random.Next(8) == 0) good = good with { Method = "POST", Target = "/api/v1/agents/validate" };
        var body = good.BodyBytes;
        return random.Next(9) switch
        {
            0 => Request("truncated", body[..random.Next(1, body.Length)]),
            1 => Request("bytes", Insert(body, random.Next(1, body.Length), random.GetItems(BadBytes, 1)[0])),
            2 => Request("byte flip", Flip(
                body, random.Next(body.Length), random.Next(2) == 0 ? (byte)0xFF : (byte)random.Next(0x01, 0x09))),
            3 => Request("deep", Encoding.UTF8.GetBytes(Deep(random, good.Body))),
            4 => Request("after the end", [
                .. body, .. Encoding.UTF8.GetBytes(random.GetItems(["}", " x", "{}", "\0", "]", "null", ","], 1)[0]),
            ]),
            5 => Request("UTF-16", Encoding.Unicode.GetBytes(good.Body)),
            6 => random.Next(4) == 0
                ? Request("gzip", Zip(body)).With("Content-Encoding", "gzip") with { Expected = [400, 415] }
                : Member(),
            7 => random.Next(8) == 0 ? TooLarge() : Member(),
            _ => Member(),
        };

        HostileRequest Request(string kind, byte[] bytes) =>
            new HostileRequest($"JSON: {kind}", good.Method, good.Target, 400) { Token = world.Admin }.With(bytes, good.ContentType) with
            {
                IsChunked = random.Next(4) == 0,
            };

        HostileRequest Member()
        {
            var member = random.GetItems(BadMembers, 1)[0];
            return Request($"member {member}", Encoding.UTF8.GetBytes($"{{{member},{good.Body[1..]}"));
        }

        HostileRequest TooLarge()
        {
            var filler = new string('x', BodyLimit + random.Next(1_000_000));
            return Request("too large", Encoding.UTF8.GetBytes($"{{\"x\":\"{filler}\",{good.Body[1..]}")) with { Expected = [413] };
        }
    }

    private static string Deep(Random random, string body)
    {
        var depth = random.Next(50, random.Next(2) == 0 ? 100 : 50_000);
        var (open, close) = random.Next(2) == 0 ? ("[", "]") : ("{\"a\":", "}");
        var nested = new StringBuilder().Insert(0, open, depth);
        if (random.Next(4) != 0) nested.Append('1').Insert(nested.Length, close, depth);
        return $"{{\"x\":{nested},{body[1..]}";
    }

    private static byte[] Insert(byte[] body, int at, byte[] bytes) => [.. body[..at], .. bytes, .. body[at..]];

    private static byte[] Flip(byte[] body, int at, byte value)
    {
        body[at] = value;
        return body;
    }

    private static byte[] Zip(byte[] body)
    {
        using var zipped = new MemoryStream();
        using (var stream = new GZipStream(zipped, CompressionLevel.Fastest)) stream.Write(body);
        return zipped.ToArray();
    }
}
