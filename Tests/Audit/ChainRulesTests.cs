using System.Security.Cryptography;
using System.Text;
using AgentManagement.Audit;
using AgentManagement.Domain.Audit;

namespace AgentManagement.Tests.Audit;

/// <summary>The check of a log, a few rows at a time.</summary>
public sealed class ChainRulesTests
{
    private static readonly LoggedRow[] Rows = Make(6);

    [Fact]
    public void Fields_are_hashed_with_their_lengths_so_that_no_two_lists_are_alike()
    {
        Assert.Equal(HashOf("1:a;-;0:;4:🤖;"), ChangeHash.Of("a", null, "", "🤖"));
        string?[][] lists = [["a", "b"], ["ab", ""], ["", "ab"], ["a;1:b"], ["a", "b", null], ["a", null, "b"], ["a", "b", ""], ["-"],
            [null]];
        Assert.Distinct(lists.Select(fields => ChangeHash.Of(fields)));
    }

    [Fact]
    public void A_log_is_checked_in_steps_that_go_on_where_the_one_before_ended()
    {
        var first = ChainRules.Check(ChainPosition.Start, HeadOf(Rows), Rows[..3], isCut: true);
        Assert.Equal((3, 3, null, false), (first.Checked, first.Last.Revision, first.Fault, first.IsLast));
        var second = ChainRules.Check(first.Last, HeadOf(Rows), Rows[2..], isCut: false);
        Assert.Equal((3, 6, null, true), (second.Checked, second.Last.Revision, second.Fault, second.IsLast));
    }

    [Fact]
    public void A_step_that_was_cut_says_nothing_of_the_end() =>
        Assert.Null(ChainRules.Check(ChainPosition.Start, HeadOf(Rows) with { Hash = "other", Last = 9 }, Rows[..3], isCut: true).Fault);

    [Fact]
    public void What_was_found_right_before_must_still_be_there()
    {
        var after = new ChainPosition(3, Rows[2].Hash!);
        Assert.Equal(new(3, ChainReason.Altered), ChainRules.Check(
            after with { Hash = "other" }, HeadOf(Rows), Rows[2..], isCut: false).Fault);
        Assert.Equal(new(3, ChainReason.Missing), ChainRules.Check(after, HeadOf(Rows), Rows[3..], isCut: false).Fault);
        Assert.Equal(new(3, ChainReason.Missing), ChainRules.Check(after, HeadOf(Rows[..2]), [], isCut: false).Fault);
    }

    [Fact]
    public void From_the_last_row_on_there_is_nothing_more_to_check()
    {
        var step = ChainRules.Check(HeadOf(Rows).ToPosition(), HeadOf(Rows), Rows[5..], isCut: false);
        Assert.Equal((0, 6, null, true), (step.Checked, step.Last.Revision, step.Fault, step.IsLast));
    }

    [Fact]
    public void A_row_before_the_first_was_added_wherever_the_check_has_come_to() =>
        Assert.Equal(new(0, ChainReason.Added), ChainRules.Check(
            new(3, Rows[2].Hash!), HeadOf(Rows) with { First = 0 }, Rows[2..], isCut: false).Fault);

    [Fact]
    public void A_row_that_is_not_there_is_missing_in_the_middle_and_at_the_end()
    {
        var step = ChainRules.Check(ChainPosition.Start, HeadOf(Rows), [Rows[0], Rows[1], Rows[3]], isCut: true);
        Assert.Equal((2, 2, new(3, ChainReason.Missing)), (step.Checked, step.Last.Revision, step.Fault));
        Assert.Equal(new(5, ChainReason.Missing), Check(Rows[..4], HeadOf(Rows)));
    }

    [Fact]
    public void A_row_is_altered_when_its_hash_is_not_that_of_its_content_after_the_row_before() =>
        Assert.Equal(new(2, ChainReason.Altered), Check([Rows[0], Rows[1] with { Actor = "eva" }, .. Rows[2..]], HeadOf(Rows)));

    [Fact]
    public void The_end_is_that_of_the_tenants_own_record()
    {
        Assert.Null(Check(Rows, HeadOf(Rows)));
        Assert.Equal(new(6, ChainReason.Head), Check(Rows, HeadOf(Rows) with { Hash = "other" }));
        Assert.Equal(new(7, ChainReason.Added), Check(Rows, HeadOf(Rows) with { Last = 7 }));
        Assert.Null(Check([], new(0, "", 1, 0)));
    }

    [Theory]
    [InlineData("a", "a", true, null), InlineData("a", "a", false, null)]
    [InlineData("a", null, true, ChainReason.ContentMissing), InlineData("a", null, false, null), InlineData(null, null, true, null)]
    [InlineData("a", "b", true, ChainReason.Content), InlineData("a", "b", false, ChainReason.Content),
        InlineData(null, "a", false, ChainReason.Content)]
    public void The_content_that_is_kept_is_the_one_that_was_logged_and_that_of_a_current_version_is_kept(
        string? logged, string? kept, bool isCurrent, string? reason)
    {
        var row = new LoggedRow { TenantId = "acme", Revision = 1, DocumentHash = logged, KeptHash = kept, IsCurrent = isCurrent };
        row = row with { Hash = row.HashAfter("") };
        Assert.Equal(reason is null ? null : new ChainFault(1, reason), Check([row], HeadOf([row])));
    }

    [Fact]
    public void The_hash_covers_each_part_of_a_row_and_the_row_before()
    {
        var row = new LoggedRow
        {
            Revision = 7, TenantId = "t", EventId = "e", Kind = "k", AgentId = "a", AgentName = "n", AgentVersion = 3, Status = "s",
            At = "at", Actor = "who", Role = "r", Address = "ip", CorrelationId = "c", TaskId = "task", Note = "note", Details = "d",
            DocumentHash = "hash", Hash = "not covered", KeptHash = "not covered", IsCurrent = true,
        };
        Assert.Equal(
            HashOf("1:1;4:prev;1:t;1:7;1:e;1:k;1:a;1:n;1:3;1:s;2:at;3:who;1:r;2:ip;1:c;4:task;4:note;1:d;4:hash;"), row.HashAfter("prev"));
        Assert.Equal(HashOf("1:1;0:;0:;1:0;0:;0:;0:;0:;1:0;0:;0:;0:;0:;-;0:;-;-;-;-;"), new LoggedRow().HashAfter(""));
        Assert.Equal(HashOf("{\"é\":1}"), ChangeHash.OfDocument("{\"é\":1}"));
    }

    [Fact]
    public void A_row_that_comes_twice_was_added() =>
        Assert.Equal(new(2, ChainReason.Added), ChainRules.Check(
            ChainPosition.Start, HeadOf(Rows), [Rows[0], Rows[1], Rows[1], Rows[2]], isCut: true).Fault);

    private static ChainFault? Check(LoggedRow[] rows, ChainHead head) =>
        ChainRules.Check(ChainPosition.Start, head, rows, isCut: false).Fault;

    private static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static ChainHead HeadOf(LoggedRow[] rows) => new(rows[^1].Revision, rows[^1].Hash!, 1, rows[^1].Revision);

    private static LoggedRow[] Make(int count)
    {
        var (rows, previous) = (new List<LoggedRow>(), "");
        for (var revision = 1; revision <= count; revision++)
        {
            var row = new LoggedRow { TenantId = "acme", Revision = revision, EventId = $"e{revision}", Actor = "ana" };
            previous = row.HashAfter(previous);
            rows.Add(row with { Hash = previous });
        }
        return [.. rows];
    }
}
