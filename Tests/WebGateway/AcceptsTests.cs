using AgentManagement.WebGateway.Http;
using Microsoft.AspNetCore.Http;

namespace AgentManagement.Tests.WebGateway;

public sealed class AcceptsTests
{
    [Theory]
    [InlineData("application/x-ndjson", true)]
    [InlineData("application/x-ndjson, application/json;q=0.5", true)]
    [InlineData("application/x-ndjson, */*", true)]
    [InlineData("application/x-ndjson;q=0.1, application/json", false)]
    [InlineData("application/json, */*", false)]
    [InlineData("*/*", false)]
    [InlineData("application/*", false)]
    [InlineData("application/x-ndjson;q=0, */*", false)]
    [InlineData("", false)]
    public void Lines_are_for_who_prefers_them(string accept, bool prefersLines) =>
        Assert.Equal(prefersLines, QualityOf(accept, "application/x-ndjson") > QualityOf(accept, "application/json"));

    [Theory]
    [InlineData("application/json", true)]
    [InlineData("application/json; charset=utf-8", true)]
    [InlineData("text/html, application/*;q=0.2", true)]
    [InlineData("", true)]
    [InlineData("text/html", false)]
    [InlineData("application/json;q=0", false)]
    public void Json_is_for_who_takes_it(string accept, bool takes) => Assert.Equal(takes, QualityOf(accept, "application/json") > 0);

    private static double QualityOf(string accept, string mediaType)
    {
        var context = new DefaultHttpContext();
        if (accept.Length > 0) context.Request.Headers.Accept = accept;
        return Accepts.QualityOf(context.Request, mediaType);
    }
}
