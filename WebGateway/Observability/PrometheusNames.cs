namespace AgentManagement.WebGateway.Observability;

/// <summary>Names of instruments as Prometheus has them, after OpenTelemetry's specification of compatibility.</summary>
internal static class PrometheusNames
{
    private static readonly Dictionary<string, string> Units = new(StringComparer.Ordinal)
    {
        ["s"] = "seconds", ["ms"] = "milliseconds", ["us"] = "microseconds", ["ns"] = "nanoseconds", ["min"] = "minutes", ["h"] = "hours", ["d"] = "days",
        ["By"] = "bytes", ["KBy"] = "kilobytes", ["MBy"] = "megabytes", ["%"] = "percent",
    };

    /// <summary>The series' name.</summary>
    /// <param name="name">The instrument's.</param>
    /// <param name="unit">Its unit; what is in braces says what is counted, and is no part of the name.</param>
    /// <param name="isCounter">Whether it only rises.</param>
    public static string Of(string name, string? unit, bool isCounter)
    {
        var series = Clean(name);
        if (unit is not null && Units.TryGetValue(unit, out var word) && !series.EndsWith($"_{word}", StringComparison.Ordinal)) series += $"_{word}";
        return isCounter && !series.EndsWith("_total", StringComparison.Ordinal) ? $"{series}_total" : series;
    }

    /// <summary>The text with '_' for what names of series and labels cannot hold.</summary>
    public static string Clean(string name)
    {
        var clean = string.Concat(name.Select(character => char.IsAsciiLetterOrDigit(character) ? character : '_'));
        return clean.Length > 0 && char.IsAsciiDigit(clean[0]) ? $"_{clean}" : clean;
    }
}
