namespace AgentManagement.Tests.Validation;

public sealed class AddressRulesTests
{
    private const string Place = "/config/mcpServers/0/url";

    [Theory]
    [InlineData("https://mcp.example.com/sse"), InlineData("https://example.com:8443/a?b=c#d"), InlineData("https://example.com?b=c@d")]
    [InlineData("https://8.8.8.8/"), InlineData("https://[2001:db8::1]/"), InlineData("https://host"),
        InlineData("https://bücher.example/")]
    [InlineData("https://172.32.0.1/"), InlineData("https://172.15.0.1/"), InlineData("https://100.128.0.1/"),
        InlineData("https://localhost.example.com/")]
    [InlineData("https://[2001:db8::5efe:808:808]/"), InlineData("https://[2001:0:1::f7f7:f7f7]/"),
        InlineData("https://168.63.129.17/")]
    [InlineData("https://[64:ff9b::808:808]/"), InlineData("https://223.255.255.255/")]
    public void Https_to_a_public_host_is_fine(string url) => Assert.Equal("", FoundIn(url));

    [Theory]
    [InlineData("https://h:99999/"), InlineData("https://[::1"), InlineData("https://h..x/"), InlineData("https:///x"),
        InlineData("https://⒈/"), InlineData("https://①②⑦.0.0.1/"), InlineData("https://ｌocalhost/")]
    [InlineData("https://1.2.3.4.5/"), InlineData("https://1.2.3.999/"), InlineData("https://4294967296/"), InlineData("https://08.8.8.8/")]
    [InlineData("https://0x100000000/"), InlineData("https://%31%32%37.0.0.1/")]
    public void What_is_no_whole_address_is_refused(string url) => Assert.Equal($"error invalid_address {Place}", FoundIn(url));

    [Theory, InlineData("ftp://host/"), InlineData("mcp.example.com"), InlineData("//host/"), InlineData("file:///etc/passwd")]
    public void Another_scheme_than_http_is_refused_by_its_form(string url) => Assert.Equal($"error wrong_format {Place}", FoundIn(url));

    [Fact]
    public void What_is_not_encrypted_is_told() => Assert.Equal($"warning insecure_address {Place}", FoundIn("http://example.com/"));

    [Theory]
    [InlineData("localhost"), InlineData("LOCALHOST."), InlineData("api.localhost"), InlineData("127.0.0.1"), InlineData("127.1"),
        InlineData("2130706433")]
    [InlineData("0x7f.1"), InlineData("0177.0.0.1"), InlineData("[::1]"), InlineData("[::ffff:127.0.0.1]"), InlineData("127.0.0.1.")]
    [InlineData("10.1.2.3"), InlineData("172.16.0.1"), InlineData("172.31.255.255"), InlineData("192.168.1.1"), InlineData("100.64.0.1")]
    [InlineData("[fd00::1]"), InlineData("[fec0::1]"), InlineData("[::10.0.0.1]"), InlineData("[64:ff9b::a00:1]"),
        InlineData("[2002:a00:1::]")]
    public void What_is_local_is_told(string host) => Assert.Equal($"warning local_address {Place}", FoundIn($"https://{host}/mcp"));

    [Theory]
    [InlineData("169.254.169.254"), InlineData("169.254.0.1"), InlineData("2852039166"), InlineData("0xA9FEA9FE"),
        InlineData("0251.0376.0251.0376")]
    [InlineData("169.254.43518"), InlineData("[::ffff:169.254.169.254]"), InlineData("[::ffff:a9fe:a9fe]"), InlineData("[::a9fe:a9fe]")]
    [InlineData("[64:ff9b::a9fe:a9fe]"), InlineData("[2002:a9fe:a9fe::1]"), InlineData("169。254。169。254"), InlineData("169.254.169.254.")]
    [InlineData("[fe80::1]"), InlineData("[fe80::1%25eth0]"), InlineData("[febf::1]"), InlineData("0.0.0.0"), InlineData("0"),
        InlineData("[::]")]
    [InlineData("224.0.0.1"), InlineData("239.255.255.255"), InlineData("240.0.0.1"), InlineData("255.255.255.255"),
        InlineData("[ff02::1]")]
    [InlineData("metadata.google.internal"), InlineData("METADATA.google.internal."), InlineData("100.100.100.200"),
        InlineData("[fd00:ec2::254]")]
    [InlineData("metadata.goog"), InlineData("instance-data"), InlineData("Instance-Data.ec2.internal"), InlineData("168.63.129.16"),
        InlineData("192.0.0.192"), InlineData("[fd20:ce::254]")]
    [InlineData("[64:ff9b:1::a9fe:a9fe]"), InlineData("[::ffff:0:a9fe:a9fe]"), InlineData("[::ffff:0:168.63.129.16]"),
        InlineData("[2001:db8::5efe:a9fe:a9fe]"), InlineData("[2001:db8::200:5efe:169.254.169.254]"),
        InlineData("[2001:0:1::5601:5601]")]
    public void What_no_agent_may_reach_is_refused_in_any_spelling(string host) =>
        Assert.Equal($"error forbidden_address {Place}", FoundIn($"https://{host}/latest"));

    [Theory]
    [InlineData("https://user@host/"), InlineData("https://host/?api_key=abc"), InlineData("https://host/mcp?a=b&accessToken=abc")]
    public void Credentials_are_refused(string url) => Assert.Equal($"error credentials_in_address {Place}", FoundIn(url));

    [Theory, InlineData("https://host/?api_key={{key}}"), InlineData("https://host/?page_token=2"),
        InlineData("https://host/?max_tokens=5")]
    public void A_parameter_may_be_a_variable_or_no_credential_at_all(string url) => Assert.Equal("", FoundIn(url));

    [Fact]
    public void Everything_about_an_address_is_told_at_once_and_the_address_never()
    {
        var issues = Found.Issues(Given.Config("""{"mcpServers":[{"name":"a","url":"http://canary:canary@169.254.169.254/canary"}]}"""));
        Assert.Equal(
            ["credentials_in_address", "forbidden_address", "insecure_address"], issues.Select(issue => issue.Code).Order());
        Assert.All(issues, issue => Assert.DoesNotContain("canary", issue.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public void Each_server_is_looked_at() => Assert.Equal(
        "error forbidden_address /config/mcpServers/1/url",
        Found.InConfig("""{"mcpServers":[{"name":"a","url":"https://h"},{"name":"b","url":"https://0"}]}"""));

    private static string FoundIn(string url) => Found.InConfig($$"""{"mcpServers":[{"name":"a","url":"{{url}}"}]}""");
}
