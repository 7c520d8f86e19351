namespace AgentManagement.Bench.Service;

/// <summary>Finds the service's program beside the running one, in the output tree that the build shares.</summary>
public static class ServiceAssembly
{
    /// <summary>Names another program than the one of this build.</summary>
    public const string OverrideVariable = "AGENT_MANAGEMENT_SERVICE_ASSEMBLY";

    private const string FileName = "AgentManagement.Silo.dll";

    /// <summary>The path of the service's assembly.</summary>
    /// <exception cref="FileNotFoundException">It has not been built.</exception>
    public static string Find()
    {
        if (Environment.GetEnvironmentVariable(OverrideVariable) is { Length: > 0 } given) return Path.GetFullPath(given);
        // artifacts/<runtime>/bin/<project>/<configuration>: bench and Tests are neighbours of Silo.
        var here = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var path = Path.Combine(here.Parent!.Parent!.FullName, "Silo", here.Name, FileName);
        return File.Exists(path)
            ? path
            : throw new FileNotFoundException($"The service is not built: run dotnet build, or set {OverrideVariable}.", path);
    }
}
