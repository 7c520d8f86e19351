using System.Net.WebSockets;
using System.Text;
using AgentManagement.Tests.Observability;
using AgentManagement.Tests.Validation;
using AgentManagement.Tests.WebGateway;

namespace AgentManagement.Tests.Secrets;

/// <summary>
/// Whatever clients send may be a secret in the wrong place: none of it shows where operators and other clients look. Ids, those of
/// requests among them, are there to be shown, and are not tried.
/// </summary>
[Collection(typeof(MeasuredAlone))]
public sealed class CanaryTests(SharedServices services) : IClassFixture<SharedServices>
{
    private const string Canary = "kanari7f3d";

    private static readonly string[] Headers =
    [
        "If-Match", "If-None-Match", "Idempotency-Key", "Prefer", "Origin", "User-Agent", "Referer", "Cookie", "X-Forwarded-For",
        "X-Tenant-ID",
        "Accept", "Accept-Language", "Last-Event-ID", "Range", "traceparent", "baggage", "X-API-Key", "Proxy-Authorization",
    ];

    [Fact]
    public async Task What_clients_send_as_text_shows_in_no_log_metric_trace_or_refusal()
    {
        await using var receiver = await TelemetryReceiver.StartAsync();
        var seen = new StringBuilder();
        var refusals = 0;
        IReadOnlyList<string> lines;
        await using (var service = await ServiceHost.StartAsync(change: settings => settings with { TelemetryEndpoint = receiver.Address }))
        {
            using var client = service.CreateClient("acme", "admin");
            using var platform = service.CreateClient("acme", "platform_admin");
            await (await client.SendAsync("PUT", $"{Api.Agents}/bot", Api.Content())).ShouldBeAsync(201);
            foreach (var (method, path, body) in Bodies())
            {
                await SendAsync(path.StartsWith("/internal", StringComparison.Ordinal) ? platform : client, method, path, body);
            }
            foreach (var header in Headers)
            {
                foreach (var value in (string[])[Canary, $"\"{Canary}\"", $"merge={Canary}; a=\"{Canary}"])
                {
                    await SendAsync(client, "PUT", $"{Api.Agents}/bot", Api.Content(), (header, value));
                }
            }
            foreach (var token in BadTokens())
            {
                using var stranger = service.CreateAnonymousClient();
                stranger.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", token);
                await SendAsync(stranger, "GET", Api.Agents, null);
                seen.Append(await SayAsync(service, new { action = "authenticate", token }));
            }
            seen.Append(await SayAsync(service, new { action = Canary, token = Canary, since = Canary }));
            seen.Append(await client.GetStringAsync("/metrics"));
            seen.Append(await client.GetStringAsync("/health"));
            seen.Append(await client.GetStringAsync("/api/v1/audit/refusals"));
            lines = service.Logs.Lines;
        }
        Assert.InRange(refusals, 100, 10_000);
        Assert.DoesNotContain(Canary, seen.ToString(), StringComparison.OrdinalIgnoreCase);
        Assert.All(lines, line => Assert.DoesNotContain(Canary, line, StringComparison.OrdinalIgnoreCase));
        Assert.Contains("ITenantGrain/ApplyAsync", receiver.At("/v1/traces"), StringComparison.Ordinal);
        Assert.DoesNotContain(Canary, receiver.At("/v1/traces") + receiver.At("/v1/metrics"), StringComparison.OrdinalIgnoreCase);

        async Task SendAsync(HttpClient client, string method, string path, string? body, params (string, string)[] headers)
        {
            using var answer = await client.SendAsync(method, path, body, headers);
            if (answer.IsSuccessStatusCode) return;
            refusals++;
            seen.Append(answer.Headers).Append(answer.Content.Headers).Append(await answer.Content.ReadAsStringAsync());
        }
    }

