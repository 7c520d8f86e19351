using AgentManagement.Cli;
using AgentManagement.Client;
using AgentManagement.Tests.Support;
using AgentManagement.Tests.WebGateway;

namespace AgentManagement.Tests.Cli;

/// <summary>Labels and releases as a person types them, on the real service.</summary>
[Collection(typeof(GatewayTests))]
public sealed class ReleaseCliTests(Gateway gateway)
{
    private readonly string _tenant = Gateway.NewTenant();

    [Fact]
    public async Task What_differs_between_two_labels_is_promoted_and_taken_back()
    {
        await MakeAgentsAsync("one", "two", "three");
        await ShouldAsync(0, "label", "set", "staging");
        await ShouldAsync(0, "label", "set", "production", "--description", "Customers");
        await ShouldAsync(0, "release", "create", "staging", "one@1", "two", "three@1", "--note", "First");
        var id = LastRelease(await ShouldAsync(0, "release", "list", "staging", "-o", "json"));
        Assert.Contains($"{id} is completed.", await ShouldAsync(0, "release", "start", id), StringComparison.Ordinal);

        var told = await ShouldAsync(0, "promote", "staging", "production", "--agents", "one,two", "--dry-run");
        Assert.Equal("one none -> 1\ntwo none -> 2\nNothing was changed.\n", told);
        Assert.Equal("[]", (await ShouldAsync(0, "release", "list", "production", "-o", "json")).Trim());
        told = await ShouldAsync(0, "promote", "staging", "production", "--agents", "one,two", "--wait");
        Assert.Matches("^one none -> 1\ntwo none -> 2\nrel_[0-9a-f]{32} is completed\\.\n$", told);
        Assert.StartsWith("three none -> 1\n", await ShouldAsync(0, "promote", "staging", "production"), StringComparison.Ordinal);
        Assert.Equal("production has what staging has.\n", await ShouldAsync(0, "promote", "staging", "production"));
        Assert.StartsWith("one 1 -> 2\nthree 1 -> 2\n", await ShouldAsync(0, "promote", "latest", "production"), StringComparison.Ordinal);
        Assert.Matches("\nthree +2 ", await ShouldAsync(0, "label", "show", "production"));
        Assert.Contains("one 1 -> 2", await ShouldAsync(0, "release", "list", "production"), StringComparison.Ordinal);

        Assert.Contains("is rolled_back.", await ShouldAsync(0, "rollback", "production", "--reason", "Worse"), StringComparison.Ordinal);
        var label = JsonNode.Parse(await ShouldAsync(0, "label", "show", "production", "-o", "json"))!;
        Assert.Equal([1, 1, 2], label["assignments"]!.AsArray().Select(each => each!["stable"]!.GetValue<int>()));
        // Once more would take back another release than the one that was meant.
        Assert.Contains("is a rollback of rel_", await ShouldAsync(1, "rollback", "production"), StringComparison.Ordinal);
        Assert.Equal("There is no label 'nope'.\n", await ShouldAsync(1, "rollback", "nope"));
        Assert.Equal("staging has no version of 'four'.\n", await ShouldAsync(1, "promote", "staging", "production", "--agents", "four"));
    }

    [Fact]
    public async Task A_release_waits_for_the_approval_of_exactly_the_plan_that_was_looked_at()
    {
        await MakeAgentsAsync("bot");
        await ShouldAsync(0, "label", "set", "production", "--approvals", "1", "--exclude-authors", "--check", "evaluation");
        var shown = await ShouldAsync(0, "label", "set", "production", "--description", "Customers");
        Assert.Matches("\napprovals: +1, not of authors\n", shown);
        await ShouldAsync(0, "label", "set", "production", "--check", "", "--exclude-authors", "false");
        var told = await ShouldAsync(0, "release", "create", "production", "bot@1", "--dry-run");
        Assert.Contains("(approval_required)", told, StringComparison.Ordinal);

        told = await ShouldAsync(0, "release", "create", "production", "bot@1", "--steps", "12.5:10m:approval,50%:2h,100");
        var id = LastRelease(await ShouldAsync(0, "release", "list", "-o", "json"));
        var plan = JsonNode.Parse(await ShouldAsync(0, "release", "show", id, "-o", "json"))!["planHash"]!.GetValue<string>();
        Assert.Equal($"{id} is open.\n  It waits for approval: agents release approve {id} {plan[..12]}\n", told);
        told = await ShouldAsync(0, "release", "show", id);
        Assert.Contains("12.5 % for 00:10:00, then approval, 50 % for 02:00:00, 100 %\n", told, StringComparison.Ordinal);
        await ShouldAsync(ExitCodes.Differences, "release", "diff", id);

        told = await ShouldAsync(ExitCodes.Conflict, "other", "release", "approve", id, "00000000");
        Assert.Contains("The plan is another", told, StringComparison.Ordinal);
        await ShouldAsync(ExitCodes.Usage, "other", "release", "approve", id, plan[..7]);
        Assert.Contains("own_release", await ShouldAsync(1, "release", "approve", id, plan[..8]), StringComparison.Ordinal);
        Assert.Equal($"{id} is ready.\n", await ShouldAsync(0, "other", "release", "approve", id, plan[..8], "--comment", "Read"));
        Assert.Equal($"{id} is running, 12.5 % (step 1 of 3).\n", await ShouldAsync(0, "release", "start", id));
        Assert.Equal($"{id} is paused, 12.5 % (step 1 of 3).\n", await ShouldAsync(0, "release", "pause", id));
        Assert.Equal($"{id} is running, 12.5 % (step 1 of 3).\n", await ShouldAsync(0, "release", "resume", id));
        // The step is too young.
        Assert.Contains("(step_too_young)", await ShouldAsync(4, "release", "advance", id), StringComparison.Ordinal);
        Assert.Equal($"{id} is rolled_back.\n", await ShouldAsync(0, "rollback", "production"));

        told = await ShouldAsync(0, "promote", "latest", "production", "--agents", "bot");
        Assert.Contains("It waits for approval", told, StringComparison.Ordinal);
        id = LastRelease(await ShouldAsync(0, "release", "list", "-o", "json"));
        Assert.Equal($"{id} is rejected.\n", await ShouldAsync(0, "other", "release", "reject", id, "--comment", "No"));
        await ShouldAsync(0, "release", "create", "production", "bot@2", "--bypass", "Fire");
        await ShouldAsync(0, "release", "create", "production", "bot@none");
        id = LastRelease(await ShouldAsync(0, "release", "list", "-o", "json"));
        Assert.Equal($"{id} is cancelled.\n", await ShouldAsync(0, "release", "cancel", id));
    }

