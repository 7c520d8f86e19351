using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace AgentManagement.WebConsole.Components;

/// <summary>What only the browser can do: wwwroot/console.js.</summary>
public sealed class Browser(IJSRuntime js)
{
    /// <summary>Of this tab: over reloads, and gone with it.</summary>
    public ValueTask<string?> ReadTabAsync(string key) => js.InvokeAsync<string?>("agentConsole.readTab", key);

    /// <returns>False when there is no room for it.</returns>
    public ValueTask<bool> WriteTabAsync(string key, string? value) => js.InvokeAsync<bool>("agentConsole.writeTab", key, value);

    /// <summary>Of this browser, for every tab.</summary>
    public ValueTask<string?> ReadAsync(string key) => js.InvokeAsync<string?>("agentConsole.read", key);

    public ValueTask WriteAsync(string key, string? value) => js.InvokeVoidAsync("agentConsole.write", key, value);

    public ValueTask<bool> PrefersDarkAsync() => js.InvokeAsync<bool>("agentConsole.prefersDark");

    public ValueTask<string?> LanguageAsync() => js.InvokeAsync<string?>("agentConsole.language");

    public ValueTask SetLanguageAsync(string language) => js.InvokeVoidAsync("agentConsole.setLanguage", language);

    public ValueTask CopyAsync(string text) => js.InvokeVoidAsync("agentConsole.copy", text);

    public ValueTask DownloadAsync(string name, string mediaType, string text) =>
        js.InvokeVoidAsync("agentConsole.download", name, mediaType, text);

    public ValueTask<bool> FocusAsync(string id) => js.InvokeAsync<bool>("agentConsole.focus", id);

    /// <summary>Has the browser ask before the page is left.</summary>
    public ValueTask AskBeforeLeavingAsync(bool ask) => js.InvokeVoidAsync("agentConsole.leave", ask);

    public ValueTask OpenDialogAsync(ElementReference dialog) => js.InvokeVoidAsync("agentConsole.openDialog", dialog);

    /// <summary>Has the keys that hold everywhere told to a component.</summary>
    public ValueTask ListenAsync<T>(DotNetObjectReference<T> listener) where T : class =>
        js.InvokeVoidAsync("agentConsole.listen", listener);

    /// <summary>Numbers the lines of a text, and marks its variables: those that are declared, and those that are not.</summary>
    public ValueTask MarkPromptAsync(
        ElementReference field, ElementReference shadow, ElementReference gutter, IEnumerable<string> declared) =>
        js.InvokeVoidAsync("agentConsole.markPrompt", field, shadow, gutter, declared.ToArray());

    /// <summary>Shows a list at a place of a text.</summary>
    public ValueTask ShowListAsync(ElementReference list, ElementReference shadow, int at) =>
        js.InvokeVoidAsync("agentConsole.showList", list, shadow, at);

    /// <summary>Puts a text in the place of another as if it was typed, so that it can be undone.</summary>
    public ValueTask TypeAsync(ElementReference field, int from, int to, string text) =>
        js.InvokeVoidAsync("agentConsole.type", field, from, to, text);

    public ValueTask SelectAsync(ElementReference field, int from, int to) =>
        js.InvokeVoidAsync("agentConsole.select", field, from, to);

    public async ValueTask<int> CaretAsync(ElementReference field) => (await js.InvokeAsync<int[]>("agentConsole.caret", field))[0];
}
