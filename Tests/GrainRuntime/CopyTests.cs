using AgentManagement.Tests.Support;
using Orleans.Serialization;

namespace AgentManagement.Tests.GrainRuntime;

public sealed class CopyTests : IAsyncLifetime
{
    private GrainHost _host = null!;

    private IEchoGrain Echo => _host.Grains.GetGrain<IEchoGrain>("t/echo");

    public async ValueTask InitializeAsync() => _host = await GrainHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task What_the_caller_later_does_to_an_argument_is_not_seen_by_the_callee()
    {
        var values = new List<int> { 1, 2 };
        await Echo.Keep(values);
        values.Add(3);
        Assert.Equal([1, 2], await Echo.Kept());
    }

    [Fact]
    public async Task What_the_caller_does_to_a_result_is_not_seen_by_the_callee()
    {
        var result = await Echo.Keep([1, 2]);
        result.Add(3);
        Assert.Equal([1, 2], await Echo.Kept());
    }

    [Fact]
    public async Task An_argument_marked_immutable_is_passed_as_it_is()
    {
        var values = new List<int> { 1 };
        await Echo.KeepShared(values);
        Assert.True(await Echo.IsTheKept(values));
    }

    [Fact]
    public async Task A_derived_record_arrives_as_what_it_is_with_its_own_collections()
    {
        Shape circle = new Circle("c", 3) { Labels = { "round" } };
        var copy = Assert.IsType<Circle>(await Echo.Echo(circle));
        Assert.Equal(("c", 3), (copy.Name, copy.Radius));
        Assert.Equal(["round"], copy.Labels);
        Assert.NotSame(((Circle)circle).Labels, copy.Labels);
    }

    [Fact]
    public async Task A_member_without_id_does_not_travel()
    {
        var copy = await Echo.Echo(new Circle("c", 3) { Note = "mine" });
        Assert.NotEqual("mine", copy.Note);
    }

    [Fact]
    public async Task One_object_in_the_original_is_one_object_in_the_copy_also_in_a_cycle()
    {
        var node = new Node { Name = "a", Next = new() { Name = "b" } };
        node.Next.Next = node;
        var copy = await Echo.Echo(node);
        Assert.NotSame(node, copy);
        Assert.Equal("b", copy.Next!.Name);
        Assert.Same(copy, copy.Next.Next);
    }

    [Fact]
    public async Task Collections_arrive_equal_and_with_elements_of_their_own()
    {
        var node = new Node { Name = "a" };
        Assert.NotSame(node, (await Echo.Echo(new[] { node }))[0]);
        Assert.NotSame(node, (await Echo.Echo<List<Node>>([node]))[0]);
        Assert.NotSame(node, (await Echo.Echo(new Dictionary<string, Node> { ["k"] = node }))["k"]);
        Assert.NotSame(node, (await Echo.Echo<ImmutableArray<Node>>([node]))[0]);
        Assert.Equal(5, await Echo.Echo<int?>(5));
        Assert.Equal(new byte[] { 1, 2 }, await Echo.Echo(new byte[] { 1, 2 }));
    }

    [Fact]
    public async Task A_type_that_could_not_be_serialized_is_refused_as_argument_element_or_member()
    {
        await Assert.ThrowsAsync<CodecNotFoundException>(async () => await Echo.Echo(new Foreign()));
        await Assert.ThrowsAsync<CodecNotFoundException>(async () => await Echo.Echo(new List<Foreign> { new() }));
        await Assert.ThrowsAsync<CodecNotFoundException>(async () => await Echo.Echo<object>(new Foreign()));
        await Assert.ThrowsAsync<CodecNotFoundException>(async () => await Echo.Echo<Func<int>>(() => 1));
    }
}
