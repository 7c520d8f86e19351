using Microsoft.Extensions.Logging;

namespace AgentManagement.Tests.WebGateway;

public sealed class FlatJsonFormatterTests : IDisposable
{
    private readonly LogCapture _log = new();

    public void Dispose() => _log.Dispose();

    [Fact]
    public void A_line_is_one_flat_object()
    {
        Logger.LogInformation("{Kind} {AgentId} version {Version}", "agent_created", "bot", 3);

        var line = OnlyLine();
        Assert.Equal(
            ["timestamp", "level", "logger", "message", "kind", "agent_id", "version"], line.EnumerateObject()
                .Select(member => member.Name));
        Assert.Equal("agent_created bot version 3", line.Text("message"));
        Assert.Equal(("INFO", "Tests", 3), (line.Text("level"), line.Text("logger"), line.GetProperty("version").GetInt32()));
    }

    [Fact]
    public void Ids_come_from_the_innermost_scope_and_other_values_of_scopes_do_not()
    {
        using (Logger.BeginScope(new Dictionary<string, object> { ["tenant_id"] = "acme", ["RequestPath"] = "/secret" }))
        using (Logger.BeginScope(new Dictionary<string, object> { ["tenant_id"] = "acme2", ["correlation_id"] = "c", ["task_id"] = "t" }))
        {
            Logger.LogWarning("Careful");
        }

        var line = OnlyLine();
        Assert.Equal(("acme2", "c", "t"), (line.Text("tenant_id"), line.Text("correlation_id"), line.Text("task_id")));
        Assert.DoesNotContain("secret", Assert.Single(_log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void No_value_can_break_the_line_or_the_terminal()
    {
        const string nasty = "a\r\nb\u001b[31m\u2028\u0085\"}{\0";
        Logger.LogError(new InvalidOperationException(nasty), "Failed for {Value}", nasty);

        var text = Assert.Single(_log.Lines);
        Assert.Equal('\n', text[^1]);
        Assert.DoesNotContain(text[..^1], letter => char.IsControl(letter) || letter == '\u2028');
        Assert.Equal(nasty, OnlyLine().Text("value"));
        Assert.Contains(nasty, OnlyLine().Text("exception"), StringComparison.Ordinal);
    }

    [Fact]
    public void An_id_that_no_scope_has_comes_from_the_message()
    {
        Logger.LogInformation("{TaskId}", "one");
        Assert.Equal("one", OnlyLine().Text("task_id"));
    }

    [Fact]
    public void A_value_cannot_take_the_place_of_a_field()
    {
        using (Logger.BeginScope(new Dictionary<string, object> { ["tenant_id"] = "acme" })) Logger.LogInformation(
            "{TenantId} {Level}", "other", "none");

        Assert.Equal(("acme", "INFO"), (OnlyLine().Text("tenant_id"), OnlyLine().Text("level")));
    }

    private ILogger Logger => _log.CreateLogger("Tests");

    private JsonElement OnlyLine() => JsonDocument.Parse(Assert.Single(_log.Lines)).RootElement;
}
