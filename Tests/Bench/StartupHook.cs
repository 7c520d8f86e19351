using System.Diagnostics;
using System.Globalization;
using System.Runtime.Loader;
using AgentManagement.Silo.Commits;

/// <summary>
/// Runs in the service's process before its own code when DOTNET_STARTUP_HOOKS names this assembly, under the name that .NET looks for,
/// and has the process kill itself at a point of a commit. The service that is shipped knows nothing of it.
/// </summary>
internal static class StartupHook
{
    /// <summary>The variable with the point and how often it is reached: "Locked 7" dies when it is reached for the seventh time.</summary>
    public const string Variable = "TEST_DEATH";

    private static string? Folder => Path.GetDirectoryName(typeof(StartupHook).Assembly.Location);

    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(Variable)?.Split(' ') is not [var point, var count]) return;
        // Orleans looks through all that is loaded, this assembly too, and what that refers to is not where the service is.
        AssemblyLoadContext.Default.Resolving += (context, name) =>
            Path.Join(Folder, $"{name.Name}.dll") is var path && File.Exists(path)
                ? context.LoadFromAssemblyPath(path) : null;
        var (fatal, left) = (Enum.Parse<CommitPoint>(point), int.Parse(count, CultureInfo.InvariantCulture));
        CommitPoints.Reached = reached =>
        {
            // SIGKILL: nothing is flushed, nobody is told.
            if (reached == fatal && Interlocked.Decrement(ref left) == 0) Process.GetCurrentProcess().Kill();
        };
    }
}
