using System.Text;
using AgentManagement.ServiceDefaults.Observability;

namespace AgentManagement.Tests.Observability;

public sealed class LogWriterTests
{
    [Fact]
    public void All_lines_are_written_whole_and_each_threads_in_its_order()
    {
        const int threads = 4, lines = 5_000;
        using var stream = new MemoryStream();
        using (var writer = new LogWriter(stream))
        {
            Parallel.For(0, threads, thread =>
            {
                for (var line = 0; line < lines; line++) writer.Write(Encoding.UTF8.GetBytes($"{thread} {line}\n"));
            });
        }
        var written = Encoding.UTF8.GetString(stream.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ').Select(int.Parse).ToArray()).GroupBy(line => line[0], line => line[1]).ToList();
        Assert.Equal(threads, written.Count);
        Assert.All(written, thread => Assert.Equal(Enumerable.Range(0, lines), thread));
    }

    [Fact]
    public void What_is_logged_after_the_end_is_written_at_once()
    {
        using var stream = new MemoryStream();
        var writer = new LogWriter(stream);
        writer.Dispose();
        writer.Write("late\n"u8);
        Assert.Equal("late\n", Encoding.UTF8.GetString(stream.ToArray()));
        writer.Dispose();
    }

    [Fact]
    public void A_log_that_nobody_reads_stops_nobody()
    {
        using var writer = new LogWriter(new ClosedPipe());
        for (var line = 0; line < 3; line++) writer.Write(new byte[LogWriter.MaxWaitingBytes]);
    }

    private sealed class ClosedPipe : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("Broken pipe.");
    }
}
