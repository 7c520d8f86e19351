using AgentManagement.Tests.Deployment;

namespace AgentManagement.Tests.ApiKeys;

/// <summary>docs/permissions.md says what the code does.</summary>
public sealed class PermissionTableTests
{
    private static readonly string[] Roles = ["viewer", "editor", "admin", "service", "platform_admin"];

    [Fact]
    public void The_table_is_that_of_the_roles()
    {
        Assert.Equal(Permissions.ByRole.Keys.Order(), Roles.Order());
        var expected = Permissions.ByRole.Values.SelectMany(permissions => permissions).Distinct().Order(StringComparer.Ordinal)
            .Select(permission =>
                $"| `{permission}` | "
                + $"{string.Join(" | ", Roles.Select(role => Permissions.ByRole[role].Contains(permission) ? "yes" : "–"))} | "
                + $"{(Permissions.Grantable.Contains(permission) ? "yes" : "–")} |");
        var written = File.ReadLines(Path.Combine(Repository.Root, "docs", "permissions.md"))
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal)
            && (line.EndsWith("yes |", StringComparison.Ordinal) || line.EndsWith("– |", StringComparison.Ordinal)));
        Assert.Equal(expected, written);
    }
}
