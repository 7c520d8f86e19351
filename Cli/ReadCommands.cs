using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentManagement.Client;

namespace AgentManagement.Cli;

/// <summary>What changes nothing.</summary>
internal static class ReadCommands
{
    public static IEnumerable<Command> All() => [List(), Get(), Describe(), History(), Diff(), Templates(), Tenant(), Audit(), Watch()];

    public static Argument<string> AgentId() => new("ID") { Description = "The agent's id." };

    private static Command List()
    {
        var status = new Option<string?>("--status") { Description = "draft, active, inactive or archived." };
        var type = new Option<string?>("--type") { Description = "conversational, rag or workflow." };
        var tags = new Option<string[]>("--tag") { Description = "Has this tag; several for all of them." };
        var text = new Option<string?>("--query", "-q") { Description = "In name, description or tags." };
        var sort = new Option<string?>("--sort") { Description = "name, createdAt or updatedAt; with - before it descending." };
        var command = new Command("list", "Lists the tenant's agents.") { status, type, tags, text, sort };
        return command.Runs(async (parsed, client, output, stopping) =>
        {
            var filter = new AgentFilter
            {
                Status = parsed.GetValue(status), Type = parsed.GetValue(type), Tags = parsed.GetValue(tags) ?? [],
                Text = parsed.GetValue(text), Sort = parsed.GetValue(sort), PageSize = 200,
            };
            await output.ListAsync(
                client.Agents.ListAsync(filter, stopping), ["id", "name", "type", "status", "version", "updated", "tags"],
                agent => [agent.Id, agent.Name, agent.Type, agent.Degraded.Count > 0 ? $"{agent.Status} (degraded)" : agent.Status,
                    Text(agent.Version), Text(agent.UpdatedAt), string.Join(',', agent.Tags)]);
            return ExitCodes.Done;
        });
    }

    private static Command Get()
    {
        var (id, version) = (AgentId(), new Option<int?>("--version") { Description = "As it was in this version." });
        var command = new Command("get", "Prints an agent whole, as YAML or JSON.") { id, version };
        return command.Runs(async (parsed, client, output, stopping) =>
        {
            var agent = await FindAsync(client, parsed.GetRequiredValue(id), parsed.GetValue(version), stopping);
            (output.IsForPeople ? new Output(output.Writer, Output.Yaml) : output).Show(agent);
            return ExitCodes.Done;
        });
    }

    private static Command Describe()
    {
        var id = AgentId();
        return new Command("describe", "Tells what there is to know of an agent.") { id }.Runs(async (parsed, client, output, stopping) =>
        {
            var agent = await FindAsync(client, parsed.GetRequiredValue(id), version: null, stopping);
            var config = JsonNode.Parse(agent.Config.GetRawText())!;
            output.Show(agent,
                ("id", agent.Id), ("name", agent.Name), ("description", agent.Description), ("type", agent.Type), ("status", agent.Status),
                ("version", Text(agent.Version)), ("tags", string.Join(", ", agent.Tags)),
                ("model", config["model"] is { } model ? $"{model["provider"]}/{model["id"]}" : "none"),
                ("tools", Names(config["tools"], "id")), ("mcp servers", Names(config["mcpServers"], "name")),
                ("hand-offs", Names(config["handoffs"], "agentId")), ("degraded", string.Join(", ", agent.Degraded)),
                ("template", agent.TemplateId is null ? null : $"{agent.TemplateId} version {agent.TemplateVersion}"),
                ("created", $"{Text(agent.CreatedAt)} by {agent.CreatedBy}"), ("updated", $"{Text(agent.UpdatedAt)} by {agent.UpdatedBy}"),
                ("instructions", config["instructions"]?["template"]?.ToString() is { } text ? $"\n{text}" : null));
            return ExitCodes.Done;
        });
    }

    private static Command History()
    {
        var id = AgentId();
        return new Command("history", "Lists an agent's versions, newest first.") { id }.Runs(async (parsed, client, output, stopping) =>
        {
            await output.ListAsync(
                client.Agents.ListVersionsAsync(parsed.GetRequiredValue(id), stopping), ["version", "at", "actor", "kind", "note"],
                version => [Text(version.Version), Text(version.At), version.Actor, version.Kind, version.Note]);
            return ExitCodes.Done;
        });
    }

    private static Command Diff()
    {
        var id = AgentId();
        var from = new Argument<int>("FROM") { Description = "The older version." };
        var to = new Argument<int?>("TO") { Description = "The newer one; the current one by default.", Arity = ArgumentArity.ZeroOrOne };
        return new Command("diff", "Tells what is different in the newer version; ends with 3 when anything is.") { id, from, to }
            .Runs(async (parsed, client, output, stopping) =>
            {
                var agentId = parsed.GetRequiredValue(id);
                var newer = parsed.GetValue(to) ?? (await FindAsync(client, agentId, version: null, stopping)).Version;
                var differences = await client.Agents.DiffAsync(agentId, parsed.GetValue(from), newer, stopping);
                var risks = await client.Agents.RisksAsync(agentId, parsed.GetValue(from), newer, stopping);
                if (!output.IsForPeople)
                {
                    output.Write(JsonSerializer.SerializeToNode(new { differences, risks }, JsonSerializerOptions.Web)!);
                }
                foreach (var risk in risks) output.Say(LineOf(risk));
                foreach (var difference in differences) output.Say(LineOf(difference));
                return differences.Count == 0 ? ExitCodes.Done : ExitCodes.Differences;
            });
    }

