namespace AgentManagement.Bench.Service;

/// <summary>Finds the service's programs beside the running one, in the output tree that the build shares.</summary>
public static class ServiceAssembly
{
    /// <summary>Names another program than the one of this build, for the service in one process.</summary>
    public const string OverrideVariable = "AGENT_MANAGEMENT_SERVICE_ASSEMBLY";

    /// <summary>The whole service in one process.</summary>
    /// <exception cref="FileNotFoundException">It has not been built.</exception>
    public static string Find() => Environment.GetEnvironmentVariable(OverrideVariable) is { Length: > 0 } given
        ? Path.GetFullPath(given) : Built("App");

    /// <summary>The silo as a process of its own.</summary>
    /// <exception cref="FileNotFoundException">It has not been built.</exception>
    public static string FindSilo() => Built("Silo");

    /// <summary>The gateway as a process of its own.</summary>
    /// <exception cref="FileNotFoundException">It has not been built.</exception>
    public static string FindGateway() => Built("WebGateway");

    /// <summary>Silo and gateway of another build.</summary>
    /// <param name="tree">Its folder <c>artifacts</c>, of the same configuration.</param>
    /// <exception cref="FileNotFoundException">One of them is not there.</exception>
    public static (string Silo, string Gateway) FindIn(string tree)
    {
        var (silo, gateway) = (PathOn(new(tree), "Silo"), PathOn(new(tree), "WebGateway"));
        return Array.Find([silo, gateway], path => !File.Exists(path)) is { } missing
            ? throw new FileNotFoundException($"There is no {missing}.") : (silo, gateway);
    }

    // artifacts/bin/<project>/<configuration>: bench and Tests are neighbours of App.
    private static DirectoryInfo Output => new(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));

    private static DirectoryInfo Tree => Output.Parent!.Parent!.Parent!;

    private static string Built(string project) => PathOn(Tree, project) is var path && File.Exists(path)
        ? path
        : throw new FileNotFoundException($"The service is not built: run dotnet build, or set {OverrideVariable}.", path);

    private static string PathOn(DirectoryInfo tree, string project) =>
        Path.Combine(tree.FullName, "bin", project, Output.Name, $"AgentManagement.{project}.dll");
}
