using AgentManagement.Domain.Files;
using AgentManagement.Domain.Templates;
using AgentManagement.Templates;

namespace AgentManagement.Tests.Files;

/// <summary>Which files a version keeps alive.</summary>
public sealed class FileMentionsTests
{
    private static readonly string Hash = new('a', 64);
    private static readonly string Id = $"sha256-{Hash}";
    private static readonly JsonText Mention = new($$"""{"deep":[{"in":"blob://files/{{Id}}"}]}""");

    [Theory]
    [InlineData("blob://files/sha256-{0}")]
    [InlineData("blob:\\/\\/files\\/sha256-{0}")]
    [InlineData("\\u0062lob://files/\\u0073ha256-{0}")]
    public void Wherever_and_however_it_is_written(string address)
    {
        var text = new JsonText("{\"attachments\":[{\"blobRef\":\"" + address.Replace("{0}", Hash, StringComparison.Ordinal) + "\"}]}");
        Assert.Equal([Id], FileMentions.Of(text));
    }

    [Theory, InlineData("blob://files/sha256-aa"), InlineData("blob://other/sha256-{0}"), InlineData("see blob://files/sha256-{0}"),
        InlineData("sha256-{0}")]
    public void What_is_no_address_of_a_file_mentions_none(string text) =>
        Assert.Empty(FileMentions.Of(new JsonText($"[\"{text.Replace("{0}", Hash, StringComparison.Ordinal)}\"]")));

    [Fact]
    public void All_parts_of_an_agent_and_of_a_template_count()
    {
        var agent = Given.State(AgentStatus.Draft).Agent!;
        Assert.Empty(FileMentions.Of(agent));
        Assert.Equal([Id], FileMentions.Of(agent with { Config = Mention }));
        Assert.Equal([Id], FileMentions.Of(agent with { Metadata = Mention }));
        Assert.Equal([Id], FileMentions.Of(agent with { Derivation = new("desk", 1, Mention, JsonText.EmptyObject) }));
        Assert.Equal([Id], FileMentions.Of(agent with { Derivation = new("desk", 1, JsonText.EmptyObject, Mention) }));

        var template = new TemplateDocument
        {
            Id = "desk", Version = 1, Name = "Desk", Type = AgentType.Rag, Config = JsonText.EmptyObject, CreatedAt = Given.Now,
            CreatedBy = "ana", UpdatedAt = Given.Now, UpdatedBy = "ana",
        };
        Assert.Empty(FileMentions.Of(template));
        Assert.Equal([Id], FileMentions.Of(template with { Config = Mention }));
        Assert.Equal([Id], FileMentions.Of(template with { Variables = Mention }));
        Assert.Equal([Id], FileMentions.Of(template with { Metadata = Mention }));
    }
}
