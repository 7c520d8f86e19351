using System.Net;
using System.Net.Sockets;
using AgentManagement.Domain.Webhooks;
using AgentManagement.Grains.Webhooks;
using AgentManagement.ServiceDefaults.Outgoing;
using AgentManagement.Silo.Webhooks;
using Microsoft.AspNetCore.Http;

namespace AgentManagement.Tests.Webhooks;

/// <summary>What receivers can do to the service: nothing, wherever their names lead and whatever they answer.</summary>
public sealed class WebhookHttpTests
{
    [Theory]
    [InlineData("127.0.0.1"), InlineData("10.0.0.1"), InlineData("192.168.1.1"), InlineData("172.16.9.9"), InlineData("100.64.0.1")]
    [InlineData("100.100.100.200"), InlineData("169.254.169.254"), InlineData("168.63.129.16"), InlineData("0.0.0.0")]
    [InlineData("::1"), InlineData("::"), InlineData("::ffff:127.0.0.1"), InlineData("::127.0.0.1"), InlineData("64:ff9b::7f00:1")]
    [InlineData("64:ff9b:1::7f00:1"), InlineData("2002:7f00:1::"), InlineData("2001:0:1::"), InlineData("::ffff:0:7f00:1")]
    [InlineData("fd00:ec2::254"), InlineData("fe80::1"), InlineData("fd20:ce::254")]
    [InlineData("93.184.215.14 127.0.0.1"), InlineData("127.0.0.1 93.184.215.14"), InlineData("2606:2800:220:1::1 ::1")]
    public async Task Nothing_leaves_to_where_a_name_leads_that_is_not_public(string leadsTo)
    {
        await using var receiver = await Receiver.StartAsync();
        var addresses = Untrusted([], leadsTo);
        Assert.Equal(DeliveryOutcome.Blocked, (await SendAsync(addresses, receiver.Url, "hooks.example.com")).Outcome);
        Assert.Empty(receiver.All);
    }

    [Theory]
    [InlineData("127.0.0.1"), InlineData("localhost"), InlineData("[::1]"), InlineData("[::ffff:127.0.0.1]"), InlineData("2130706433")]
    [InlineData("0x7f.1"), InlineData("0177.0.0.1"), InlineData("127.1"), InlineData("0.0.0.0")]
    public async Task Nor_to_a_host_that_is_such_an_address_in_whatever_way_it_is_written(string host)
    {
        await using var receiver = await Receiver.StartAsync();
        var addresses = new UntrustedAddresses(new([]));
        var outcome = (await SendAsync(addresses, receiver.Url, host)).Outcome;
        Assert.True(outcome is DeliveryOutcome.Blocked or DeliveryOutcome.Unreachable);
        Assert.Empty(receiver.All);
    }

    [Fact]
    public async Task A_name_that_is_moved_after_it_was_looked_at_is_not_asked_for_again()
    {
        await using var receiver = await Receiver.StartAsync();
        var looks = 0;
        // Every second answer is another one.
        var addresses = new UntrustedAddresses(
            new([IPNetwork.Parse("127.0.0.1/32")]), _ => [IPAddress.Parse(looks++ % 2 == 0 ? "127.0.0.1" : "127.0.0.2")]);
        using var http = new WebhookHttp(addresses, TimeProvider.System);
        Assert.Equal(DeliveryOutcome.Accepted, (await http.SendAsync(Posting(receiver.Url, "hooks.example.com"), default)).Outcome);
        Assert.Equal(1, looks);
        using var again = new WebhookHttp(addresses, TimeProvider.System);
        Assert.Equal(DeliveryOutcome.Blocked, (await again.SendAsync(Posting(receiver.Url, "hooks.example.com"), default)).Outcome);
        Assert.Single(receiver.All);
    }

    [Theory, InlineData(301), InlineData(302), InlineData(303), InlineData(307), InlineData(308)]
    public async Task No_redirect_is_followed(int status)
    {
        await using var receiver = await Receiver.StartAsync();
        await using var elsewhere = await Receiver.StartAsync();
        receiver.Answer = (_, http) =>
        {
            http.Response.Headers.Location = elsewhere.Url;
            return Receiver.Status(http, status);
        };
        var result = await SendAsync(Local(), receiver.Url);
        Assert.Equal((DeliveryOutcome.Refused, status, $"http_{status}"), (result.Outcome, result.Status, result.Failure));
        Assert.Empty(elsewhere.All);
    }

