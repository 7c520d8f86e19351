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
        var path = PathOn(Output.Parent!.Parent!.Parent!);
        return File.Exists(path)
            ? path
            : throw new FileNotFoundException($"The service is not built: run dotnet build, or set {OverrideVariable}.", path);
    }

    /// <summary>The same program built on another grain runtime; null when it has not been built.</summary>
    public static string? FindOn(string runtime)
    {
        var path = PathOn(new(Path.Combine(Output.Parent!.Parent!.Parent!.Parent!.FullName, runtime)));
        return File.Exists(path) ? path : null;
    }

    // artifacts/<runtime>/bin/<project>/<configuration>: bench and Tests are neighbours of Silo.
    private static DirectoryInfo Output => new(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));

    private static string PathOn(DirectoryInfo runtime) => Path.Combine(runtime.FullName, "bin", "Silo", Output.Name, FileName);
}
