using AgentManagement.WebGateway.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace AgentManagement.Tests.WebGateway;

public sealed class CorrelationIdTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("Request.1_2-3")]
    [InlineData(
        "12345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678")]
    public void A_usable_id_is_kept(string id) => Assert.Equal(id, Choose(id));

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("line\nbreak")]
    [InlineData("id\n")]
    [InlineData("\u001b[31m")]
    [InlineData("ä")]
    [InlineData(
        "12345678901234567890123456789012345678901234567890123456789012345678901234567890"
        + "1234567890123456789012345678901234567890123456789")]
    public void Another_is_replaced(string id) => Assert.Matches("^[0-9a-f]{32}$", Choose(id));

    [Fact]
    public void Two_ids_are_replaced_by_one() => Assert.Matches("^[0-9a-f]{32}$", Choose(new StringValues(["a", "b"])));

    [Fact]
    public void A_request_without_one_gets_one() => Assert.NotEqual(Choose(StringValues.Empty), Choose(StringValues.Empty));

    private static string Choose(StringValues header)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers[CorrelationId.HeaderName] = header;
        return CorrelationId.Choose(context.Request);
    }
}