    [Theory]
    [InlineData("a\r\n{\"level\":\"ERROR\",\"message\":\"forged\"}"), InlineData("\u001b[31mred\u001b[0m"),
        InlineData("\"},{\"level\":\"ERROR\""), InlineData("\\u0022\\")]
    [InlineData("a\u2028b\u0085c\0d"), InlineData("\ud800"), InlineData("{0} {Name} {{1}}")]
    public async Task Nothing_in_a_name_makes_a_line_of_its_own_or_breaks_one(string text)
    {
        var service = await services.OfAsync("sqlite");
        using var client = service.CreateClient(Gateway.NewTenant(), "admin", subject: "eve");
        var content = new JsonObject
        {
            ["name"] = text, ["description"] = text, ["type"] = "rag", ["config"] = new JsonObject(), ["tags"] = new JsonArray(text),
            ["metadata"] = new JsonObject { [text] = text },
        };
        foreach (var path in (string[])[Api.Agents, $"{Api.Agents}/validate",
            $"{Api.Agents}/{Uri.EscapeDataString(text.Replace("\ud800", "", StringComparison.Ordinal))}/clone"])
        {
            await client.SendAsync("POST", path, content.ToJsonString());
        }
        await client.SendAsync("POST", "/api/v1/api-keys", new JsonObject { ["name"] = text, ["role"] = "viewer" }.ToJsonString());
        await client.SendAsync(
            "POST", "/api/v1/webhooks", new JsonObject { ["url"] = $"http://127.0.0.1:9/{text}", ["description"] = text }.ToJsonString());

        Assert.All(service.Logs.Lines, line =>
        {
            Assert.DoesNotContain(line.TrimEnd('\n'), char.IsControl);
            using var parsed = JsonDocument.Parse(line);
            Assert.NotEqual("forged", parsed.RootElement.GetProperty("message").GetString());
        });
    }

    /// <summary>Every text of every body, one at a time.</summary>
    private static IEnumerable<(string Method, string Path, string Body)> Bodies()
    {
        foreach (var place in SchemaWalk.Places.Where(place => place.HasType("string") && place.Pointer != "/id"))
        {
            var document = With(place, Canary);
            yield return ("POST", $"{Api.Agents}/validate", document);
            yield return ("POST", Api.Agents, document);
            yield return ("POST", Api.Agents, With(place, Canary + '\u0007'));
            yield return ("PATCH", $"{Api.Agents}/bot", document);
            yield return ("POST", "/api/v1/templates", document);
        }
        foreach (var (method, path, body, _) in Routes.All)
        {
            if (body is null || JsonNode.Parse(body) is not JsonObject members) continue;
            var target = path.Replace("{id}", "bot", StringComparison.Ordinal).Replace("{tenant}", "acme", StringComparison.Ordinal);
            foreach (var name in members.Select(member => member.Key))
            {
                var changed = members.DeepClone().AsObject();
                changed["id"] = NewId();
                changed[name] = Canary;
                yield return (method, target, changed.ToJsonString());
            }
            yield return (method, target, $"{{\"{Canary}\":");
        }
    }

    /// <summary>With an id: otherwise it would be made of the name.</summary>
    private static string With(SchemaPlace place, string value)
    {
        var document = place.Place(value);
        document["id"] = NewId();
        return document.ToJsonString();
    }

    private static string NewId() => $"bot-{Guid.NewGuid():n}";

    private static IEnumerable<string> BadTokens() =>
    [
        Canary, $"Bearer {Canary}", $"Basic {Canary}", $"Bearer a.{Canary}.b", $"Bearer amk_{Canary}",
        $"Bearer amk_acme.0123456789abcdef.{Canary}",
        .. ((string[])["role", "tier", "tenant_id", "jti", "permissions"])
            .Select(claim =>
            $"Bearer {Tokens.Make(key: "another-key-that-nobody-trusts-at-all", change: claims => claims[claim] = Canary)}"),
        $"Bearer {Tokens.Make(issuer: Canary)}", $"Bearer {Tokens.Make(audience: Canary)}",
        $"Bearer {Tokens.Make(change: claims => claims["role"] = Canary)}",
        $"Bearer {Tokens.Make(change: claims => claims["tenant_id"] = $"no tenant {Canary}")}",
    ];

    /// <summary>What a socket answers to its first message.</summary>
    private static async Task<string> SayAsync(ServiceHost service, object message)
    {
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(service.Address) { Scheme = "ws", Path = "/api/v1/ws" }.Uri, default);
        await socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(message), WebSocketMessageType.Text, true, default);
        var buffer = new byte[4_000];
        var answer = await Await.For(socket.ReceiveAsync(new ArraySegment<byte>(buffer), default), "the socket's answer");
        return Encoding.UTF8.GetString(buffer, 0, answer.Count) + socket.CloseStatusDescription;
    }
}
