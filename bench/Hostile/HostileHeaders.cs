namespace AgentManagement.Bench.Hostile;

/// <summary>Headers that make a write impossible, on writes that would succeed without them.</summary>
internal static class HostileHeaders
{
    private static readonly string[] NoTags = ["abc", "\"unclosed", "*, \"1\"", "\"1\" \"2\"", "1", "W/1", ",", "\"1\";q=1"];
    private static readonly string[] OtherVersions =
        ["\"999999\"", "W/\"99\"", "w/\"98\"", "\"01\"", "\"-1\"", "\"1e0\"", "\"\"", "\"99999999999999999999\"", "\"999999\", \"999998\""];
    private static readonly string[] BadKeys = ["a b", "a\tb", "\u00c3\u00a9", new string('k', 256), "", "\u0001", "\u007f"];
    private static readonly string[] OtherTypes =
    [
        "text/plain", "application/xml", "application/json; charset=utf-16", "multipart/form-data; boundary=x",
        "application/x-www-form-urlencoded",
        "application/jsonx", "json", "application/", "*/*", "application/octet-stream", "text/json;charset=latin1",
    ];

    public static HostileRequest Make(Random random, HostileWorld world)
    {
        var good = random.GetItems(world.Writes.AsSpan(), 1)[0];
        return random.Next(8) switch
        {
            0 => Refused("If-Match is no list of tags", 400).With("If-Match", random.GetItems(NoTags, 1)[0]),
            1 => OfExisting("If-Match of another version", 412).With("If-Match", random.GetItems(OtherVersions, 1)[0]),
            2 => IfNoneMatch(),
            3 => Refused("Idempotency-Key", 400).With("Idempotency-Key", random.GetItems(BadKeys, 1)[0]),
            4 => Refused("two Idempotency-Keys", 400).With("Idempotency-Key", "a").With("Idempotency-Key", "b"),
            5 => Refused("content type", 415) with { ContentType = random.GetItems(OtherTypes, 1)[0] },
            6 => Refused("Accept", 406)
                .With("Accept", random.GetItems(["application/xml", "text/html", "application/json;q=0", "image/*"], 1)[0]),
            _ => random.Next(4) switch
            {
                0 => Refused("headers too large", 431).With("X-Filler", new string('x', 40_000)),
                1 => Refused("headers far too large", 431).With("X-Filler", new string('x', 70_000)) with { IsBelowHttp = true },
                2 => Refused("bytes in a header", 400).With("Idempotency-Key", "a\u00ff\u00feb") with { IsBelowHttp = true },
                _ => Refused("Host", 400).With("Host", "a b") with { IsBelowHttp = true },
            },
        };

        HostileRequest Refused(string kind, params int[] expected) =>
            new HostileRequest(kind, good.Method, good.Target, expected) { Token = world.Admin }.With(good.BodyBytes, good.ContentType);

        HostileRequest OfExisting(string kind, params int[] expected)
        {
            // A clone makes another agent than the one in its path.
            good = random.GetItems(world.Writes.Where(write => write.IsOfExisting
                && !write.Target.EndsWith("clone", StringComparison.Ordinal)).ToArray(), 1)[0];
            return Refused(kind, expected);
        }

        HostileRequest IfNoneMatch()
        {
            var value = random.GetItems(["*", "\"1\"", "abc", "W/\"1\"", "*, *"], 1)[0];
            good = random.GetItems(world.Writes.Where(write => value != "*" || write.IsOfExisting).ToArray(), 1)[0];
            return Refused("If-None-Match", value == "*" && good.Method == "PUT" ? 412 : 400).With("If-None-Match", value);
        }
    }
}
