using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;

namespace AgentManagement.WebConsole.Languages;

/// <summary>
/// What the pages say, in the reader's language. A text is asked for by its English words; the resource file of another language has what
/// it says instead, and what it lacks is said in English.
/// </summary>
public sealed class Texts
{
    public const string English = "en";
    public const string Spanish = "es";

    private FrozenDictionary<string, string> _translated = FrozenDictionary<string, string>.Empty;

    public static IReadOnlyList<(string Id, string Name)> Languages { get; } = [(English, "English"), (Spanish, "Español")];

    public event Action? Changed;

    public string Language { get; private set; } = English;

    public string this[string english] => _translated.GetValueOrDefault(english, english);

    public string this[string english, params object?[] values] =>
        string.Format(CultureInfo.InvariantCulture, this[english], values);

    /// <summary>The language that is nearest to what a browser asks for, such as <c>es-MX</c>.</summary>
    public static string Nearest(string? wanted) =>
        wanted?.StartsWith(Spanish, StringComparison.OrdinalIgnoreCase) == true ? Spanish : English;

    public void Use(string language)
    {
        Language = language;
        _translated = language == English ? FrozenDictionary<string, string>.Empty : Read(language).ToFrozenDictionary();
        Changed?.Invoke();
    }

    /// <summary>A language's file.</summary>
    public static Dictionary<string, string> Read(string language)
    {
        using var file = typeof(Texts).Assembly.GetManifestResourceStream($"{language}.json")
            ?? throw new InvalidOperationException($"There are no texts in {language}.");
        using var document = JsonDocument.Parse(file);
        return document.RootElement.EnumerateObject().ToDictionary(text => text.Name, text => text.Value.GetString() ?? text.Name);
    }

    /// <summary>A time as people read it who look at it now.</summary>
    public string Since(DateTimeOffset then, DateTimeOffset now) => (now - then) switch
    {
        { TotalSeconds: < 45 } => this["just now"],
        { TotalMinutes: < 60 } passed => this["{0} min ago", Math.Max(1, (int)passed.TotalMinutes)],
        { TotalHours: < 24 } passed => this["{0} h ago", (int)passed.TotalHours],
        { TotalDays: < 30 } passed => this["{0} d ago", (int)passed.TotalDays],
        _ => then.ToLocalTime().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
    };

    /// <summary>How long something takes, such as <c>1 h 30 min</c>: the same in every language.</summary>
    public static string Duration(TimeSpan time)
    {
        (int Number, string Unit)[] parts = [(time.Days, "d"), (time.Hours, "h"), (time.Minutes, "min"), (time.Seconds, "s")];
        return string.Join(' ', parts.Where(part => part.Number > 0).Select(part => $"{part.Number} {part.Unit}"));
    }

    public static string Exactly(DateTimeOffset time) =>
        time.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    public static string Number(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    public static string Bytes(long bytes) => bytes switch
    {
        < 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
        < 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024d:0.#} KiB"),
        < 1024L * 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576d:0.#} MiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1073741824d:0.#} GiB"),
    };
}
