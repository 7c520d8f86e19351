using System.Text;
using AgentManagement.Changes;
using AgentManagement.Domain.Webhooks;
using AgentManagement.ServiceDefaults.Hosting;
using AgentManagement.ServiceDefaults.Webhooks;

namespace AgentManagement.Tests.Webhooks;

/// <summary>Secrets, and what is signed with them.</summary>
public sealed class WebhookSecretTests
{
    private static readonly WebhookSecrets Secrets = new(Encoding.UTF8.GetBytes(ServiceHost.SecretKey));

    [Fact]
    public void A_signature_is_that_of_the_specification()
    {
        // The example of standardwebhooks.com.
        var secret = Convert.FromBase64String("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        Assert.Equal(
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
            WebhookSignature.Of([secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, """{"test": 2432232314}"""u8.ToArray()));
        Assert.Equal(2, WebhookSignature.Of([secret, [1, 2, 3]], "id", 1, []).Split(' ').Length);
    }

    [Fact]
    public void What_is_sent_of_a_change_is_small_whatever_was_changed()
    {
        var change = new ChangeEvent
        {
            Revision = long.MaxValue, EventId = new('e', 32), Kind = ChangeKind.Degraded, At = DateTimeOffset.MaxValue, CorrelationId = "c",
            AgentId = new('a', 63), AgentName = new('\u20ac', 200), Version = int.MaxValue, Status = "inactive",
            Details = new([], [], [], UpdatePolicy.Default) { Degraded = [.. Enumerable.Repeat(new string('t', 200), 1_000)] },
        };
        var body = JsonSerializer.SerializeToUtf8Bytes(WebhookMessage.Of(new('t', 64), change), JsonFormat.Options);
        Assert.InRange(body.Length, 10_000, 19_999);
        Assert.Equal(50, JsonDocument.Parse(body).RootElement.GetProperty("data").GetProperty("degraded").GetArrayLength());
    }

    [Fact]
    public void A_secret_is_read_where_it_belongs_and_with_its_key_only()
    {
        var (text, encrypted) = Secrets.Make("acme", "0123456789abcdef");
        var bytes = Secrets.Decrypt(encrypted, "acme", "0123456789abcdef")!;
        Assert.Equal($"whsec_{Convert.ToBase64String(bytes)}", text);
        Assert.Equal(32, bytes.Length);
        Assert.DoesNotContain(text["whsec_".Length..], encrypted, StringComparison.Ordinal);

        Assert.Null(Secrets.Decrypt(encrypted, "other", "0123456789abcdef"));
        Assert.Null(Secrets.Decrypt(encrypted, "acme", "fedcba9876543210"));
        Assert.Null(new WebhookSecrets(Encoding.UTF8.GetBytes("another key of the service, as long")).Decrypt(
            encrypted, "acme", "0123456789abcdef"));
        foreach (var broken in new[] { "", "AQ==", "no base64", encrypted[..^4], $"B{encrypted[1..]}" })
        {
            Assert.Null(Secrets.Decrypt(broken, "acme", "0123456789abcdef"));
        }
    }

    [Fact]
    public void No_two_secrets_are_alike_nor_is_one_encrypted_twice_the_same()
    {
        var made = Enumerable.Range(0, 100).Select(_ => Secrets.Make("acme", "0123456789abcdef")).ToList();
        Assert.Equal(100, made.Select(each => each.Text).Distinct().Count());
        Assert.Equal(100, made.Select(each => each.Encrypted).Distinct().Count());
    }
}
