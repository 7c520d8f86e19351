using AgentManagement.Tests.WebGateway;
using Microsoft.Playwright;

namespace AgentManagement.Tests.WebConsole;

/// <summary>The editor of prompts, in a browser: numbers of lines, and variables that are completed.</summary>
[Collection(typeof(MoreConsoleTests))]
public sealed class PromptTests(Chrome chrome)
{
    private readonly string _tenant = Gateway.NewTenant();

    [Fact]
    public async Task Variables_are_completed_by_the_keyboard()
    {
        await using var window = await OpenAsync("Help.");
        var field = window.Field("System prompt");
        await TypeAsync(window, " You speak for {{");
        await Assertions.Expect(Options(window)).ToHaveTextAsync(["company", "tone", "topic"]);
        await window.PictureAsync("prompt-variables");
        await window.ShouldBeAccessibleAsync();

        // What is typed narrows the list; the keys go round in it, and do nothing else.
        await window.Page.Keyboard.TypeAsync("to");
        await Assertions.Expect(Options(window)).ToHaveTextAsync(["tone", "topic"]);
        await ShouldBeChosenAsync(window, "tone");
        await window.Page.Keyboard.PressAsync("ArrowDown");
        await ShouldBeChosenAsync(window, "topic");
        await window.Page.Keyboard.PressAsync("ArrowDown");
        await ShouldBeChosenAsync(window, "tone");
        await window.Page.Keyboard.PressAsync("ArrowUp");
        await ShouldBeChosenAsync(window, "topic");
        await window.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(field).ToHaveValueAsync("Help. You speak for {{topic}}");
        await window.SeeNotAsync(Options(window));

        // Tab takes as well, and Escape closes until another one is begun.
        await window.Page.Keyboard.TypeAsync(" to {{c");
        await ShouldBeChosenAsync(window, "company");
        await window.Page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(field).ToHaveValueAsync("Help. You speak for {{topic}} to {{company}}");
        await Assertions.Expect(field).ToBeFocusedAsync();
        await window.Page.Keyboard.TypeAsync(" {{t");
        await ShouldBeChosenAsync(window, "tone");
        await window.Page.Keyboard.PressAsync("Escape");
        await window.SeeNotAsync(Options(window));
        await window.Page.Keyboard.TypeAsync("o");
        await window.SeeAsync("Line 1, column 50");
        await window.SeeNotAsync(Options(window));
        await window.Page.Keyboard.TypeAsync("}} {{");
        await Assertions.Expect(Options(window)).ToHaveCountAsync(3);

        // Where there is no list, Tab leaves the field; what was completed is undone as what was typed.
        await window.Page.Keyboard.PressAsync("Escape");
        await window.SeeNotAsync(Options(window));
        await window.Page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(field).Not.ToBeFocusedAsync();
        window.ShouldBeClean();
    }

    [Fact]
    public async Task Variables_are_completed_by_the_mouse_and_that_can_be_undone()
    {
        await using var window = await OpenAsync("Help.\nWith {{compa}} and more.", isDark: true);
        var field = window.Field("System prompt");
        await field.EvaluateAsync("field => { field.focus(); field.setSelectionRange(16, 16); }");
        await window.Page.Keyboard.PressAsync("Backspace");
        await Assertions.Expect(Options(window)).ToHaveTextAsync(["company"]);
        await window.PictureAsync("prompt-variables-dark");
        await window.ShouldBeAccessibleAsync();
        await Options(window).First.ClickAsync();
        // What was there of the variable, with its braces, is replaced.
        await Assertions.Expect(field).ToHaveValueAsync("Help.\nWith {{company}} and more.");
        await Assertions.Expect(field).ToBeFocusedAsync();
        await window.SeeNotAsync(Options(window));
        await window.SeeNotAsync(window.Page.GetByText("Used, and declared nowhere:"));
        await window.Page.Keyboard.PressAsync("ControlOrMeta+z");
        await Assertions.Expect(field).ToHaveValueAsync("Help.\nWith {{copa}} and more.");
        window.ShouldBeClean();
    }

    [Fact]
    public async Task Lines_are_numbered_where_they_begin_however_they_are_wrapped()
    {
        static string Words(int line) => string.Concat(Enumerable.Repeat("words that wrap ", 20 * line));
        var lines = Enumerable.Range(1, 12).Select(line => line % 3 == 0 ? Words(line) : "").Append("the end");
        await using var window = await OpenAsync(string.Join('\n', lines));
        var field = window.Field("System prompt");
        await ScrollAsync(window, "box.scrollHeight");
        await Assertions.Expect(window.Page.Locator(".prompt-gutter span").Last).ToHaveTextAsync("13");
        // The last line is where the field itself, measured alone, has its last line.
        var off = await field.EvaluateAsync<double>("""
            field => {
              const top = field.getBoundingClientRect().top;
              field.style.height = field.style.minHeight = '0';
              const bottom = top + field.scrollHeight - 12;
              field.style.height = field.style.minHeight = '';
              const last = [...document.querySelectorAll('.prompt-gutter span')].at(-1).getBoundingClientRect();
              return Math.abs(bottom - last.bottom);
            }
            """);
        Assert.InRange(off, 0, 6);
        await ShouldStandAtTheirLinesAsync(window, "box.scrollHeight");
        await window.PictureAsync("prompt-numbers");

        // Another width wraps otherwise.
        await window.Page.SetViewportSizeAsync(900, 800);
        await ShouldStandAtTheirLinesAsync(window, "box.scrollHeight");
        window.ShouldBeClean();
    }

