using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Cronos;

namespace AgentManagement.ServiceDefaults.Settings;

/// <summary>When maintenance may be: the times at which windows begin, in a time zone, and how long each is.</summary>
/// <param name="Text">As it was written: the five fields of cron, the name of a time zone, minutes.</param>
public sealed record MaintenanceSchedule(string Text)
{
    public const string Form = "the five fields of cron, a time zone and 1 to 1440 minutes, such as: 0 3 * * SUN Europe/Madrid 30";

    private const int CronFields = 5;
    private const int MaxMinutes = 24 * 60;

    private readonly (CronExpression Beginnings, TimeZoneInfo Zone, TimeSpan Length) _times = Parse(Text)
        ?? throw new FormatException($"It must be {Form}.");

    public static bool TryRead(string text, [NotNullWhen(true)] out MaintenanceSchedule? schedule)
    {
        schedule = Parse(text) is null ? null : new(text);
        return schedule is not null;
    }

    /// <summary>The window at a time, or else the next one; null when there is none any more.</summary>
    public ScheduledWindow? At(DateTimeOffset now) =>
        _times.Beginnings.GetNextOccurrence(now - _times.Length, _times.Zone) is { } from
            ? new(from.ToUniversalTime(), from.ToUniversalTime() + _times.Length) : null;

    private static (CronExpression, TimeZoneInfo, TimeSpan)? Parse(string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words.Length == CronFields + 2
            && CronExpression.TryParse(string.Join(' ', words[..CronFields]), out var beginnings)
            && TimeZoneInfo.TryFindSystemTimeZoneById(words[^2], out var zone)
            && int.TryParse(words[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var minutes) && minutes is > 0 and <= MaxMinutes
            ? (beginnings, zone, TimeSpan.FromMinutes(minutes)) : null;
    }
}

/// <summary>A time in which there may be maintenance.</summary>
/// <param name="From">When it begins.</param>
/// <param name="Until">When it is over.</param>
public sealed record ScheduledWindow(DateTimeOffset From, DateTimeOffset Until);
