namespace AgentManagement.Bench.Hostile;

/// <summary>Methods, paths and queries that lead nowhere.</summary>
internal static class HostileAddresses
{
    private const string Agents = "/api/v1/agents";

    private static readonly string[] BadQueries =
    [
        "limit=0", "limit=-1", "limit=201", "limit=abc", "limit=1e2", "limit=%205", "limit=", "limit=99999999999", "limit=1&limit=2",
        "limit=1.0", "limit=%zz",
        "cursor=abc", "cursor=", "cursor=%00", "cursor=W10", "cursor=bnVsbA", "cursor=eyJhIjoxfQ", "cursor=WyJhIiwiYiIsImMiXQ",
        "cursor=WzEsMiwzXQ",
        "unknown=1", "Limit=5", "=", "x%ff=1", "%00=1", "cursor=a&cursor=b", "limit%5B%5D=1", "tenant_id=bystander",
    ];

    private static readonly string[] BadListQueries =
    [
        "status=live", "status=", "status=Active", "type=robot", "sort=id", "sort=--name", "sort=name,type", "sort=Name", "tag=", "q=",
        "q=%00", "q=a%0Ab",
        "status=active&status=draft", "offset=1", "sort=name;drop%20table%20agents",
    ];

    private static readonly string[] BadLogQueries =
        ["from=yesterday", "from=2026-01-01", "to=2026-13-01T00:00:00Z", "from=2026-01-01T00:00:00", "kind=agent_exploded", "actor=",
            "from=1767225600", "to=%F0%9F%98%80"];

    private static readonly string[] NoWhere =
    [
        $"{Agents}/UPPER", $"{Agents}/a%2fb", $"{Agents}/..%2f..%2ftenant", $"{Agents}/%252e%252e", $"{Agents}/-a", $"{Agents}/a_b",
        $"{Agents}/%C3%A9",
        $"{Agents}/none-such", $"{Agents}/none-such/versions", $"{Agents}/victim-draft/versions/0", $"{Agents}/victim-draft/versions/-1",
        $"{Agents}/victim-draft/versions/999", $"{Agents}/victim-draft/versions/1e0", $"{Agents}/victim-draft/versions/99999999999999",
        $"{Agents}/victim-draft/versions/01", $"{Agents}/victim-draft/versions/1/diff/999", $"{Agents}/victim-draft/versions/a/diff/b",
        $"{Agents}/victim-draft/secrets",
        $"{Agents}/victim-draft%20", $"{Agents}/victim-draft;x=1", $"{Agents}/victim-draft%0d%0aX:y",
        $"{Agents}/%2e%2e/%2e%2e/%2e%2e/etc/passwd", $"{Agents}/....//....//etc/passwd",
        $"{Agents}/\\..\\..\\windows", $"{Agents}/%ff", $"{Agents}/' or 1=1--".Replace(" ", "%20", StringComparison.Ordinal), "/api/v1",
        "/api/v1/", "/api/v2/agents", "/api/v1/agentsx",
        "/internal/v1/tenants/bystander/agentsx", "/api/v1/tasks/none-such", "/api/v1/templates/none-such/versions/x/y", "/.env",
        "/.git/config", "/api/v1/tenant/bystander",
    ];

    private static readonly (string Method, string Target)[] OtherMethods =
    [
        ("DELETE", Agents), ("PUT", Agents), ("PATCH", Agents), ("POST", HostileWorld.Draft), ("DELETE", "/api/v1/audit"),
        ("POST", "/api/v1/audit"),
        ("PUT", "/api/v1/audit"), ("PATCH", "/api/v1/audit"), ("PUT", "/api/v1/tenant"), ("DELETE", "/api/v1/tenant"),
        ("POST", "/api/v1/tenant"),
        ("GET", $"{HostileWorld.Draft}/activate"), ("PUT", $"{HostileWorld.Draft}/activate"), ("GET", $"{HostileWorld.Draft}/rollback"),
        ("DELETE", $"{HostileWorld.Draft}/versions/1"),
        ("PUT", $"{HostileWorld.Draft}/versions/1"), ("FOO", Agents), ("TRACE", Agents), ("PROPFIND", HostileWorld.Draft),
        ("LINK", "/health"),
    ];

    public static HostileRequest Make(Random random, HostileWorld world) => random.Next(8) switch
    {
        0 or 1 =>
            Get("query",
            $"{random.GetItems([Agents, "/api/v1/audit", $"{HostileWorld.Draft}/versions"], 1)[0]}?{random.GetItems(BadQueries, 1)[0]}",
            world, 400),
        2 => Get("query", $"{Agents}?{random.GetItems(BadListQueries, 1)[0]}", world, 400),
        3 => Get("query", $"/api/v1/audit?{random.GetItems(BadLogQueries, 1)[0]}", world, 400),
        4 => Flag(random, world),
        5 => Method(random, world),
        6 => Long(random, world),
        _ => Path(random, world),
    };

    private static HostileRequest Path(Random random, HostileWorld world)
    {
        var target = random.GetItems(NoWhere, 1)[0];
        // A dot segment is refused before anybody looks where it leads.
        return Get("path", target, world, target.Contains("/%2e%2e/", StringComparison.Ordinal) ? 400 : 404);
    }

    private static HostileRequest Flag(Random random, HostileWorld world)
    {
        var good = random.GetItems(world.Writes.AsSpan(), 1)[0];
        var flag = random.GetItems(["dryRun=maybe", "dryRun=", "dryRun=1", "dryRun=TRUE", "dryRun=true&dryRun=false", "force=true",
            "purge=true"], 1)[0];
        return new HostileRequest(
            "query of a write", good.Method, $"{good.Target}?{flag}", 400)
        { Token = world.Admin }.With(good.BodyBytes, good.ContentType);
    }

    private static HostileRequest Method(Random random, HostileWorld world)
    {
        var (method, target) = random.GetItems(OtherMethods, 1)[0];
        return new HostileRequest("method", method, target, 404, 405) { Token = world.Admin };
    }

    private static HostileRequest Long(Random random, HostileWorld world) => random.Next(5) switch
    {
        0 => Get("long path", $"{Agents}/{new string('a', random.Next(64, 8_000))}", world, 404),
        1 => Get("too long path", $"{Agents}/{new string('a', random.Next(8_500, 15_000))}", world, 414),
        2 => Get("far too long path", $"{Agents}/{new string('a', random.Next(17_000, 40_000))}", world, 414) with { IsBelowHttp = true },
        3 => Get("zero byte in the path", random.GetItems([$"{Agents}/a%00b", $"{HostileWorld.Draft}/versions/%00", "/%00"], 1)[0], world,
            400) with
        { IsBelowHttp = true },
        _ => Get("long query", $"{Agents}?cursor={new string('a', random.Next(2_100, 8_000))}", world, 400),
    };

    private static HostileRequest Get(string kind, string target, HostileWorld world, params int[] expected) =>
        new(kind, "GET", target, expected) { Token = world.Admin };
}
