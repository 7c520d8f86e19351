using AgentManagement.WebGateway.Http;
using AgentManagement.WebGateway.Problems;
using Microsoft.Extensions.Primitives;

namespace AgentManagement.Tests.WebGateway;

public sealed class EntityTagTests
{
    [Theory]
    [InlineData("\"3\"", "3")]
    [InlineData("\"3\", \"4\"", "3 4")]
    [InlineData("*", "")]
    [InlineData("W/\"3\"", "3")]
    [InlineData("W/\"03\"", "0")]
    [InlineData("\"03\"", "0")]
    [InlineData("\"+3\"", "0")]
    [InlineData("\"abc\"", "0")]
    [InlineData("\"99999999999\"", "0")]
    public void If_match_is_a_list_of_versions(string header, string versions) =>
        Assert.Equal(versions, string.Join(' ', WriteConditions.ReadIfMatch(header)!.Value));

    [Theory]
    [InlineData("3")]
    [InlineData("\"3")]
    [InlineData("*, \"3\"")]
    [InlineData("")]
    [InlineData("\"3\" \"4\"")]
    public void If_match_that_is_no_list_of_tags_is_refused(string header) =>
        Assert.Throws<ProblemException>(() => WriteConditions.ReadIfMatch(header));

    [Fact]
    public void An_absent_if_match_is_no_condition() => Assert.Null(WriteConditions.ReadIfMatch(StringValues.Empty));

    [Theory]
    [InlineData("\"3\"", true)]
    [InlineData("W/\"3\"", true)]
    [InlineData("\"1\", W/\"3\"", true)]
    [InlineData("*", true)]
    [InlineData("\"4\"", false)]
    [InlineData("3", false)]
    [InlineData("", false)]
    public void If_none_match_is_compared_weakly(string header, bool isNamed) =>
        Assert.Equal(isNamed, EntityTag.IsNamedIn(header, EntityTag.Of(3)));
}
