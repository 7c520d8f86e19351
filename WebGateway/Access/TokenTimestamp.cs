using System.Globalization;

namespace AgentManagement.WebGateway.Access;

/// <summary>A moment as tokens write it: seconds since 1970.</summary>
internal static class TokenTimestamp
{
    private static readonly long Max = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    /// <summary>Null when the text is none.</summary>
    public static DateTimeOffset? Read(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= Max
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;
}
