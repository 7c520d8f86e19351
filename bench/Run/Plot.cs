using ScottPlot;

namespace AgentManagement.Bench.Run;

/// <summary>Draws how far each goal is reached.</summary>
public static class Plot
{
    private const int Width = 900;
    private const int HeightOfGoal = 32;
    private const int HeightOfRest = 120;

    /// <summary>A bar for each goal that has a bound: at 1 it is reached, right of it more than that. The scale is logarithmic.</summary>
    /// <returns>SVG.</returns>
    public static string Draw(IEnumerable<Finding> findings)
    {
        Finding[] drawn = [.. findings.Where(found => found is { Goal.Bound: not null, Figure.Min: > 0 }).Reverse()];
        using var plot = new ScottPlot.Plot();
        for (var row = 0; row < drawn.Length; row++)
        {
            var (goal, figure) = (drawn[row].Goal, drawn[row].Figure!);
            double[] ends = [Reached(goal, figure.Min), Reached(goal, figure.Max)];
            plot.Add.Bar(new Bar
            {
                Position = row, Value = Reached(goal, figure.Median), Orientation = Orientation.Horizontal, Size = 0.6,
                FillColor = drawn[row].IsReached == true ? Colors.SeaGreen : Colors.IndianRed, LineWidth = 0,
            });
            plot.Add.Line(ends.Min(), row, ends.Max(), row).Color = Colors.Black;
        }
        plot.Add.VerticalLine(0, 2, Colors.Black);
        plot.Axes.Left.SetTicks(
            [.. Enumerable.Range(0, drawn.Length).Select(row => (double)row)], [.. drawn.Select(found => found.Goal.Id)]);
        double[] ticks = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20];
        plot.Axes.Bottom.SetTicks([.. ticks.Select(Math.Log10)], [.. ticks.Select(tick => FormattableString.Invariant($"{tick:0.##}"))]);
        plot.Title("How far each goal is reached: median, and least to most, in the goal");
        plot.Axes.SetLimitsY(-0.7, drawn.Length - 0.3);
        return plot.GetSvgXml(Width, HeightOfRest + drawn.Length * HeightOfGoal);
    }

    private static double Reached(Goal goal, double figure) =>
        Math.Log10(goal.AtLeast is { } least ? figure / least : goal.AtMost!.Value / figure);
}
