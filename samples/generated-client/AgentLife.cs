using AgentManagement.Generated;

/// <summary>
/// An agent from its creation to its end, by a client that NSwag makes of /openapi/v1.json (docs/http.md). The tests make the client,
/// compile it with this and run it against the service.
/// </summary>
public static class AgentLife
{
    /// <param name="http">Its base address is the service's, its authorization a token of an administrator.</param>
    /// <returns>What was seen on the way.</returns>
    public static async Task<List<string>> RunAsync(HttpClient http)
    {
        var (client, seen) = (new AgentsClient(http), new List<string>());
        var made = await client.CreateAgentAsync(body: new AgentContent
        {
            Id = "bot", Name = "Bot", Type = AgentType.Conversational, Tags = ["first"],
            Config = new() { Model = new() { Provider = "openai", Id = "gpt-5-mini" }, Instructions = new() { Template = "Help." } },
        });
        var read = await client.GetAgentAsync("bot");
        seen.Add($"made {made.Version} {made.Status}, read {read.Name} {read.Type} {read.Config.Instructions?.Template}");

        // What was read is sent back with a change, onto the version that was read.
        var content = new AgentContent { Name = "Bot 2", Type = read.Type, Config = read.Config, Tags = read.Tags };
        var replaced = await client.ReplaceAgentAsync("bot", if_Match: ETagOf(read), body: content);
        seen.Add($"replaced {replaced.Version} {replaced.Name}");
        try
        {
            await client.ReplaceAgentAsync("bot", if_Match: ETagOf(read), body: content);
        }
        catch (ApiException<Problem> refusal)
        {
            seen.Add($"refused {refusal.StatusCode} {refusal.Result.Code}");
        }
        var patched = await client.PatchAgentAsync("bot", if_Match: ETagOf(replaced), body: new { description = "Patched" });
        seen.Add($"patched {patched.Version} {patched.Description}");

        var tried = await client.TryActivateAgentAsync("bot");
        var live = await client.ActivateAgentAsync("bot", body: new() { Reason = "Now" });
        seen.Add($"tried {tried.Valid}, live {live.Version} {live.Status}");
        var versions = await client.ListAgentVersionsAsync("bot");
        seen.Add($"versions {string.Join(' ', versions.Items.Select(version => $"{version.Version}:{version.Kind}"))}");
        var back = await client.RollBackAgentAsync("bot", body: new() { ToVersion = 1 });
        seen.Add($"back {back.Version} {back.Name} {back.Status}");

        var listed = await client.ListAgentsAsync(status: Status.Active, tag: ["first"]);
        seen.Add($"listed {string.Join(' ', listed.Items.Select(agent => agent.Id))}");
        await client.DeleteAgentAsync("bot");
        seen.Add($"archived {(await client.GetAgentAsync("bot")).Status}");
        await client.DeleteAgentAsync("bot", purge: true);
        try
        {
            await client.GetAgentAsync("bot");
        }
        catch (ApiException<Problem> refusal)
        {
            seen.Add($"gone {refusal.StatusCode} {refusal.Result.Code}");
        }
        return seen;
    }

    private static string ETagOf(AgentResponse agent) => $"\"{agent.Version}\"";
}
