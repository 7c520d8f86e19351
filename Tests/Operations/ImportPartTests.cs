using System.Text;
using AgentManagement.App.Commands;
using AgentManagement.Domain.Tasks;
using AgentManagement.Grains.Tasks;
using AgentManagement.ServiceDefaults.Settings;

namespace AgentManagement.Tests.Operations;

/// <summary>A file of any size, in parts that an import takes.</summary>
public sealed class ImportPartTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("aa\nbb\n", "aa\nbb\n")]
    [InlineData("aaaa\nbbbb\nc\n", "aaaa\n|bbbb\nc\n")]
    [InlineData("aaaaaaa\nb", "aaaaaaa\n|b")]
    [InlineData("b\naaaaaaa\n\n", "b\n|aaaaaaa\n|\n")]
    [InlineData("a\nbbbbbbbb", "a\n|bbbbbbbb")]
    [InlineData("é\nüü\nö", "é\nüü\n|ö")]
    public async Task Each_part_is_of_whole_lines_and_together_they_are_the_file(string text, string expected)
    {
        using var file = new MemoryStream(Encoding.UTF8.GetBytes(text));
        var parts = await ImportPart.DivideAsync(file, 8, default);
        var read = new List<string>();
        foreach (var part in parts)
        {
            Assert.Equal(text.Length == 0 ? 0 : read.Sum(TaskLines.Count), part.LinesBefore);
            read.Add(Encoding.UTF8.GetString(await part.ReadAsync(file, default)));
            Assert.Equal(TaskLines.Count(read[^1]), part.Lines);
        }
        Assert.Equal(expected, string.Join('|', read));
    }

    [Fact]
    public async Task A_part_has_no_more_lines_than_an_import_takes()
    {
        using var file = new MemoryStream(Encoding.UTF8.GetBytes(new string('\n', (2 * TaskLines.MaxLines) + 1)));
        var parts = await ImportPart.DivideAsync(file, 1 << 20, default);
        Assert.Equal([TaskLines.MaxLines, TaskLines.MaxLines, 1], parts.Select(part => part.Lines));
        Assert.Equal([0, TaskLines.MaxLines, 2 * TaskLines.MaxLines], parts.Select(part => part.LinesBefore));
    }

    [Theory, InlineData("a\nbbbbbbbb\nc\n"), InlineData("a\nbbbbbbbbb")]
    public async Task A_line_that_no_import_takes_is_named(string text)
    {
        using var file = new MemoryStream(Encoding.UTF8.GetBytes(text));
        var exception = await Assert.ThrowsAsync<SettingsException>(() => ImportPart.DivideAsync(file, 8, default));
        Assert.StartsWith("Line 2 has more than 8 bytes", exception.Message, StringComparison.Ordinal);
    }
}
