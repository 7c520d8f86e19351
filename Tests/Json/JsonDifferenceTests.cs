using System.Text.Json;
using System.Text.Json.Nodes;
using AgentManagement.Agents;
using AgentManagement.Json;
using AgentManagement.Tests.Support;
using AgentManagement.Tests.Validation;

namespace AgentManagement.Tests.Json;

public sealed class JsonDifferenceTests
{
    [Theory]
    [InlineData("""{"a":1}""", """{"a":1}""", "")]
    [InlineData("""{"a":1,"b":2}""", """{"b":2,"a":1}""", "")]
    [InlineData("""{"a":1}""", """{"a":2}""", "replace /a 1→2")]
    [InlineData("""{"a":1}""", """{}""", "remove /a 1→")]
    [InlineData("""{}""", """{"a":null}""", "add /a →null")]
    [InlineData("""{"a":null}""", """{"a":0}""", "replace /a null→0")]
    [InlineData("""{"a":1}""", """{"a":1.0}""", "replace /a 1→1.0")]
    [InlineData("""{"a":"1"}""", """{"a":1}""", "replace /a \"1\"→1")]
    [InlineData("""{"a":{"b/c":{"~":1}}}""", """{"a":{"b/c":{"~":2}}}""", "replace /a/b~1c/~0 1→2")]
    [InlineData("""[1,2,3,4]""", """[1,5]""", "replace /1 2→5; remove /3 4→; remove /2 3→")]
    [InlineData("""[1]""", """[1,2,[3]]""", "add /1 →2; add /2 →[3]")]
    [InlineData("""{"a":[1]}""", """{"a":{"0":1}}""", """replace /a [1]→{"0":1}""")]
    [InlineData("1", "2", "replace  1→2")]
    public void Differences_are_told_as_operations_on_the_older(string from, string to, string expected) =>
        Assert.Equal(expected, string.Join("; ", Between(from, to).Select(operation => $"{operation.Op} {operation.Path} {operation.From?.Text}→{operation.To?.Text}")));

    [Fact]
    public void Applying_the_operations_in_order_makes_the_newer_of_the_older() => Assert.All(Enumerable.Range(1, 1_000), seed =>
    {
        var generator = new SchemaGenerator(seed);
        var (from, to) = (generator.AnyObject(), generator.AnyObject());
        Assert.True(JsonNode.DeepEquals(to, Apply(from, Between(from.ToJsonString(), to.ToJsonString()))), $"{from.ToJsonString()} → {to.ToJsonString()}");
        Assert.Empty(Between(from.ToJsonString(), from.ToJsonString()));
    });

    [Fact]
    public void What_an_operation_takes_away_is_what_was_there() => Assert.All(Enumerable.Range(1, 300), seed =>
    {
        var generator = new SchemaGenerator(seed);
        var (from, to) = (generator.AnyObject().ToJsonString(), generator.AnyObject().ToJsonString());
        foreach (var operation in Between(from, to))
        {
            Assert.Equal(operation.Op == "add", operation.From is null);
            Assert.Equal(operation.Op == "remove", operation.To is null);
        }
    });

    private static ImmutableArray<DiffOperation> Between(string from, string to) =>
        JsonDifference.Between(StrictJson.Parse(Given.Read(from)), StrictJson.Parse(Given.Read(to)));

    private static JsonNode? Apply(JsonNode? document, ImmutableArray<DiffOperation> operations)
    {
        foreach (var (op, path, from, to) in operations)
        {
            if (path.Length == 0) return JsonNode.Parse(to!.Value.Text);
            var steps = path.Split('/')[1..].Select(step => step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)).ToArray();
            var parent = steps[..^1].Aggregate(document!, (at, step) => at is JsonArray items ? items[int.Parse(step)]! : at[step]!);
            var value = to is { } text ? JsonNode.Parse(text.Text) : null;
            if (parent is JsonArray list)
            {
                var index = int.Parse(steps[^1]);
                if (op == "add") list.Insert(index, value);
                else if (op == "remove") list.RemoveAt(index);
                else list[index] = value;
            }
            else if (op == "remove") Assert.True(parent.AsObject().Remove(steps[^1]));
            else parent[steps[^1]] = value;
        }
        return document;
    }
}
