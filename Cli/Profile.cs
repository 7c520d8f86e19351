using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentManagement.Cli;

/// <summary>A service, and the token with which it is spoken to.</summary>
internal sealed record Profile(Uri Address, string Token);

/// <summary>The profiles of this user, in a file that nobody else may read. One of them is the current one.</summary>
internal sealed class Profiles
{
    /// <summary>Names another file, for those who keep several.</summary>
    public const string PathVariable = "AGENTS_CONFIG";

    /// <summary>In place of a profile, for machines: address and token.</summary>
    public const string AddressVariable = "AGENTS_URL";
    public const string TokenVariable = "AGENTS_TOKEN";

    private const string Default = "default";
    private static readonly ProfileFile Empty = new(Default, ImmutableDictionary<string, Profile>.Empty);
    private readonly string _path;

    private readonly Profile? _machine;

    private Profiles(string path, ProfileFile file, Profile? machine) => (_path, File, _machine) = (path, file, machine);

    public ProfileFile File { get; private set; }

    /// <param name="variables">The environment.</param>
    public static Profiles Load(Func<string, string?> variables)
    {
        var path = variables(PathVariable) is { Length: > 0 } named ? named : Path.Combine(FolderOfUser(), "agents", "config.json");
        var machine = variables(AddressVariable) is { Length: > 0 } address
            ? new Profile(AddressOf(address), variables(TokenVariable) ?? "") : null;
        if (!System.IO.File.Exists(path)) return new(path, Empty, machine);
        try
        {
            var file = JsonSerializer.Deserialize(System.IO.File.ReadAllBytes(path), ProfileJson.Default.ProfileFile);
            return new(path, file ?? Empty, machine);
        }
        catch (JsonException exception)
        {
            throw new CliException($"{path} is no file of profiles: {exception.Message}");
        }
    }

    /// <summary>The profile of a name, or the current one.</summary>
    public Profile Find(string? name)
    {
        if (name is null && _machine is not null) return _machine;
        return File.Profiles.GetValueOrDefault(name ?? File.Current)
            ?? throw new CliException($"There is no profile '{name ?? File.Current}'. Make it with: agents login URL");
    }

    /// <summary>Keeps a profile and makes it the current one.</summary>
    public void Keep(string? name, Profile profile)
    {
        name ??= Default;
        File = new(name, File.Profiles.SetItem(name, profile));
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(_path))!);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        // Made so from the start: a moment later somebody could have read it.
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var stream = new FileStream(_path, options);
        JsonSerializer.Serialize(stream, File, ProfileJson.Default.ProfileFile);
    }

    /// <summary>Also where nothing has made it yet, as on a new machine.</summary>
    private static string FolderOfUser() => Environment.GetFolderPath(
        Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify) is { Length: > 0 } folder
            ? folder : throw new CliException($"This user has no home directory: name a file for the profiles with {PathVariable}.");

    public static Uri AddressOf(string text) =>
        Uri.TryCreate(text.EndsWith('/') ? text : $"{text}/", UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? address : throw new CliException("The address must be http://… or https://….", ExitCodes.Usage);
}

/// <param name="Current">The profile that is used where none is named.</param>
internal sealed record ProfileFile(string Current, ImmutableDictionary<string, Profile> Profiles);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true)]
[JsonSerializable(typeof(ProfileFile))]
internal sealed partial class ProfileJson : JsonSerializerContext;

/// <summary>Something that the user is told in one line.</summary>
internal sealed class CliException(string message, int exitCode = ExitCodes.Error) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
