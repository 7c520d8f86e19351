using AgentManagement.ServiceDefaults.Hosting;
using AgentManagement.Tests.WebGateway;

namespace AgentManagement.Tests.Observability;

/// <summary>A start and a stop are a line each.</summary>
public sealed class LifeLogTests
{
    [Fact]
    public async Task What_has_started_says_what_it_is_and_whom_it_sees_and_what_stops_says_so()
    {
        LogCapture logs;
        await using (var service = await ServiceHost.StartAsync())
        {
            logs = service.Logs;
            await Await.Until(() => LinesOf("process_started").Count == 1, "the line of the start");
            var line = LinesOf("process_started")[0];
            Assert.Equal(("gateway and silo", ServiceVersion.Current), (line.Text("role"), line.Text("version")));
            Assert.Equal((1, 1), (line.GetProperty("schema").GetInt32(), line.GetProperty("silos").GetInt32()));
            Assert.Empty(LinesOf("process_stops"));
        }
        Assert.Single(LinesOf("process_stops"));

        List<JsonElement> LinesOf(string name) =>
        [
            .. logs.Lines.Select(text => JsonDocument.Parse(text).RootElement)
                .Where(line => line.TryGetProperty("event", out var found) && found.GetString() == name),
        ];
    }
}
