using System.Net;
using AgentManagement.ServiceDefaults.Outgoing;
using AgentManagement.ServiceDefaults.Settings;
using AgentManagement.Tests.Tools;

namespace AgentManagement.Tests.Outgoing;

public sealed class OutgoingAddressesTests
{
    [Theory]
    [InlineData("93.184.215.14", true)]
    [InlineData("2606:2800:220:1::1", true)]
    [InlineData("172.32.0.1", true)]
    [InlineData("100.128.0.1", true)]
    [InlineData("127.0.0.1", false)]
    [InlineData("127.1.2.3", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("10.1.2.3", false)]
    [InlineData("172.16.0.1", false)]
    [InlineData("172.31.255.255", false)]
    [InlineData("192.168.1.1", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("192.0.0.8", false)]
    [InlineData("::1", false)]
    [InlineData("::", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fc00::1", false)]
    [InlineData("fd12::1", false)]
    [InlineData("ff02::1", false)]
    [InlineData("::ffff:127.0.0.1", false)]
    [InlineData("::ffff:169.254.169.254", false)]
    [InlineData("::ffff:93.184.215.14", true)]
    [InlineData("64:ff9b::7f00:1", false)]
    [InlineData("fec0::1", false)]
    [InlineData("2001:4860:4860::8888", true)]
    [InlineData("2a00:1450::1", true)]
    [InlineData("::7f00:1", false)]
    [InlineData("::ffff:0:7f00:1", false)]
    [InlineData("64:ff9b:1::7f00:1", false)]
    [InlineData("2001:0:1::1", false)]
    [InlineData("2001:db8::1", false)]
    [InlineData("2002:7f00:1::", false)]
    [InlineData("3fff::1", false)]
    [InlineData("4000::1", false)]
    [InlineData("100::1", false)]
    [InlineData("168.63.129.16", false)]
    [InlineData("192.0.2.1", false)]
    [InlineData("203.0.113.1", false)]
    public void What_is_not_public_may_not_be_called(string address, bool may) =>
        Assert.Equal(may, new OutgoingAddresses([]).MayBeCalled(IPAddress.Parse(address)));

    [Theory]
    [InlineData("10.1.2.3", true)]
    [InlineData("::ffff:10.1.2.3", true)]
    [InlineData("10.2.0.1", false)]
    [InlineData("fd00::7", true)]
    [InlineData("127.0.0.1", false)]
    public void A_network_of_the_settings_may(string address, bool may) => Assert.Equal(
        may, new OutgoingAddresses([IPNetwork.Parse("10.1.0.0/16"), IPNetwork.Parse("fd00::/64")]).MayBeCalled(IPAddress.Parse(address)));

    [Theory]
    [InlineData(false, "192.168.0.9", true)]
    [InlineData(true, "192.168.0.9", false)]
    [InlineData(false, "169.254.169.254", false)]
    public void Development_calls_what_is_private_and_production_does_not(bool isProduction, string address, bool may) =>
        Assert.Equal(may, OutgoingAddresses.Of(new ServiceSettings { IsProduction = isProduction }).MayBeCalled(IPAddress.Parse(address)));

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.0/8", true), InlineData("127.0.0.1", "10.0.0.0/8", false),
        InlineData("10.9.9.9 127.0.0.1", "127.0.0.0/8", true)]
    [InlineData("::ffff:127.0.0.1", "10.0.0.0/8", false)]
    public async Task A_name_is_followed_to_what_may_be_called_and_no_further(string leadsTo, string network, bool may)
    {
        await using var server = await RegistryServer.StartAsync();
        var addresses = new OutgoingAddresses(
            [IPNetwork.Parse(network)], (_, _) => Task.FromResult(leadsTo.Split(' ').Select(IPAddress.Parse).ToArray()));
        using var client = new HttpClient(OutgoingHttp.CreateHandler(addresses));
        var call = client.GetAsync(new UriBuilder(server.Address) { Host = "registry.example" }.Uri);

        if (may) (await call).Dispose();
        else Assert.Contains(
            "OUTGOING_NETWORKS", (await Assert.ThrowsAsync<HttpRequestException>(() => call)).ToString(), StringComparison.Ordinal);
        Assert.Equal(may ? 1 : 0, server.Requests);
    }
}