    [Fact]
    public async Task Of_thousands_of_lines_those_that_are_seen_are_numbered()
    {
        await using var window = await OpenAsync(string.Join('\n', Enumerable.Range(1, 5_000).Select(line => $"This is line {line}.")));
        var numbers = window.Page.Locator(".prompt-gutter span");
        await Assertions.Expect(numbers.First).ToHaveTextAsync("1");
        Assert.InRange(await numbers.CountAsync(), 10, 60);
        await ScrollAsync(window, "box.scrollHeight");
        await Assertions.Expect(numbers.Last).ToHaveTextAsync("5000");
        Assert.InRange(await numbers.CountAsync(), 10, 60);
        await ScrollAsync(window, "box.scrollHeight / 2");
        await Assertions.Expect(numbers.Last).Not.ToHaveTextAsync("5000");
        await ShouldStandAtTheirLinesAsync(window, "box.scrollHeight / 2");
        // A line more is a number more at once.
        await ScrollAsync(window, "box.scrollHeight");
        await TypeAsync(window, "\n");
        await ScrollAsync(window, "box.scrollHeight");
        await Assertions.Expect(numbers.Last).ToHaveTextAsync("5001");
        window.ShouldBeClean();
    }

    /// <summary>Whoever clicks beside a number is in the line that it says.</summary>
    private static async Task ShouldStandAtTheirLinesAsync(Window window, string at)
    {
        // A window that was just made smaller is still wrapping its lines.
        await Await.Until(async () =>
        {
            await ScrollAsync(window, at);
            return (await SeenAsync()).Length > 0;
        }, "a number is seen");
        for (var asked = 0; asked < 4; asked++)
        {
            var numbers = await SeenAsync();
            if (asked > 0 && asked >= numbers.Length) break;
            var (line, x, y) = (numbers[asked].Text("line"), numbers[asked].GetProperty("x"), numbers[asked].GetProperty("y"));
            await window.Page.Mouse.ClickAsync(x.GetSingle(), y.GetSingle());
            await window.SeeAsync($"Line {line}, column");
        }

        async Task<JsonElement[]> SeenAsync() => [.. (await window.Page.EvaluateAsync<JsonElement>("""
            () => {
              const box = document.querySelector('.prompt-scroll').getBoundingClientRect();
              return [...document.querySelectorAll('.prompt-gutter span')]
                .map(number => [number.textContent, number.getBoundingClientRect()])
                .filter(([, place]) => place.top >= box.top && place.bottom <= box.bottom)
                .map(([line, place]) => ({ line, x: box.left + box.width / 2, y: (place.top + place.bottom) / 2 }));
            }
            """)).EnumerateArray()];
    }

    private static Task ScrollAsync(Window window, string to) => window.Page.Locator(".prompt-scroll")
        .EvaluateAsync($"box => {{ box.scrollIntoView({{ block: 'center' }}); box.scrollTop = {to}; }}");

    private static async Task TypeAsync(Window window, string text)
    {
        await window.Field("System prompt")
            .EvaluateAsync("field => { field.focus(); field.setSelectionRange(field.value.length, field.value.length); }");
        await window.Page.Keyboard.TypeAsync(text);
    }

    private static ILocator Options(Window window) =>
        window.Page.GetByRole(AriaRole.Listbox, new() { Name = "Variables" }).GetByRole(AriaRole.Option);

    /// <summary>The option is marked, and named to who does not see it.</summary>
    private static async Task ShouldBeChosenAsync(Window window, string name)
    {
        var chosen = Options(window).And(window.Page.Locator("[aria-selected=true]"));
        await Assertions.Expect(chosen).ToHaveTextAsync(name);
        await Assertions.Expect(window.Field("System prompt"))
            .ToHaveAttributeAsync("aria-activedescendant", (await chosen.GetAttributeAsync("id"))!);
    }

    private async Task<Window> OpenAsync(string prompt, bool isDark = false)
    {
        static JsonObject Text() => new() { ["type"] = "string" };
        await chrome.Service.CreateClient(_tenant, "admin").CreateAsync(new JsonObject
        {
            ["id"] = "bot", ["name"] = "Bot", ["type"] = "conversational",
            ["config"] = new JsonObject
            {
                ["instructions"] = new JsonObject
                {
                    ["template"] = prompt,
                    ["variables"] = new JsonObject { ["company"] = Text(), ["tone"] = Text(), ["topic"] = Text() },
                },
            },
        }.ToJsonString());
        var window = await chrome.OpenAsync(isDark);
        await window.SignInAsync(_tenant, page: "agents/bot/edit");
        await window.SeeAsync(window.Field("System prompt"));
        return window;
    }
}
