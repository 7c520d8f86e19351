using AgentManagement.Configuration;
using AgentManagement.Domain.Agents;
using AgentManagement.Domain.Configuration;
using AgentManagement.Domain.Json;
using AgentManagement.Domain.Validation;

namespace AgentManagement.Tests.Validation;

/// <summary>What the schema accepts the typed records can read: consumers compile against them.</summary>
public sealed class TypedRecordTests
{
    private static readonly SchemaValidator Validator = new(ContractSchema.AgentContent);

    private static readonly ImmutableArray<JsonText> Documents =
        [.. Enumerable.Range(1, 400).Select(seed => Given.Text(new SchemaGenerator(seed).Document()))];

    [Fact]
    public void Random_documents_are_accepted_and_read_by_the_typed_records() => Assert.All(Documents, text =>
    {
        var element = StrictJson.Parse(text);
        Assert.Empty(Validator.Check(element));
        Assert.NotNull(element.Deserialize<AgentContent>(ContractSchema.JsonOptions));
    });

    [Fact]
    public void Reading_and_writing_typed_records_loses_nothing() => Assert.All(Documents, text =>
    {
        var typed = StrictJson.Parse(text).Deserialize<AgentContent>(ContractSchema.JsonOptions);
        var written = JsonSerializer.SerializeToNode(typed, ContractSchema.JsonOptions)!;
        Assert.True(
            JsonNode.DeepEquals(WithoutNulls(JsonNode.Parse(text.Text)!), WithoutNulls(JsonNode.Parse(written.ToJsonString())!)),
            $"{text.Text}\nbecame\n{written.ToJsonString()}");
    });

    [Fact]
    public void Splitting_and_joining_content_keeps_every_part_as_it_was_written() => Assert.All(Documents, text =>
    {
        var content = StrictJson.Parse(text);
        var parts = AgentParts.Read(content);
        var again = AgentParts.Read(StrictJson.Parse(parts.ToContent()));
        Assert.Equal(parts, again);
        Assert.Equal(content.GetProperty("config").GetRawText(), again.Config.Text);
        Assert.Equal(content.GetProperty("name").GetString(), again.Name);
    });

    [Fact]
    public void The_smallest_document_of_every_place_is_read_by_the_typed_records() => Assert.All(SchemaWalk.Places, place =>
        Assert.NotNull(place.Place(SchemaWalk.Minimal(place.Schema)).Deserialize<AgentContent>(ContractSchema.JsonOptions)));

    [Fact]
    public void Temperature_0_is_0_and_not_absent()
    {
        var content = StrictJson.Parse(Given.Content()).Deserialize<AgentContent>(ContractSchema.JsonOptions)!;
        Assert.Equal(0.0, content.Config.Model!.Params!.Temperature);
        Assert.Null(content.Config.Model.Params.TopP);
    }

    /// <summary>The records write what is absent as null.</summary>
    private static JsonNode WithoutNulls(JsonNode node)
    {
        foreach (var members in node.DescendantObjects())
        {
            foreach (var name in members.Where(member => member.Value is null).Select(member => member.Key).ToList()) members.Remove(name);
        }
        return node;
    }
}
