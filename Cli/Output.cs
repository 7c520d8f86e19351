using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;
using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.EventEmitters;

namespace AgentManagement.Cli;

/// <summary>Prints results as the user asked for them: a table for people, JSON or YAML for programs.</summary>
internal sealed class Output(TextWriter writer, string format)
{
    public const string Table = "table";
    public const string Json = "json";
    public const string Yaml = "yaml";
    private const int WideEnough = 100_000;

    public static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };

    // Colours on a terminal only; none where NO_COLOR is set, at which Spectre looks.
    private readonly IAnsiConsole _console = AnsiConsole.Create(new AnsiConsoleSettings
    {
        Out = new AnsiConsoleOutput(writer),
        Ansi = writer == Console.Out && !Console.IsOutputRedirected ? AnsiSupport.Detect : AnsiSupport.No,
    });

    public bool IsForPeople => format == Table;

    public TextWriter Writer => writer;

    /// <summary>Rows of a table, or the items themselves.</summary>
    public async Task ListAsync<T>(IAsyncEnumerable<T> items, string[] columns, Func<T, string?[]> row)
    {
        if (!IsForPeople)
        {
            var all = new JsonArray();
            await foreach (var item in items) all.Add(JsonSerializer.SerializeToNode(item, Indented));
            Write(all);
            return;
        }
        var table = new Table { Border = TableBorder.None, ShowHeaders = true };
        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn(new Text(column.ToUpperInvariant(), new(decoration: Decoration.Bold))) { NoWrap = true });
        }
        await foreach (var item in items) table.AddRow(row(item).Select(cell => new Text(Plain.Line(cell))));
        // Whoever reads a file or a pipe wants whole lines.
        if (!_console.Profile.Out.IsTerminal) _console.Profile.Width = WideEnough;
        _console.Write(table);
    }

    /// <summary>One thing, by what a table shows of it, or whole.</summary>
    public void Show<T>(T item, params (string Name, string? Value)[] lines)
    {
        if (!IsForPeople)
        {
            Write(JsonSerializer.SerializeToNode(item, Indented)!);
            return;
        }
        var width = lines.Max(line => line.Name.Length) + 2;
        foreach (var (name, value) in lines)
        {
            if (!string.IsNullOrEmpty(value)) writer.WriteLine($"{(name + ":").PadRight(width)}{Plain.Text(value)}");
        }
    }

    /// <summary>A sentence, for people only.</summary>
    public void Say(string sentence)
    {
        if (IsForPeople) writer.WriteLine(Plain.Text(sentence));
    }

    public void Write(JsonNode node) => writer.WriteLine(format == Yaml ? YamlOf(node).TrimEnd() : node.ToJsonString(Indented));

    public static string YamlOf(JsonNode node) => new SerializerBuilder().WithQuotingNecessaryStrings()
        .WithEventEmitter(next => new LinesAsTheyAre(next)).Build().Serialize(Plainly(node)!);

    private static object? Plainly(JsonNode? node) => node switch
    {
        JsonObject members => members.ToDictionary(member => member.Key, member => Plainly(member.Value)),
        JsonArray items => items.Select(Plainly).ToList(),
        JsonValue value when value.TryGetValue(out string? text) => text,
        JsonValue value when value.TryGetValue(out bool flag) => flag,
        JsonValue value when value.TryGetValue(out long number) => number,
        JsonValue value when value.TryGetValue(out decimal number) => number,
        JsonValue value => value.ToJsonString(),
        _ => null,
    };
}

/// <summary>Writes texts of several lines as such, in place of folding them.</summary>
internal sealed class LinesAsTheyAre(IEventEmitter next) : ChainedEventEmitter(next)
{
    public override void Emit(ScalarEventInfo eventInfo, IEmitter emitter)
    {
        if (eventInfo.Source.Value is string text && text.Contains('\n', StringComparison.Ordinal))
        {
            eventInfo = new(eventInfo.Source) { Style = ScalarStyle.Literal };
        }
        base.Emit(eventInfo, emitter);
    }
}

/// <summary>Texts of others on a terminal: without what moves its cursor or hides what is there.</summary>
internal static class Plain
{
    public static string Line(string? text) => Text(text).Replace('\n', ' ').Replace('\t', ' ');

    public static string Text(string? text) => string.Concat((text ?? "").Where(letter => !IsUnseen(letter)));

    private static bool IsUnseen(char letter) =>
        (char.IsControl(letter) && letter is not ('\n' or '\t')) || letter is >= '\u202A' and <= '\u202E' or >= '\u2066' and <= '\u2069';
}
