using System.Text;
using System.Text.Json.Nodes;
using AgentManagement.Bench.Client;

namespace AgentManagement.Bench.Hostile;

/// <summary>Bodies that are JSON, but not what the resource takes.</summary>
internal static class HostileContent
{
    private static readonly string[] NoObjects = ["[]", "\"x\"", "1", "null", "true", "[{}]"];

    private static readonly (string Suffix, string Body)[] SmallBodies =
    [
        ("activate", """{"reason":5}"""), ("activate", """{"reason":["x"]}"""), ("activate", """{"unknown":1}"""),
        ("deactivate", """{"Reason":"x"}"""),
        ("deactivate", $$"""{"reason":"{{new string('x', 501)}}"}"""), ("clone", "{}"), ("clone", """{"name":""}"""),
        ("clone", """{"name":null}"""),
        ("clone", """{"name":"x","id":"UPPER"}"""), ("clone", """{"name":"x","id":"-x"}"""), ("clone", """{"name":"x","config":{}}"""),
        ("clone", """{"name":"a\nb"}"""),
        ("rollback", "{}"), ("rollback", """{"toVersion":0}"""), ("rollback", """{"toVersion":-1}"""),
        ("rollback", """{"toVersion":1.5}"""),
        ("rollback", """{"toVersion":"1"}"""), ("rollback", """{"toVersion":99999999999}"""), ("rollback", """{"toVersion":1,"note":1}"""),
        ("rollback", """{"toVersion":null}"""), ("rollback", """{"toVersion":1e400}"""),
    ];

    private static readonly string[] TokenBodies =
    [
        "{}", """{"tenant":"../x","role":"admin"}""", """{"tenant":"","role":"admin"}""", """{"tenant":"x","role":"root"}""",
        """{"tenant":"x\n","role":"admin"}""",
        """{"tenant":5,"role":"admin"}""", """{"tenant":"x","role":"admin","tier":5}""", """{"tenant":"x","role":"admin","sub":"root"}""",
        "[]", "null",
    ];

    public static HostileRequest Make(Random random, HostileWorld world) => random.Next(6) switch
    {
        0 when random.Next(6) == 0 => Refused(
            "development token", "POST", "/dev/token", random.GetItems(TokenBodies, 1)[0], "application/json", world) with
        { Token = null },
        0 => Small(random, world),
        1 => NoObject(random, world),
        2 => Patch(random, world),
        _ => Content(random, world),
    };

    private static HostileRequest Content(Random random, HostileWorld world)
    {
        var good = random.GetItems(world.Writes.Where(write => write.IsContent).ToArray(), 1)[0];
        var (path, value) = random.GetItems(BadFields.All, 1)[0];
        var body = JsonNode.Parse(good.Body)!.AsObject();
        Place(body, path.Split('.'), value);
        // 1e400 and the like must arrive as they are written, which nodes keep.
        return Refused($"content: {path} = {Shorten(value)}", good.Method, good.Target, RelaxedJson.Write(body), good.ContentType, world);
    }

    /// <summary>A patch merges objects, so only values that replace are sure to spoil the content.</summary>
    private static HostileRequest Patch(Random random, HostileWorld world)
    {
        var (path, value) = random.GetItems(BadFields.All.Where(field => field.Value[0] is not ('{' or 'n')).ToArray(), 1)[0];
        if (random.Next(10) == 0) (path, value) = (random.GetItems(["name", "type", "config"], 1)[0], "null");
        var patch = new JsonObject();
        Place(patch, path.Split('.'), value);
        return Refused($"patch: {path} = {Shorten(value)}", "PATCH", HostileWorld.Draft, RelaxedJson.Write(patch),
            "application/merge-patch+json", world);
    }

    private static HostileRequest NoObject(Random random, HostileWorld world)
    {
        var good = random.GetItems(world.Writes.AsSpan(), 1)[0];
        // Of what is no content some bodies may be left out, and null says that they are.
        string[] bodies = good.IsContent ? NoObjects : [.. NoObjects.Where(body => body != "null")];
        return Refused("content: no object", good.Method, good.Target, random.GetItems(bodies, 1)[0], good.ContentType, world);
    }

    private static HostileRequest Small(Random random, HostileWorld world)
    {
        var (suffix, body) = random.GetItems(SmallBodies, 1)[0];
        var agent = suffix == "deactivate" ? HostileWorld.Active : HostileWorld.Draft;
        return random.Next(8) switch
        {
            0 => Refused("rollback to no version", "POST", $"{agent}/rollback", """{"toVersion":999}""", "application/json",
                world) with
            { Expected = [404, 409] },
            1 => Refused("clone onto an agent", "POST", $"{agent}/clone", """{"id":"victim-active","name":"x"}""", "application/json",
                world) with
            { Expected = [409] },
            2 => Refused("create an agent again", "POST", "/api/v1/agents", AgentBodies.Complete("x", id: "victim-draft"),
                "application/json", world) with
            { Expected = [409] },
            3 => Refused("rename by PUT", "PUT", agent, AgentBodies.Complete("x", id: "another"), "application/json", world),
            _ => Refused($"body: {Shorten(body)}", "POST", $"{agent}/{suffix}", body, "application/json", world),
        };
    }

    private static HostileRequest Refused(string kind, string method, string target, string body, string contentType, HostileWorld world) =>
        new HostileRequest(kind, method, target, 422) { Token = world.Admin }.With(Encoding.UTF8.GetBytes(body), contentType);

    private static void Place(JsonObject root, string[] path, string value)
    {
        foreach (var member in path[..^1])
        {
            if (root[member] is not JsonObject next) root[member] = next = [];
            root = next;
        }
        root[path[^1]] = JsonNode.Parse(value);
    }

    private static string Shorten(string text) => text.Length > 60 ? text[..60] + "…" : text;
}
