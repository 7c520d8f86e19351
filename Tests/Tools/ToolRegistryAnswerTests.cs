using System.Text;
using AgentManagement.ServiceDefaults.Outgoing;
using AgentManagement.Silo.ToolRegistry;

namespace AgentManagement.Tests.Tools;

/// <summary>What is an answer of the protocol, and what is none.</summary>
public sealed class ToolRegistryAnswerTests
{
    [Theory]
    [InlineData("""{"tools":[]}"""), InlineData("""{"tools":[],"next":{"a":[1]}}""")]
    [InlineData("""{"tools":[{"id":"a","status":"active","versions":[]}]}""")]
    [InlineData(
        """{"tools":[{"id":"a","status":"retired","tier":null,"permissions":null,"versions":[{"version":"1","status":"active","notes":1}],"x":{}}]}""")]
    [InlineData(
        """{"tools":[{"id":"a","status":"deprecated","tier":"enterprise","permissions":["p"],"versions":[]},{"id":"b","status":"active","versions":[]}]}""")]
    public void An_answer_of_the_protocol_is_read(string answer) => ToolRegistryAnswer.Read(Encoding.UTF8.GetBytes(answer));

    [Theory]
    [InlineData(""), InlineData("null"), InlineData("[]"), InlineData("{}"), InlineData("<html>"), InlineData("""{"tools":null}"""),
        InlineData("""{"tools":{}}""")]
    [InlineData("""{"tools":[]"""), InlineData("""{"tools":[]} x"""), InlineData("""{"Tools":[]}"""),
        InlineData("""{"tools":[],"tools":[]}""")]
    [InlineData("""{"tools":[null]}"""), InlineData("""{"tools":["a"]}"""), InlineData("""{"tools":[{"id":"a"}]}""")]
    [InlineData("""{"tools":[{"status":"active","versions":[]}]}"""), InlineData("""{"tools":[{"id":"a","versions":[]}]}""")]
    [InlineData("""{"tools":[{"id":null,"status":"active","versions":[]}]}"""),
        InlineData("""{"tools":[{"id":1,"status":"active","versions":[]}]}""")]
    [InlineData("""{"tools":[{"id":"a","status":"active"}]}"""), InlineData("""{"tools":[{"id":"a","status":"active","versions":null}]}""")]
    [InlineData("""{"tools":[{"id":"a","status":"gone","versions":[]}]}"""),
        InlineData("""{"tools":[{"id":"a","status":"active","tier":"gold","versions":[]}]}""")]
    [InlineData("""{"tools":[{"id":"a","status":"active","permissions":[null],"versions":[]}]}""")]
    [InlineData("""{"tools":[{"id":"a","status":"active","permissions":"p","versions":[]}]}""")]
    [InlineData("""{"tools":[{"id":"a","status":"active","versions":[null]}]}"""),
        InlineData("""{"tools":[{"id":"a","status":"active","versions":["1"]}]}""")]
    [InlineData("""{"tools":[{"id":"a","status":"active","versions":[{"version":"1"}]}]}""")]
    [InlineData("""{"tools":[{"id":"a","status":"active","versions":[{"version":"1","status":"old"}]}]}""")]
    [InlineData("""{"tools":[{"id":"a","status":"active","versions":[{"version":null,"status":"active"}]}]}""")]
    [InlineData("""{"tools":[{"id":"a","status":"active","versions":[]},{"id":"a","status":"retired","versions":[]}]}""")]
    public void Anything_else_is_none_and_is_not_repeated(string answer)
    {
        var exception = Assert.Throws<NoAnswerException>(() => ToolRegistryAnswer.Read(Encoding.UTF8.GetBytes(answer)));
        Assert.Equal(("The answer is not of the protocol.", null), (exception.Message, exception.InnerException));
    }

    [Fact]
    public void Depth_is_bounded() =>
        Assert.Throws<NoAnswerException>(() =>
            ToolRegistryAnswer.Read(Encoding.UTF8.GetBytes($$"""{"tools":[],"x":{{new string('[', 100_000)}}""")));
}
