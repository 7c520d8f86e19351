using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using AgentManagement.Client;

namespace AgentManagement.Cli;

/// <summary>The steps of a rollout as they are typed, 10:1h,50:1h:verdict,100, and as they are told.</summary>
internal static partial class Steps
{
    private const int OfOnePercent = 1000;

    public static Option<string?> Option() => new("--steps")
    {
        Description = "By which steps: percents of the keys, each with how long it is watched and what it waits for, "
            + "as 10:1h,50:1h:verdict,100. All at once by default.",
    };

    public static Option<string?> OnFailure()
    {
        var option = new Option<string?>("--on-failure") { Description = "What a bad verdict does: pause, which is usual, or rollback." };
        option.AcceptOnlyFromAmong("pause", "rollback");
        return option;
    }

    public static Rollout? Read(string? text, string? onFailure) =>
        text is null ? null : new([.. text.Split(',').Select(ReadStep)], onFailure);

    public static string PercentOf(int weight) => FormattableString.Invariant($"{(decimal)weight / OfOnePercent:0.###} %");

    private static RolloutStep ReadStep(string text)
    {
        var match = Step().Match(text.Trim());
        if (!match.Success || !decimal.TryParse(match.Groups["percent"].Value, CultureInfo.InvariantCulture, out var percent))
        {
            throw new CliException(
                $"--steps {Plain.Line(text)}: it is PERCENT, PERCENT:TIME or PERCENT:TIME:GATE, as 10:1h or 50:30m:approval.",
                ExitCodes.Usage);
        }
        var gate = match.Groups["gate"] is { Success: true, Value: var named } ? named : null;
        return new((int)(percent * OfOnePercent), TimeOf(match), gate);
    }

    private static TimeSpan TimeOf(Match match) => !match.Groups["time"].Success ? TimeSpan.Zero
        : int.Parse(match.Groups["time"].Value, CultureInfo.InvariantCulture) * match.Groups["unit"].Value switch
        {
            "s" => TimeSpan.FromSeconds(1),
            "m" => TimeSpan.FromMinutes(1),
            "h" => TimeSpan.FromHours(1),
            _ => TimeSpan.FromDays(1),
        };

    [GeneratedRegex(
        @"\A(?<percent>[0-9]{1,3}(\.[0-9]{1,3})?)%?(:(?<time>[0-9]{1,6})(?<unit>[smhd]))?(:(?<gate>approval|verdict))?\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex Step();
}