    [Fact]
    public async Task Of_an_answer_of_fifty_megabytes_next_to_nothing_is_read()
    {
        // Not of a server that takes what is written for sent once its client has gone.
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var http = new WebhookHttp(Local(), TimeProvider.System);
        var sending = http.SendAsync(Posting($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/"), default);
        using var client = await listener.AcceptTcpClientAsync();
        var stream = client.GetStream();
        await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 50000000\r\n\r\n"u8.ToArray());
        Assert.Equal(DeliveryOutcome.Accepted, (await sending).Outcome);
        var (part, sent) = (new byte[64 * 1024], 0L);
        try
        {
            for (; sent < 50_000_000; sent += part.Length) await stream.WriteAsync(part);
        }
        catch (IOException)
        {
            // The sender has hung up.
        }
        // The rest is in the buffers of the two sockets.
        Assert.InRange(sent, 0, 20_000_000);
    }

    [Fact]
    public async Task Who_does_not_answer_in_ten_seconds_has_not_accepted()
    {
        await using var receiver = await Receiver.StartAsync();
        var clock = new ManualTimeProvider();
        var asked = new TaskCompletionSource();
        receiver.Answer = (_, http) =>
        {
            asked.SetResult();
            return Task.Delay(Timeout.Infinite, http.RequestAborted);
        };
        using var http = new WebhookHttp(Local(), clock);
        var sending = http.SendAsync(Posting(receiver.Url), default);
        await Await.For(asked.Task, "the request");
        clock.Advance(WebhookHttp.Timeout - TimeSpan.FromTicks(1));
        Assert.False(sending.IsCompleted);
        clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(DeliveryOutcome.TimedOut, (await Await.For(sending, "the end")).Outcome);
    }

    [Fact]
    public async Task Nor_who_takes_the_connection_and_says_nothing_or_what_is_no_HTTP_or_hangs_up()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var url = $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/";
        foreach (var answer in new[] { "", "SSH-2.0-x\r\n\r\n", $"HTTP/1.1 200 OK\r\nX: {new string('a', 100_000)}\r\n\r\n" })
        {
            var sending = SendAsync(Local(), url);
            using var client = await listener.AcceptTcpClientAsync();
            await client.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes(answer));
            client.Client.Shutdown(SocketShutdown.Send);
            Assert.Equal(DeliveryOutcome.Unreachable, (await Await.For(sending, "the end")).Outcome);
        }
        listener.Stop();
        Assert.Equal(DeliveryOutcome.Unreachable, (await SendAsync(Local(), url)).Outcome);
    }

    [Theory, InlineData("120", 120), InlineData(null, null), InlineData("soon", null)]
    public async Task A_receiver_may_say_when_to_come_again(string? said, int? seconds)
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = (_, http) =>
        {
            if (said is not null) http.Response.Headers.RetryAfter = said;
            return Receiver.Status(http, 503);
        };
        var result = await SendAsync(Local(), receiver.Url);
        Assert.Equal((DeliveryOutcome.Refused, seconds), (result.Outcome, (int?)result.RetryAfter?.TotalSeconds));
    }

    [Fact]
    public async Task A_request_says_no_more_than_it_should()
    {
        await using var receiver = await Receiver.StartAsync();
        var headers = "";
        receiver.Answer = (_, http) =>
        {
            headers = string.Join(' ', http.Request.Headers.Keys.Select(key => key.ToLowerInvariant()).Order(StringComparer.Ordinal));
            return Receiver.Status(http, 200);
        };
        await SendAsync(Local(), receiver.Url);
        Assert.Equal("content-length content-type host user-agent webhook-id webhook-signature webhook-timestamp", headers);
    }

    private static UntrustedAddresses Local() => new(new([IPNetwork.Parse("127.0.0.1/32")]));

    private static UntrustedAddresses Untrusted(ImmutableArray<IPNetwork> allowed, string leadsTo) =>
        new(new(allowed), _ => [.. leadsTo.Split(' ').Select(IPAddress.Parse)]);

    private static async Task<DeliveryResult> SendAsync(UntrustedAddresses addresses, string url, string? host = null)
    {
        using var http = new WebhookHttp(addresses, TimeProvider.System);
        return await Await.For(http.SendAsync(Posting(url, host), default), "an end");
    }

    private static WebhookPosting Posting(string url, string? host = null)
    {
        var address = new Uri(url);
        if (host is not null) address = new Uri($"http://{host}:{address.Port}/hook");
        return new("acme", address, "id", 1, "v1,signature", "{\"type\":\"ping\",\"revision\":0}"u8.ToArray());
    }
}
