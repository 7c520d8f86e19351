using AgentManagement.ServiceDefaults.Settings;

namespace AgentManagement.Silo.Settings;

/// <summary>Where the database is: all that the commands need that only look after it.</summary>
public sealed record DatabaseSettings
{
    /// <summary>DATABASE_URL: <c>postgresql://user:password@host:port/database</c>; null for SQLite.</summary>
    public Uri? Url { get; init; }

    /// <summary>DATA_DIRECTORY, ./data: where SQLite is.</summary>
    public string Directory { get; init; } = "data";

    /// <summary>SILO_COUNT, 2: how many silos share the database; each has its part of the connections.</summary>
    public int Silos { get; init; } = 2;

    /// <exception cref="SettingsException">A variable is missing or has a value that cannot be used.</exception>
    public static DatabaseSettings Read(IConfiguration environment)
    {
        var read = new EnvironmentReader(environment);
        var settings = Read(read);
        read.ThrowIfAnythingIsWrong();
        return settings;
    }

    public static DatabaseSettings Read(EnvironmentReader read) => new()
    {
        Url = read.Address("DATABASE_URL", read.IsProduction, ["postgresql", "postgres"]),
        Directory = read.Text("DATA_DIRECTORY") ?? "data",
        Silos = read.Number("SILO_COUNT", 2, 1, 1_000),
    };
}