    [Fact]
    public async Task Who_waits_is_told_each_step_and_how_it_ends()
    {
        await MakeAgentsAsync("bot");
        await ShouldAsync(0, "label", "set", "production");
        var client = new AgentManagementClient(gateway.Client("admin", _tenant), new());
        var promoted = RunAsync("tester", "promote", "latest", "production", "--agents", "bot", "--steps", "25:0s:approval,100", "--wait");
        var first = await RunningAsync();
        await client.Releases.AdvanceAsync(first);
        var (code, told) = await promoted;
        Assert.Equal(0, code);
        Assert.EndsWith($"{first} is completed.\n", told, StringComparison.Ordinal);

        await ShouldAsync(0, "release", "create", "production", "bot@1", "--steps", "25:0s:approval");
        var second = LastRelease(await ShouldAsync(0, "release", "list", "-o", "json"));
        var started = RunAsync("tester", "release", "start", second, "--wait");
        Assert.Equal(second, await RunningAsync());
        await client.Releases.ReportAsync(second, new("answers", Ok: false));
        (code, told) = await started;
        Assert.Equal(1, code);
        Assert.EndsWith(
            $"{second} is paused, 25 % (step 1 of 1).\n  kept: The verdict 'answers' is that all is not well. (verdict_failed)\n", told,
            StringComparison.Ordinal);

        async Task<string> RunningAsync()
        {
            Release? running = null;
            await Await.Until(
                async () => (await client.Releases.ListPageAsync(new() { Status = "running" }, null)).Items is [var first, ..]
                    && (running = first) is not null, "the release runs");
            return running!.Id;
        }
    }

    [Fact]
    public async Task What_would_keep_a_promotion_is_told_before_a_release_is_made()
    {
        await MakeAgentsAsync("bot");
        await ShouldAsync(0, "label", "set", "production", "--check", "evaluation", "--freeze", "2020-01-01,2099-01-01,Holidays");
        var told = await ShouldAsync(1, "promote", "latest", "production", "--agents", "bot");
        Assert.Contains("Holidays (frozen)\n", told, StringComparison.Ordinal);
        Assert.Contains("bot: The check 'evaluation' has not been reported. (check_missing)\n", told, StringComparison.Ordinal);
        Assert.EndsWith("Nothing was released.\n", told, StringComparison.Ordinal);
        Assert.Equal("[]", (await ShouldAsync(0, "release", "list", "-o", "json")).Trim());
        await ShouldAsync(0, "label", "set", "production", "--thaw", "--check", "");
        await ShouldAsync(0, "promote", "latest", "production", "--agents", "bot");
        Assert.Contains("production", await ShouldAsync(0, "label", "list"), StringComparison.Ordinal);
    }

    [Theory, InlineData("release", "create", "production", "bot@x"), InlineData("release", "create", "production", "@1"),
        InlineData("promote", "staging", "production", "--steps", "10:1y"), InlineData("label", "set", "production", "--freeze", "now"),
        InlineData("release", "create", "production", "bot@1", "--steps", "often")]
    public async Task What_cannot_be_read_is_no_command_line(params string[] line) => await ShouldAsync(ExitCodes.Usage, line);

    private async Task MakeAgentsAsync(params string[] ids)
    {
        var http = gateway.Client(tenant: _tenant);
        foreach (var id in ids)
        {
            await (await http.SendAsync("PUT", $"/api/v1/agents/{id}", Api.Content())).ShouldBeAsync(201);
            await (await http.SendAsync("PATCH", $"/api/v1/agents/{id}", """{"name":"Other"}""")).ShouldBeAsync(200);
        }
    }

    private static string LastRelease(string list) => JsonNode.Parse(list)![0]!["id"]!.GetValue<string>();

    /// <summary>Runs a line, as another person where it begins so, and gives what was told.</summary>
    private async Task<string> ShouldAsync(int expected, params string[] line)
    {
        var (code, told) = line[0] == "other" ? await RunAsync("other", line[1..]) : await RunAsync("tester", line);
        Assert.True(code == expected, $"{string.Join(' ', line)} ended with {code}: {told}");
        return told;
    }

    private async Task<(int Code, string Output)> RunAsync(string subject, params string[] line)
    {
        await using var output = new StringWriter { NewLine = "\n" };
        var token = Tokens.Make(change: claims =>
            (claims["tenant_id"], claims["role"], claims["tier"], claims["sub"]) = (_tenant, "admin", "enterprise", subject));
        var code = await AgentsCommand.RunAsync(line, new(output, output, TextReader.Null, name => name switch
        {
            Profiles.AddressVariable => gateway.Service.Address.OriginalString,
            Profiles.TokenVariable => token,
            Profiles.PathVariable => Path.Combine(Path.GetTempPath(), "none", "none.json"),
            _ => null,
        }));
        return (code, output.ToString());
    }
}