    /// <summary>What a change means, for people.</summary>
    public static string LineOf(Risk risk) => $"! {risk.Level}: {risk.Text} ({string.Join(", ", risk.Places)}"
        + (risk.Count > risk.Places.Count ? $" and {risk.Count - risk.Places.Count} more)" : ")");

    /// <summary>A difference, for people.</summary>
    public static string LineOf(Difference difference) => difference.Op switch
    {
        "add" => $"+ {difference.Label}: {difference.To}",
        "remove" => $"- {difference.Label}: {difference.From}",
        "reorder" => $"~ {difference.Label}: {difference.To}",
        _ => $"~ {difference.Label}\n  - {difference.From}\n  + {difference.To}",
    };

    private static Command Templates() => new Command("templates", "Lists the templates that the tenant may use.")
        .Runs(async (_, client, output, stopping) =>
        {
            var templates = await client.Templates.ListAsync(stopping);
            await output.ListAsync(templates.ToAsyncEnumerable(), ["id", "scope", "version", "name", "type", "agents", "behind"],
                template => [template.Id, template.Scope, Text(template.Version), template.Name, template.Type, Text(template.Agents),
                    Text(template.Behind)]);
            return ExitCodes.Done;
        });

    private static Command Tenant() => new Command("tenant", "Tells tier, limits and use of the tenant.")
        .Runs(async (_, client, output, stopping) =>
        {
            var tenant = await client.Tenant.GetAsync(stopping);
            output.Show(tenant, ("tenant", tenant.Id), ("tier", tenant.Tier), ("revision", Text(tenant.Revision)),
                ("agents", Use(tenant, "agents", "agents")), ("active", Use(tenant, "activeAgents", "activeAgents")),
                ("made today", Use(tenant, "createsToday", "createsPerDay")), ("templates", Use(tenant, "templates", "templates")));
            return ExitCodes.Done;
        });

    private static Command Audit()
    {
        var agent = new Option<string?>("--agent") { Description = "Of this agent." };
        var actor = new Option<string?>("--actor") { Description = "By this subject." };
        var kind = new Option<string?>("--kind") { Description = "agent_updated, agent_activated …" };
        var from = new Option<DateTimeOffset?>("--from") { Description = "Not before." };
        var limit = new Option<int>("--limit", "-n") { Description = "At most so many.", DefaultValueFactory = _ => 50 };
        var command = new Command("audit", "Lists changes, newest first.") { agent, actor, kind, from, limit };
        return command.Runs(async (parsed, client, output, stopping) =>
        {
            var filter = new AuditFilter
            {
                AgentId = parsed.GetValue(agent), Actor = parsed.GetValue(actor), Kind = parsed.GetValue(kind),
                From = parsed.GetValue(from),
            };
            await output.ListAsync(client.Audit.ListAsync(filter, stopping).Take(parsed.GetValue(limit)),
                ["revision", "at", "kind", "what", "version", "actor", "note"],
                entry => [Text(entry.Revision), Text(entry.At), entry.Kind,
                    entry.AgentId ?? entry.TemplateId ?? entry.FileId ?? entry.ApiKeyId, Text(entry.Version), entry.Actor, entry.Note]);
            return ExitCodes.Done;
        });
    }

    private static Command Watch()
    {
        var since = new Option<long?>("--since") { Description = "Begins after this revision; with the next change by default." };
        var command = new Command("watch", "Tells changes as they happen, until it is stopped.") { since };
        return command.Runs(async (parsed, client, output, stopping) =>
        {
            try
            {
                await foreach (var message in client.Changes.FollowAsync(
                    parsed.GetValue(since), new() { Notices = true }, stopping))
                {
                    // A line each, so that a pipe can follow.
                    var revision = message.IsChange ? Text(message.Revision) : "-";
                    await output.Writer.WriteLineAsync(output.IsForPeople
                        ? Plain.Line($"{revision,8}  {Text(message.At ?? default)}  {message.Event}  {message.AgentId}")
                        : JsonSerializer.Serialize(message, JsonSerializerOptions.Web));
                    await output.Writer.FlushAsync(stopping);
                }
            }
            catch (ResyncRequiredException)
            {
                var tenant = await client.Tenant.GetAsync(stopping);
                throw new CliException($"The tenant has no such revision; it is at {tenant.Revision}.");
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                // As it was asked.
            }
            return ExitCodes.Done;
        });
    }

    public static async Task<Agent> FindAsync(AgentManagementClient client, string id, int? version, CancellationToken stopping) =>
        await (version is { } number ? client.Agents.FindVersionAsync(id, number, stopping) : client.Agents.FindAsync(id, stopping))
            ?? throw new CliException($"There is no agent '{Plain.Line(id)}'{(version is null ? "" : $" with version {version}")}.");

    private static string Use(Tenant tenant, string used, string limit)
    {
        var allowed = tenant.Limits.GetProperty(limit);
        return $"{tenant.Usage.GetProperty(used)} of {(allowed.ValueKind == JsonValueKind.Number ? allowed.ToString() : "any number")}";
    }

    private static string Names(JsonNode? items, string member) =>
        string.Join(", ", (items as JsonArray ?? []).Select(item => item?[member]?.ToString()).Where(name => name is not null));

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Text(DateTimeOffset time) => time.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
