using AgentManagement.Cli;
using AgentManagement.Tests.Client;
using AgentManagement.Tests.WebGateway;

namespace AgentManagement.Tests.Cli;

/// <summary>The command line as a person types it, on the real service.</summary>
[Collection(typeof(GatewayTests))]
public sealed class CliTests(Gateway gateway) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;
    private readonly string _tenant = Gateway.NewTenant();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task An_agent_comes_in_goes_live_and_goes_back()
    {
        var file = Path.Combine(_folder, "agents.ndjson");
        await File.WriteAllTextAsync(file, $"{Api.Content(id: "bot")}\n");
        Assert.Equal((0, "completed: 1 created, 0 updated, 0 unchanged, 0 refused\n"), await RunAsync("import", file));
        Assert.Equal((0, "bot is active, version 2.\n"), await RunAsync("activate", "bot", "--reason", "Now"));
        Assert.Contains("Now", (await RunAsync("history", "bot")).Output, StringComparison.Ordinal);
        await gateway.Client(tenant: _tenant).SendAsync("PATCH", "/api/v1/agents/bot", """{"name":"Other"}""");
        var (code, differences) = await RunAsync("diff", "bot", "1");
        Assert.Equal(ExitCodes.Differences, code);
        Assert.Contains("  + Other", differences, StringComparison.Ordinal);
        Assert.Contains("! low: Texts for people changed: names, descriptions, tags. (name)", differences, StringComparison.Ordinal);
        Assert.Equal((0, "bot is active, version 4.\n"), await RunAsync("rollback", "bot", "1"));
        Assert.Equal(0, (await RunAsync("diff", "bot", "1", "4")).Code);
        Assert.Equal((0, "copy is draft, version 1.\n"), await RunAsync("clone", "bot", "Copy", "--id", "copy"));
        Assert.Equal((0, "copy is archived.\n"), await RunAsync("archive", "copy"));
        Assert.Equal((0, "copy is draft, version 3.\n"), await RunAsync("restore", "copy"));
        Assert.Contains("agent_rolled_back", (await RunAsync("audit", "--agent", "bot")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lists_are_tables_for_people_and_json_or_yaml_for_programs()
    {
        await gateway.Client(tenant: _tenant).SendAsync("PUT", "/api/v1/agents/bot", Api.Content());
        var lines = (await RunAsync("list")).Output.Split('\n');
        Assert.StartsWith("ID", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("bot", lines[1], StringComparison.Ordinal);
        Assert.Equal("bot", JsonNode.Parse((await RunAsync("list", "-o", "json")).Output)![0]!["id"]!.GetValue<string>());
        Assert.Contains("id: bot", (await RunAsync("get", "bot")).Output, StringComparison.Ordinal);
        Assert.Contains("id:", (await RunAsync("describe", "bot")).Output, StringComparison.Ordinal);
        Assert.Equal(_tenant, JsonNode.Parse((await RunAsync("tenant", "-o", "json")).Output)!["id"]!.GetValue<string>());
    }

    [Fact]
    public async Task What_goes_out_comes_in_again()
    {
        await gateway.Client(tenant: _tenant).SendAsync("PUT", "/api/v1/agents/bot", Api.Content());
        var file = Path.Combine(_folder, "out.ndjson");
        Assert.Equal(0, (await RunAsync("export", "-f", file)).Code);
        Assert.Equal((0, "completed: 0 created, 0 updated, 1 unchanged, 0 refused\n"), await RunAsync("import", file));
    }

    [Fact]
    public async Task Agents_of_another_system_come_in_and_go_out_again()
    {
        var agents = Directory.CreateDirectory(Path.Combine(_folder, "project", ".claude", "agents")).FullName;
        var file = Path.Combine(agents, "reviewer.md");
        await File.WriteAllTextAsync(file, "---\nname: reviewer\ndescription: Reads changes.\ntools: Read, Grep\n---\nRead every line.\n");
        await File.WriteAllTextAsync(Path.Combine(_folder, "project", "notes.txt"), "No agent.");

        var (code, told) = await RunAsync("import", "--from", "auto", Path.Combine(_folder, "project"), "--dry-run");
        Assert.Equal(0, code);
        Assert.Contains("reviewer.md: claude, 1 agents", told, StringComparison.Ordinal);
        Assert.Equal(1, (await RunAsync("get", "reviewer")).Code);

        Assert.Equal(0, (await RunAsync("import", "--from", "claude", agents)).Code);
        Assert.Contains("Read every line.", (await RunAsync("get", "reviewer")).Output, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync("export", "reviewer", "--as", "claude", "--dir", Path.Combine(_folder, "out"))).Code);
        var again = await File.ReadAllTextAsync(Path.Combine(_folder, "out", ".claude", "agents", "reviewer.md"));
        Assert.EndsWith("---\nRead every line.\n", again, StringComparison.Ordinal);
        Assert.Equal(
            (0, "completed: 0 created, 0 updated, 1 unchanged, 0 refused"),
            (0, (await RunAsync("import", "--from", "claude", agents)).Output.Trim().Split('\n')[^1]));
    }

    [Fact]
    public async Task A_file_with_a_credential_is_not_imported_nor_anything_beside_it()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "a.md"), "---\nname: a\ndescription: x\n---\nHelp.\n");
        await File.WriteAllTextAsync(
            Path.Combine(_folder, "b.md"), "---\nname: b\ndescription: x\n---\nUse sk-proj-abcdefghijklmnopqrstuvwxyz0123456789ABCD.\n");
        var (code, told) = await RunAsync("import", "--from", "claude", _folder);
        Assert.Equal(1, code);
        Assert.Contains("b.md", told, StringComparison.Ordinal);
        Assert.DoesNotContain("sk-proj", told, StringComparison.Ordinal);
        Assert.Equal(1, (await RunAsync("get", "a")).Code);
    }

    [Fact]
    public async Task A_refusal_says_which_field_and_a_conflict_has_a_code_of_its_own()
    {
        await gateway.Client(tenant: _tenant).SendAsync("PUT", "/api/v1/agents/bot", """{"name":"Bot","type":"rag","config":{}}""");
        var (code, output) = await RunAsync("activate", "bot");
        Assert.Equal(ExitCodes.Error, code);
        Assert.Contains("/config/model", output, StringComparison.Ordinal);
        (code, output) = await RunAsync("activate", "bot", "--if-version", "7");
        Assert.Equal(ExitCodes.Conflict, code);
        Assert.Contains("The current version is 1.", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_are_planned_applied_and_then_as_they_are()
    {
        var folder = WriteAgents(("one.yaml", "One"), ("two.yaml", "Two"));
        var (code, told) = await RunAsync("plan", "-f", folder);
        Assert.Equal((ExitCodes.Differences, "In all: 2 create."), (code, LastLine(told)));
        Assert.Equal(1, (await RunAsync("get", "one")).Code);
        (code, told) = await RunAsync("apply", "-f", folder, "--note", "First");
        Assert.Equal(0, code);
        Assert.Matches("create     one\ncreate     two\nIn all: 2 create\\.\n2 files in .* s, 2 requests\\.\n", told);
        Assert.Equal((0, "In all: 2 unchanged.\n"), await RunAsync("plan", "-f", folder));
        Assert.Matches("In all: 2 unchanged\\.\n2 files in .* s, 2 requests\\.\n", (await RunAsync("apply", "-f", folder)).Output);
        Assert.Contains("version: 1", (await RunAsync("get", "one")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Edits_in_three_places_are_kept_told_or_clash()
    {
        var folder = WriteAgents(("one.yaml", "One"));
        Assert.Equal(0, (await RunAsync("apply", "-f", folder)).Code);
        var rest = gateway.Client(tenant: _tenant);
        await (await rest.SendAsync("PATCH", "/api/v1/agents/one", """{"description":"By REST"}""")).ShouldBeAsync(200);
        WriteAgents(("one.yaml", "One, of the file"));

        var (code, told) = await RunAsync("plan", "-f", folder);
        Assert.Equal(ExitCodes.Differences, code);
        Assert.Contains("  kept: description, which somebody changed since; tester made version 2\n", told, StringComparison.Ordinal);
        Assert.Contains("  ~ name\n    - One\n    + One, of the file\n", told, StringComparison.Ordinal);
        Assert.Contains("  ! low: Texts for people changed", told, StringComparison.Ordinal);
        (code, told) = await RunAsync("apply", "-f", folder);
        Assert.Equal(0, code);
        Assert.Contains("  kept: description, which somebody changed since; tester made version 2\n", told, StringComparison.Ordinal);

        await (await rest.SendAsync("PATCH", "/api/v1/agents/one", """{"name":"One, by hand"}""")).ShouldBeAsync(200);
        WriteAgents(("one.yaml", "One, once more"));
        (code, told) = await RunAsync("apply", "-f", folder);
        Assert.Equal(ExitCodes.Conflict, code);
        Assert.Contains("    file: One, once more\n    live: One, by hand\n", told, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync("apply", "-f", folder, "--take", "one:name=live")).Code);
        var agent = await rest.GetAsync("/api/v1/agents/one", 200);
        Assert.Equal(("One, by hand", "By REST"), (agent.Text("name"), agent.Text("description")));
        Assert.Equal(0, (await RunAsync("apply", "-f", folder)).Code);
        Assert.Equal(ExitCodes.Usage, (await RunAsync("apply", "-f", folder, "--take", "name=mine")).Code);
    }

    [Fact]
    public async Task Only_what_was_made_of_the_same_managers_files_is_pruned()
    {
        var folder = WriteAgents(("one.yaml", "One"), ("two.yaml", "Two"));
        Assert.Equal(0, (await RunAsync("apply", "-f", folder, "-m", "ci")).Code);
        await gateway.Client(tenant: _tenant).SendAsync("PUT", "/api/v1/agents/hand", Api.Content());
        File.Delete(Path.Combine(folder, "two.yaml"));
        Assert.Equal(
            (ExitCodes.Differences, "adopt      one\nIn all: 1 adopt.\n"),
            await RunAsync("plan", "-f", folder, "--prune", "-m", "other-one"));
        Assert.Contains("archive    two", (await RunAsync("plan", "-f", folder, "--prune", "-m", "ci")).Output, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync("apply", "-f", folder, "--prune", "-m", "ci")).Code);
        Assert.Contains("status: archived", (await RunAsync("get", "two")).Output, StringComparison.Ordinal);
        Assert.Contains("status: draft", (await RunAsync("get", "hand")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_with_a_typing_error_is_refused_and_the_others_are_applied()
    {
        var folder = WriteAgents(("one.yaml", "One"), ("two.yaml", "Two"));
        await File.AppendAllTextAsync(Path.Combine(folder, "two.yaml"), "\ndescripton: x\n");
        var (code, told) = await RunAsync("apply", "-f", folder);
        Assert.Equal(ExitCodes.Error, code);
        Assert.Contains("/descripton", told, StringComparison.Ordinal);
        Assert.Equal((0, 1), ((await RunAsync("get", "one")).Code, (await RunAsync("get", "two")).Code));
    }

    [Fact]
    public async Task What_get_prints_can_be_applied()
    {
        await gateway.Client(tenant: _tenant).SendAsync(
            "PUT", "/api/v1/agents/bot", Api.Content(text: "Help.\\n\\tAnd more: # not a comment"));
        var file = Path.Combine(_folder, "bot.yaml");
        await File.WriteAllTextAsync(file, (await RunAsync("get", "bot", "-o", "yaml")).Output);
        Assert.Equal(0, (await RunAsync("apply", "-f", file)).Code);
        Assert.Equal(0, (await RunAsync("diff", "bot", "1")).Code);
    }

    [Fact]
    public async Task An_edit_is_saved_over_what_others_changed_meanwhile()
    {
        await gateway.Client(tenant: _tenant).SendAsync("PUT", "/api/v1/agents/bot", Api.Content());
        Assert.Equal((0, "Nothing was changed.\n"), await EditAsync("true"));
        Assert.Equal((0, "bot is draft, version 2.\n"), await EditAsync("sed -i 's/Support bot/Edited/'"));
        var (code, told) = await EditAsync("sed -i s/conversational/robot/");
        Assert.Equal(1, code);
        Assert.Contains("Nothing was saved. What you wrote is in ", told, StringComparison.Ordinal);
        Assert.Equal(1, (await EditAsync("false")).Code);

        Task<(int Code, string Output)> EditAsync(string editor) => RunAsync(
            name => name == "EDITOR" ? editor : Variable(name), "edit", "bot");
    }

    [Fact]
    public async Task Keys_are_made_used_and_revoked()
    {
        var (code, secret) = await RunAsync("keys", "create", "ci", "--role", "viewer");
        Assert.Equal(0, code);
        string? WithKey(string name) => name == Profiles.TokenVariable ? secret.Trim() : Variable(name);
        Assert.Equal(0, (await RunAsync(WithKey, "list")).Code);
        var id = JsonNode.Parse((await RunAsync("keys", "list", "-o", "json")).Output)![0]!["id"]!.GetValue<string>();
        Assert.NotEqual(secret, (await RunAsync("keys", "rotate", id)).Output);
        Assert.Equal((0, $"{id} is revoked.\n"), await RunAsync("keys", "revoke", id));
        Assert.Equal(ExitCodes.Usage, (await RunAsync("keys", "create", "ci")).Code);
    }

    [Fact]
    public async Task The_doctor_names_what_is_wrong()
    {
        Assert.Equal(0, (await RunAsync("doctor")).Code);
        var (code, told) = await RunAsync(name => name == Profiles.AddressVariable ? "http://127.0.0.1:1" : Variable(name), "doctor");
        Assert.Equal((1, true), (code, LastLine(told).StartsWith("wrong service:", StringComparison.Ordinal)));
        (code, told) = await RunAsync(name => name == Profiles.TokenVariable ? "none" : Variable(name), "doctor");
        Assert.Equal((1, true), (code, LastLine(told).StartsWith("wrong token:", StringComparison.Ordinal)));
    }

    [Theory, InlineData("bash"), InlineData("zsh"), InlineData("fish"), InlineData("powershell")]
    public async Task Shells_are_told_how_to_complete(string shell)
    {
        Assert.Contains("[suggest:", (await RunAsync("completion", shell)).Output, StringComparison.Ordinal);
        Assert.Contains("apply", (await RunAsync("[suggest:2]", "ap")).Output, StringComparison.Ordinal);
    }

    [Theory, InlineData("gett"), InlineData("diff"), InlineData("diff", "bot", "one"), InlineData("list", "-o", "xml"),
        InlineData("login", "ftp://x")]
    public async Task A_line_that_is_no_command_is_explained(params string[] line)
    {
        var (code, output) = await RunAsync(line);
        Assert.Equal(ExitCodes.Usage, code);
        Assert.NotEmpty(output);
    }

    [Fact]
    public async Task A_rate_that_is_used_up_is_waited_for_however_often()
    {
        var folder = WriteAgents(("one.yaml", "One"));
        var busy = ScriptedServer.Says(429, """{"code":"rate_limited","detail":"No."}""", ("Retry-After", "0"));
        await using var server = await ScriptedServer.StartAsync(
            [.. Enumerable.Repeat(busy, 20), ScriptedServer.Says(201, """{"id":"one","version":1,"change":"agent_created"}""")]);
        var (code, told) = await RunAsync(
            name => name == Profiles.AddressVariable ? server.Http.BaseAddress!.OriginalString : Variable(name), "apply", "-f", folder);
        Assert.Equal(0, code);
        Assert.Contains("21 requests", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task How_far_it_is_is_told_now_and_then_where_there_is_no_terminal()
    {
        var folder = WriteAgents([.. Enumerable.Range(0, 200).Select(number => ($"a{number}.yaml", "A"))]);
        await using var server = await ScriptedServer.StartAsync(ScriptedServer.Says(200, """{"id":"a","version":1,"change":"none"}"""));
        var (_, told) = await RunAsync(
            name => name == Profiles.AddressVariable ? server.Http.BaseAddress!.OriginalString : Variable(name), "apply", "-f", folder,
            "-o", "json");
        Assert.Contains("apply: 100 of 200 files.", told, StringComparison.Ordinal);
        Assert.Contains("apply: 200 of 200 files.", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_there_is_said()
    {
        Assert.Equal((1, "There is no agent 'nope'.\n"), await RunAsync("get", "nope"));
        Assert.Equal(
            (1, "There is no profile 'default'. Make it with: agents login URL\n"), await RunAsync(_ => null, "list"));
    }

    [Fact]
    public async Task A_service_that_is_away_is_one_line()
    {
        var (code, output) = await RunAsync(name => name == Profiles.AddressVariable ? "http://127.0.0.1:1" : null, "list");
        Assert.Equal(1, code);
        Assert.Single(output.Trim().Split('\n'));
    }

    [Fact]
    public async Task A_login_is_kept_where_nobody_else_reads_it_and_one_that_fails_is_not()
    {
        var path = Path.Combine(_folder, "config", "config.json");
        string? Variable(string name) => name == Profiles.PathVariable ? path : null;
        var address = gateway.Service.Address.OriginalString;
        Assert.Equal(1, (await RunAsync(Variable, "login", address, "--token", "none")).Code);
        Assert.False(File.Exists(path));
        Assert.Equal(0, (await RunAsync(Variable, "login", address, "--token", TokenOf(_tenant))).Code);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Equal(0, (await RunAsync(Variable, "list")).Code);
    }

    [Theory, InlineData("a\u001b[2Jb", "a[2Jb"), InlineData("a\u202eb", "ab"), InlineData("a\nb", "a b")]
    public void Texts_of_others_do_not_move_the_cursor(string text, string printed) => Assert.Equal(printed, Plain.Line(text));

    private Task<(int Code, string Output)> RunAsync(params string[] line) => RunAsync(Variable, line);

    private string? Variable(string name) => name switch
    {
        Profiles.AddressVariable => gateway.Service.Address.OriginalString,
        Profiles.TokenVariable => TokenOf(_tenant),
        _ => null,
    };

    private string WriteAgents(params (string File, string Name)[] agents)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, "agents")).FullName;
        foreach (var (file, name) in agents)
        {
            File.WriteAllText(Path.Combine(folder, file), $$"""
                id: {{Path.GetFileNameWithoutExtension(file)}}
                name: "{{name}}"
                type: conversational
                config:
                  model: {provider: openai, id: gpt-5-mini}
                  instructions: {template: Help.}
                """);
        }
        return folder;
    }

    private static string LastLine(string text) => text.Trim().Split('\n')[^1];

    /// <summary>What both outputs say, as a terminal shows them.</summary>
    private async Task<(int Code, string Output)> RunAsync(Func<string, string?> variables, params string[] line)
    {
        await using var output = new StringWriter { NewLine = "\n" };
        var path = Path.Combine(_folder, "none.json");
        var code = await AgentsCommand.RunAsync(line, new(
            output, output, TextReader.Null, name => variables(name) ?? (name == Profiles.PathVariable ? path : null)));
        return (code, output.ToString());
    }

    private static string TokenOf(string tenant) => Tokens.Make(change: claims =>
        (claims["tenant_id"], claims["role"], claims["tier"]) = (tenant, "admin", "enterprise"));
}
