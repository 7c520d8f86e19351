using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;
using AgentManagement.Tests.Deployment;

namespace AgentManagement.Tests.Architecture;

/// <summary>What each project may use, read from the built assemblies: docs/adr/0014.</summary>
public sealed class BoundaryTests
{
    private static readonly ImmutableArray<string> Ours =
        ["Grains.Interfaces", "Domain", "Grains", "ServiceDefaults", "ClusterClient", "Client", "Silo", "WebGateway", "App", "Formats",
            "Console", "Demonstration"];

    /// <summary>Each project and those that it may use, directly or through others.</summary>
    public static TheoryData<string, string[]> Allowed => new()
    {
        { "Grains.Interfaces", [] },
        { "Domain", ["Grains.Interfaces"] },
        { "ClusterClient", ["Grains.Interfaces"] },
        { "Client", [] },
        { "Formats", [] },
        // Whatever it can do anybody can, over HTTP.
        { "Console", ["Client", "Demonstration"] },
        { "Demonstration", ["Client"] },
        { "ServiceDefaults", ["Grains.Interfaces", "ClusterClient"] },
        { "Grains", ["Grains.Interfaces", "Domain", "ServiceDefaults", "ClusterClient"] },
        { "Silo", ["Grains.Interfaces", "Domain", "ServiceDefaults", "ClusterClient", "Grains"] },
        { "WebGateway", ["Grains.Interfaces", "Domain", "ServiceDefaults", "ClusterClient", "Formats"] },
    };

    [Theory, MemberData(nameof(Allowed))]
    public void A_project_uses_only_what_it_may(string project, string[] allowed) =>
        Assert.Empty(Images.ProjectsOf($"{project}/{project}.csproj").Select(file => file.Split('/')[0]).Except([project, .. allowed]));

    [Fact]
    public void A_namespace_belongs_to_one_assembly()
    {
        var shared = Ours.SelectMany(project => NamespacesOf(project).Select(name => (Namespace: name, Project: project)))
            .GroupBy(found => found.Namespace).Where(found => found.Count() > 1);
        Assert.Empty(shared.Select(found => $"{found.Key}: {string.Join(", ", found.Select(one => one.Project))}"));
    }

    [Fact]
    public void Only_tests_see_internals()
    {
        var friends = Ours.SelectMany(project => XDocument.Load(Repository.PathOf($"{project}/{project}.csproj"))
            .Descendants("InternalsVisibleTo"));
        Assert.All(friends, friend => Assert.Equal("AgentManagement.Tests", friend.Attribute("Include")!.Value));
    }

    [Fact]
    public void Rules_use_no_grains_no_input_or_output_no_clock_and_no_chance()
    {
        using var file = new PEReader(File.OpenRead(AssemblyOf("Domain").Location));
        var metadata = file.GetMetadataReader();
        var types = metadata.TypeReferences.Select(metadata.GetTypeReference)
            .Select(type => $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}");
        Assert.DoesNotContain(types, IsForbiddenType);

        var members = metadata.MemberReferences.Select(metadata.GetMemberReference)
            .Where(member => member.Parent.Kind == HandleKind.TypeReference)
            .Select(member =>
                (Owner: metadata.GetTypeReference((TypeReferenceHandle)member.Parent), Name: metadata.GetString(member.Name)))
            .Select(member => $"{metadata.GetString(member.Owner.Name)}.{member.Name}");
        Assert.Empty(members.Intersect(
        [
            "DateTime.get_Now", "DateTime.get_UtcNow", "DateTimeOffset.get_Now", "DateTimeOffset.get_UtcNow", "Stopwatch.GetTimestamp",
            "TimeProvider.get_System", "TimeProvider.GetUtcNow", "Guid.NewGuid", "Random.get_Shared", "RandomNumberGenerator.GetString",
            "Environment.GetEnvironmentVariable",
        ]));
    }

    private static bool IsForbiddenType(string type) =>
        type.StartsWith("Orleans.", StringComparison.Ordinal) && !IsContractAttribute(type)
        || type.StartsWith("System.Net.", StringComparison.Ordinal) && type is not ("System.Net.IPAddress" or "System.Net.IPNetwork")
        || type.StartsWith("System.Data.", StringComparison.Ordinal)
        || type.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal)
        || type.StartsWith("Microsoft.AspNetCore.", StringComparison.Ordinal)
        || type is "System.IO.File" or "System.IO.Directory" or "System.IO.FileStream" or "System.Console" or "System.Threading.Tasks.Task"
            or "System.Threading.Timer" or "System.TimeProvider";

    // What marks contracts, and what Orleans' generator writes for them.
    private static bool IsContractAttribute(string type) =>
        type.EndsWith("Attribute", StringComparison.Ordinal) || type.StartsWith("Orleans.Serialization.", StringComparison.Ordinal);

    private static Assembly AssemblyOf(string project) => Assembly.Load($"AgentManagement.{project}");

    // Those of the code that is here: generators write into namespaces of their own.
    private static IEnumerable<string> NamespacesOf(string project) => AssemblyOf(project).GetTypes()
        .Select(type => type.Namespace).OfType<string>()
        .Where(name => name.StartsWith("AgentManagement", StringComparison.Ordinal)).Distinct();
}
