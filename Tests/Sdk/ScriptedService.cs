using System.Diagnostics;
using AgentManagement.Tests.Deployment;

namespace AgentManagement.Tests.Sdk;

/// <summary>The server of the conformance suite's scripted cases, started when the first of them is played.</summary>
public sealed class ScriptedService : IAsyncDisposable
{
    private readonly HttpClient _http = new();
    private Process? _process;
    private Uri? _address;

    public Uri Address => _address ?? throw new InvalidOperationException("The server was not started.");

    /// <summary>Begins a case; what was before is forgotten.</summary>
    public async Task BeginAsync(string name)
    {
        if (_process is null) await StartAsync();
        await PutAsync($"cases/{name}");
    }

    public Task ReleaseAsync(string gate) => PutAsync($"gates/{gate}");

    /// <summary>What was not as the script says.</summary>
    public async Task<string> ReportAsync() => await _http.GetStringAsync(new Uri(Address, "control/report"));

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (_process is null) return;
        // It ends with its standard input.
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task StartAsync()
    {
        var start = new ProcessStartInfo(SdkProgram.Find("node"), [Repository.PathOf("sdk/conformance/server.mjs")])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true,
        };
        _process = Process.Start(start)!;
        _address = new(await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The server has ended."));
    }

    private async Task PutAsync(string path)
    {
        using var answer = await _http.PutAsync(new Uri(Address, $"control/{path}"), content: null);
        answer.EnsureSuccessStatusCode();
    }
}
